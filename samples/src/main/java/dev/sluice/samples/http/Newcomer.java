package dev.sluice.samples.http;

import dev.sluice.uring.Descriptors;
import java.net.InetSocketAddress;

/** A connection that was accepted and has no place yet. */
record Newcomer(ServerContext context, ServedClass clients, InetSocketAddress peer, int fd) {
    /** Gives it a place, of which there is one, unless its class has as many as that may. */
    void enter() {
        if (!context.places.tryTake(1L, clients.container)) {
            refuse();
            return;
        }
        new Connection(
                        context,
                        clients,
                        clients.container.child(peer.getAddress().getHostAddress() + ":" + peer.getPort()),
                        fd)
                .start();
    }

    void refuse() {
        Descriptors.close(fd);
    }
}
