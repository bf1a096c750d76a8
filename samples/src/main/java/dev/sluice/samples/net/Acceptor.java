// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.Allowance;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncListener;
import dev.sluice.aio.protocol.Server;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections in, as many as there may be; the others wait in the listen queue. Whose one is says the address it comes from, or, of a
 * {@linkplain Trust#balancers() balancer}, the header that it begins with, which is taken off here. When all places that its class may have are
 * taken, one that is idle makes room for one that wants to come in: see {@link Door}. When the system has no descriptor left, no more are
 * accepted until one was closed.
 */
public final class Acceptor implements ServerPart {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** How many may wait at the door at least, beside those that have a place. */
    public static final int FEWEST_WAITING = Door.FEWEST_PLACES;

    private static final int BACKLOG = 4096;

    /** The system had no room for another socket: until that is tried again, if none was closed. */
    private static final long RETRY_NS = 1_000_000_000L;

    private static final int PLACES_FOR_A_RESERVED_ONE = 8;

    /** No more are let come in a turn, however many stand in the listen queue: the kernel would accept them all at once, for milliseconds. */
    private static final int MOST_GRANTED = 64;

    /**
     * What the kernel takes of a response beyond what is on its way. Without a bound it takes megabytes for each of many clients that do not read: for
     * seconds the loop copies for them, and others of their class wait behind what the kernel has begun.
     */
    private static final int UNSENT_BYTES = 256 * 1024;

    private final AsyncListener listener;
    private final InetSocketAddress address;
    private final ClientClasses classes;

    /**
     * Of connections: fewer are taken than there are connections while the last events of some are still to come. An eighth is
     * kept for the highest class: whose client one is shows when it was accepted, so that others wait at the door then.
     */
    private final Allowance places;

    private final Door door;
    private final Introductions introductions;
    private final Timer retry;

    private boolean accepting;

    /** How many more connections the listener may accept. */
    private int granted;

    private boolean closing;
    private boolean closed;

    /** How many sockets there were when the system had no room for another: accept again below that. */
    private long exhaustedAt = Long.MAX_VALUE;

    /**
     * Listens.
     *
     * @param server whose loop calls this
     * @param requested where, port 0 for any free one
     * @param classes of clients
     * @param maxConnections at a time, above 0
     * @param reception told who has come in
     * @throws UncheckedIOException if the address cannot be bound, naming it and the error
     */
    public Acceptor(
            Server server,
            InetSocketAddress requested,
            ClientClasses classes,
            int maxConnections,
            Reception reception) {
        this.classes = classes;
        places = server.io()
                .newAllowance(
                        Resource.CONNECTIONS,
                        maxConnections,
                        maxConnections / PLACES_FOR_A_RESERVED_ONE,
                        classes.highestPriority());
        // Whose client it is shows only afterwards: accepting is as urgent as the most urgent class.
        final ResourceContainer container = server.container().child("accepting", classes.highestPriority());
        final EventQueue events = server.events();
        door = new Door(events, server.io(), places, classes, container, reception, events::nanoTime);
        introductions = new Introductions(events, door, classes, container);
        retry = events.newTimer(
                container, event -> exhaustedAt = Long.MAX_VALUE); // some may have become free elsewhere
        listener = server.io().listen(requested, BACKLOG, container, (EventHandler) this::handle);
        address = listener.localAddress();
        final int result =
                listener.setOption(SocketOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES); // accepted sockets inherit it
        if (result < 0) {
            LOG.info(
                    "the kernel takes as much of a response as it will: {}",
                    Errno.describe("setsockopt", "TCP_NOTSENT_LOWAT", -result));
        }
        server.add(this);
    }

    /**
     * Returns where it listens.
     *
     * @return the address with the port that the system chose if none was given
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Returns how many connections of balancers were closed without an answer: their header was refused, did not come, or there was no room to
     * await it.
     *
     * @return since the start
     */
    public long unintroduced() {
        return introductions.refused;
    }

    /** Lets in whom there is room for. */
    @Override
    public void betweenTurns() {
        if (closing) {
            return;
        }
        introductions.betweenTurns();
        door.makeRoom();
        // Who is about to be named will want a place, too.
        final int free = (int) (places.capacity() - places.inUse()) - introductions.fresh();
        final int atTheDoor = !door.isFull() ? free : door.isStuck() ? Math.min(1, free) : 0;
        final int room = Math.min(MOST_GRANTED, Math.min(atTheDoor, introductions.roomForMore())) - granted;
        if (room > 0) {
            grant(room);
        } else if (granted == 0 && introductions.fresh() < FEWEST_WAITING && door.mayBeWorthALook()) {
            grant(1);
        }
    }

    private void grant(int room) {
        if (accepting) {
            listener.makeRoom(room);
            granted += room;
        } else if (places.inUse() < exhaustedAt && listener.accept(room) != AsyncIo.BACK_PRESSURED) {
            accepting = true;
            granted = room;
        }
    }

    /** Ends accepting for good and closes the listener, and whoever has not come in. */
    @Override
    public void stop() {
        if (!closing) {
            closing = listener.close() != AsyncIo.BACK_PRESSURED;
            introductions.close();
            door.close();
        }
    }

    @Override
    public boolean isStopped(boolean isLast) {
        stop(); // if it was refused
        return closed && introductions.isIdle() && door.isIdle();
    }

    private void handle(Event event) {
        if (event.operation() == Opcode.CLOSE) {
            closed = true;
        } else if (event.isLast()) {
            accepting = false;
            granted = 0;
            acceptEnded(event.result());
        } else {
            granted--;
            accepted(event.takeDescriptor());
        }
    }

    private void acceptEnded(int result) {
        if (result != -Errno.ECANCELED) {
            LOG.warn(
                    "{}; accepting again when a connection was closed",
                    Errno.describe("accept", address.toString(), -result));
            exhaustedAt = places.inUse();
            retry.start(RETRY_NS);
        }
    }

    private void accepted(int fd) {
        final InetSocketAddress peer;
        try {
            peer = Sockets.peerAddress(fd);
        } catch (UncheckedIOException e) {
            Descriptors.close(fd); // the peer has gone already
            return;
        }
        if (closing) {
            Descriptors.close(fd);
        } else if (classes.isBalancer(peer.getAddress())) {
            introductions.add(peer, fd);
        } else {
            final ServedClass clients = classes.classOf(peer.getAddress());
            door.add(new Newcomer(door, clients, peer, door.adopt(fd, clients.container)));
        }
    }
}
