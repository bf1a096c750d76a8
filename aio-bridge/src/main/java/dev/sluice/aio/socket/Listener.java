package dev.sluice.aio.socket;

import dev.sluice.aio.operation.Descriptor;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Sockets;
import java.net.InetSocketAddress;

/** A listening socket. */
public final class Listener extends Descriptor {
    private final AcceptOperation accept;

    public Listener(SocketOperations sockets, int fd, ResourceContainer container, Object attachment) {
        super(sockets.io, "AsyncListener");
        accept = new AcceptOperation(sockets);
        declareInterest(container, attachment);
        opened(fd);
    }

    public long accept(ResourceContainer charged, Object eventAttachment) {
        return start(AcceptOperation.UNBOUNDED, charged, eventAttachment);
    }

    public long accept(int room, ResourceContainer charged, Object eventAttachment) {
        if (room < 0) {
            throw new IllegalArgumentException("room must not be negative: room=" + room);
        }
        // The largest number would mean that nobody counts.
        return start(Math.min(room, AcceptOperation.UNBOUNDED - 1), charged, eventAttachment);
    }

    private long start(int room, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        final long id = begin(accept, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            accept.start(room);
        }
        return id;
    }

    public void makeRoom(int connections) {
        io.port().checkUsable();
        if (connections <= 0) {
            throw new IllegalArgumentException("connections must be above 0: connections=" + connections);
        }
        accept.makeRoom(connections);
    }

    /** As on a kernel that has no multishot accept. */
    public void acceptOneByOne() {
        accept.acceptOneByOne();
    }

    public InetSocketAddress localAddress() {
        return Sockets.localAddress(fd());
    }
}
