// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.call.SocketOption;
import java.util.EnumMap;
import java.util.Map;

/** How a listening socket is opened: what must be so before it is bound. Immutable. */
public final class ListenOptions {
    private final int backlog;
    private final Map<SocketOption, Integer> socketOptions;

    private ListenOptions(int backlog, Map<SocketOption, Integer> socketOptions) {
        this.backlog = backlog;
        this.socketOptions = socketOptions;
    }

    /**
     * Begins with a bound of those who wait.
     *
     * @param connections that may wait to be accepted, above 0; the kernel reduces it to sysctl net.core.somaxconn
     * @return without options
     * @throws IllegalArgumentException if it is not above 0
     */
    public static ListenOptions ofBacklog(int connections) {
        if (connections <= 0) {
            throw new IllegalArgumentException("backlog must be above 0: " + connections);
        }
        return new ListenOptions(connections, Map.of());
    }

    /**
     * Adds an option, which the sockets have, too, that are accepted.
     *
     * @param option such as {@link SocketOption#SO_REUSEPORT}
     * @param value in the unit of the option
     * @return with it, in place of another value that it had
     */
    public ListenOptions with(SocketOption option, int value) {
        final Map<SocketOption, Integer> more = new EnumMap<>(SocketOption.class);
        more.putAll(socketOptions);
        more.put(option, value);
        return new ListenOptions(backlog, more);
    }

    int backlog() {
        return backlog;
    }

    Map<SocketOption, Integer> socketOptions() {
        return socketOptions;
    }
}
