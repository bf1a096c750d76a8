// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import java.net.InetSocketAddress;

/** A connection that was accepted and has no place yet: it waits for one in the line of its class, which is served as all others are. */
final class Newcomer implements EventHandler {
    final ServedClass clients;

    final long sinceNs;

    private final ServerContext context;
    private final Door door;
    private final InetSocketAddress peer;
    private final AsyncSocket socket;

    /** Who gives way to it; null if nobody does. */
    private Connection leaving;

    /** Of the wait for a place. */
    private long takeId = AsyncIo.BACK_PRESSURED;

    private boolean refused;

    /** Takes over a connected socket, which counts for its class from now on. */
    Newcomer(ServerContext context, Door door, ServedClass clients, InetSocketAddress peer, int fd) {
        this.context = context;
        this.door = door;
        this.clients = clients;
        this.peer = peer;
        sinceNs = context.nowNs;
        socket = context.io.newSocket();
        socket.adopt(fd, clients.container, this);
    }

    /** Takes a place, if there is one that its class may have and nobody waits who goes first, to {@link #enter()} then. */
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

    /** Comes in when it is its turn, or is told to the door as {@linkplain Door#ended ended}. */
    void awaitPlace() {
        takeId = ServerContext.started(context.places.take(1L, clients.container, this));
    }

    /** Tells whether its turn has not come. */
    boolean isWaiting() {
        return context.io.isWaiting(takeId);
    }

    void refuse() {
        if (!refused) {
            refused = true;
            socket.discard();
            context.io.cancel(takeId);
        }
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
        if (event.operation() != Opcode.NOP) {
            throw new IllegalStateException("not an operation of who has no place: " + event);
        }
        door.ended(this);
        if (event.result() == 0 && refused) {
            context.places.giveBack(1L, clients.container);
        } else if (event.result() == 0) {
            enter();
        }
    }

    @Override
    public void abort() {
        refuse();
    }
}
