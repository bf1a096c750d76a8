// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.operation.Descriptor;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.call.Sockets;
import java.net.InetSocketAddress;
import java.util.Objects;

/** A listening socket. */
public final class Listener extends Descriptor {
    private final AcceptOperation accept;

    /** How many of those that were accepted as sockets are open. */
    private int acceptedOpen;

    /** How many of them may be. */
    private int mostOpen;

    public Listener(SocketOperations sockets, int fd, ResourceContainer container, Object attachment) {
        super(sockets.io, "AsyncListener");
        accept = new AcceptOperation(sockets);
        declareInterest(container, attachment);
        opened(fd);
    }

    public long accept(ResourceContainer charged, Object eventAttachment) {
        return beginAccept(AcceptOperation.UNBOUNDED, null, null, charged, eventAttachment);
    }

    public long accept(int room, ResourceContainer charged, Object eventAttachment) {
        if (room < 0) {
            throw new IllegalArgumentException("room must not be negative: room=" + room);
        }
        // The largest number would mean that nobody counts.
        return beginAccept(Math.min(room, AcceptOperation.UNBOUNDED - 1), null, null, charged, eventAttachment);
    }

    public long acceptSockets(
            int newMostOpen, ResourceContainer ofSockets, ResourceContainer charged, Object eventAttachment) {
        Objects.requireNonNull(ofSockets, "container");
        if (newMostOpen < 1) {
            throw new IllegalArgumentException("mostOpen must be above 0: mostOpen=" + newMostOpen);
        }
        final int most = Math.min(newMostOpen, AcceptOperation.UNBOUNDED - 1);
        final long id = beginAccept(Math.max(0, most - acceptedOpen), ofSockets, null, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            mostOpen = most;
        }
        return id;
    }

    /** Each has one of {@code places}, for {@code charged}, which is what bounds them. */
    public long acceptSockets(Supply places, ResourceContainer charged, Object eventAttachment) {
        final long id = beginAccept(AcceptOperation.UNBOUNDED, charged, places, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            mostOpen = AcceptOperation.UNBOUNDED;
        }
        return id;
    }

    private long beginAccept(
            int room, ResourceContainer ofSockets, Supply places, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        final long id = begin(accept, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            accept.submit(room, ofSockets, places);
        }
        return id;
    }

    public void makeRoom(int connections) {
        io.port().checkUsable();
        if (connections <= 0) {
            throw new IllegalArgumentException("connections must be above 0: connections=" + connections);
        }
        int room = connections;
        if (accept.isIntoSockets() && mostOpen != AcceptOperation.UNBOUNDED) {
            mostOpen = Math.addExact(mostOpen, connections);
            room = Math.min(connections, mostOpen - acceptedOpen); // there may be more than there were to be
        }
        if (room > 0) {
            accept.makeRoom(room);
        }
    }

    /** One that was accepted as a socket counts from now on. */
    void acceptedAsSocket() {
        acceptedOpen++;
    }

    /** It is closed. May be called while completions are drained, and after the end of the queue. */
    void acceptedLeft() {
        acceptedOpen--;
        if (accept.isIntoSockets() && acceptedOpen < mostOpen) {
            accept.makeRoom(1);
        }
    }

    /** As on a kernel that has no multishot accept. */
    public void acceptOneByOne() {
        accept.acceptOneByOne();
    }

    public int setOption(SocketOption option, int value) {
        io.port().checkUsable();
        return option.set(fd(), value);
    }

    public int option(SocketOption option) {
        return option.get(fd());
    }

    public InetSocketAddress localAddress() {
        return Sockets.localAddress(fd());
    }
}
