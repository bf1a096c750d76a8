// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncListener;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections in, as many as there may be; the others wait in the listen queue. When all places that its class may have are
 * taken, one that is idle makes room for one that wants to come in: see {@link Door}. When the system has no descriptor left, no more are
 * accepted until one was closed.
 */
final class Acceptor extends TimeoutEntry implements EventHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private static final int BACKLOG = 4096;

    private final ServerContext context;
    private final AsyncListener listener;
    private final InetSocketAddress address;
    private final Door door;

    private boolean accepting;

    /** How many more connections the listener may accept. */
    private int granted;

    private boolean closing;
    private boolean closed;

    /** How many sockets there were when the system had no room for another: accept again below that. */
    private long exhaustedAt = Long.MAX_VALUE;

    Acceptor(ServerContext context, InetSocketAddress requested, ResourceContainer container) {
        this.context = context;
        door = new Door(context, container);
        listener = context.io.listen(requested, BACKLOG, container, this);
        address = listener.localAddress();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Lets in whom there is room for. Called once each turn. */
    void acceptIfRoom() {
        if (closing) {
            return;
        }
        door.makeRoom();
        final int free = (int) (context.places.capacity() - context.places.inUse());
        final int room = (!door.isFull() ? free : door.isStuck() ? Math.min(1, free) : 0) - granted;
        if (room > 0) {
            grant(room);
        } else if (granted == 0 && door.mayBeWorthALook()) {
            grant(1);
        }
    }

    private void grant(int room) {
        if (accepting) {
            listener.makeRoom(room);
            granted += room;
        } else if (context.places.inUse() < exhaustedAt && listener.accept(room) != AsyncIo.BACK_PRESSURED) {
            accepting = true;
            granted = room;
        }
    }

    /** Ends accepting for good and closes the listener, and whoever has not come in. */
    void close() {
        if (!closing) {
            closing = listener.close() != AsyncIo.BACK_PRESSURED;
            door.close();
        }
    }

    boolean isClosed() {
        return closed && door.isIdle();
    }

    @Override
    public void handle(Event event) {
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
            exhaustedAt = context.places.inUse();
            context.acceptRetry.start(this, context.nowNs);
        }
    }

    /** Descriptors may have become free elsewhere in the system. */
    @Override
    void timedOut() {
        exhaustedAt = Long.MAX_VALUE;
    }

    private void accepted(int fd) {
        final InetSocketAddress peer;
        try {
            peer = Sockets.peerAddress(fd);
        } catch (UncheckedIOException e) {
            Descriptors.close(fd); // the peer has gone already
            return;
        }
        final Newcomer newcomer = new Newcomer(context, door, context.classes.classOf(peer.getAddress()), peer, fd);
        if (closing) {
            newcomer.refuse();
        } else {
            door.add(newcomer);
        }
    }

    @Override
    public void abort() {
        // One connection was lost to a bug; the next one may fare better.
    }
}
