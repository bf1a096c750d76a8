package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.events.Event;
import java.net.InetSocketAddress;

/** A connection that was accepted and has no place yet. */
final class Newcomer implements EventHandler {
    final ServedClass clients;

    final long sinceNs;

    private final ServerContext context;
    private final InetSocketAddress peer;
    private final AsyncSocket socket;

    /** Who gives way to it; null if nobody does. */
    private Connection leaving;

    /** Takes over a connected socket, which counts for its class from now on. */
    Newcomer(ServerContext context, ServedClass clients, InetSocketAddress peer, int fd) {
        this.context = context;
        this.clients = clients;
        this.peer = peer;
        sinceNs = context.nowNs;
        socket = context.io.newSocket();
        socket.adopt(fd, clients.container, this);
    }

    /** Takes a place, if there is one that its class may have, to {@link #enter()} then. */
    boolean tryTakePlace() {
        return context.places.tryTake(1L, clients.container);
    }

    void enter() {
        new Connection(
                        context,
                        clients,
                        clients.container.child(peer.getAddress().getHostAddress() + ":" + peer.getPort()),
                        socket)
                .start();
    }

    void refuse() {
        socket.discard();
    }

    /** Tells whether somebody gives way to it and has not gone yet. */
    boolean isMadeRoomFor() {
        return leaving != null && !leaving.hasEnded();
    }

    void madeRoomBy(Connection connection) {
        leaving = connection;
    }

    @Override
    public void handle(Event event) {
        throw new IllegalStateException("nothing is under way for who has no place: " + event);
    }

    @Override
    public void abort() {
        refuse();
    }
}
