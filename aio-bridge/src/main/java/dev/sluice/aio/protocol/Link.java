// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Connection} is made of.
 *
 * @param events the queue that everything of it comes out of
 * @param io of that queue
 * @param container charged for all that is done for it, and at whose priority everything comes
 * @param transport its bytes, not opened yet
 */
public record Link(EventQueue events, AsyncIo io, ResourceContainer container, Transport transport) {
    /**
     * Checks that nothing is missing.
     *
     * @param events see {@link #events()}
     * @param io see {@link #io()}
     * @param container see {@link #container()}
     * @param transport see {@link #transport()}
     */
    public Link {
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(io, "io");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(transport, "transport");
    }

    /**
     * Tells who the peer is, also before there is a connection: its class may depend on it.
     *
     * @return as {@link Connection#peerAddress()}
     */
    public @Nullable SocketAddress peerAddress() {
        return transport.peerAddress();
    }
}
