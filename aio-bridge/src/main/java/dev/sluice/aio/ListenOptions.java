// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.call.SocketOption;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a listening socket is opened: what must be so before it is bound.
 *
 * @param backlog how many connections may wait to be accepted, at least 1; the kernel reduces it to sysctl net.core.somaxconn
 * @param socketOptions which the sockets have, too, that are accepted; each with its value in the unit of the option
 */
public record ListenOptions(int backlog, Map<SocketOption, Integer> socketOptions) {
    /**
     * Checks the values, and copies the map.
     *
     * @param backlog see {@link #backlog()}
     * @param socketOptions see {@link #socketOptions()}
     * @throws IllegalArgumentException if the backlog is below 1
     */
    public ListenOptions {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog must be at least 1: backlog=" + backlog);
        }
        final Map<SocketOption, Integer> copy = new EnumMap<>(SocketOption.class);
        copy.putAll(socketOptions);
        socketOptions = Collections.unmodifiableMap(copy);
    }

    /**
     * As many connections as may wait by the kernel's own default, 4,096, and no options.
     *
     * @return the defaults
     */
    public static ListenOptions defaults() {
        return new ListenOptions(4096, Map.of());
    }

    /**
     * Changes the bound of those who wait.
     *
     * @param connections see {@link #backlog()}
     * @return changed options
     * @throws IllegalArgumentException if it is below 1
     */
    public ListenOptions withBacklog(int connections) {
        return new ListenOptions(connections, socketOptions);
    }

    /**
     * Changes one option of the socket.
     *
     * @param option such as {@link SocketOption#SO_REUSEPORT}
     * @param value in the unit of the option, in place of another that it had
     * @return changed options
     */
    public ListenOptions withSocketOption(SocketOption option, int value) {
        final Map<SocketOption, Integer> more = new EnumMap<>(SocketOption.class);
        more.putAll(socketOptions);
        more.put(option, value);
        return new ListenOptions(backlog, more);
    }
}
