package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Sockets;
import java.net.InetSocketAddress;

/**
 * A listening socket, TCP or Unix. Belongs to the thread of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</a>
 */
public final class AsyncListener extends AsyncDescriptor {
    private final AcceptOperation accept;

    AsyncListener(AsyncIo io, int fd, ResourceContainer container, Object attachment) {
        super(io);
        accept = new AcceptOperation(io);
        declareInterest(container, attachment);
        opened(fd);
    }

    /**
     * Starts accepting. Each connection is an event whose result is its descriptor, to be taken with {@link
     * dev.sluice.events.Event#takeDescriptor()}, and whose flags have {@link dev.sluice.uring.CqeFlags#F_MORE}. The
     * last event is without that flag: {@code ECANCELED} after {@link AsyncIo#cancel} or {@link #close()}; {@code
     * EMFILE}, {@code ENFILE}, {@code ENOMEM} or {@code ENOBUFS} when the system has no room for another one: accept
     * again when something was closed.
     *
     * <p>While connections are not taken from the queue no more are accepted; they wait in the listen queue.
     *
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long accept() {
        io.port().checkUsable();
        fd();
        final long id = begin(accept, container(), attachment());
        if (id != OperationPort.BACK_PRESSURED) {
            accept.start();
        }
        return id;
    }

    /** As on a kernel that has no multishot accept. */
    void acceptOneByOne() {
        accept.acceptOneByOne();
    }

    /**
     * Returns where it listens.
     *
     * @return the address with the port that the system chose if none was given
     * @throws java.io.UncheckedIOException if it is no Internet socket
     * @throws IllegalStateException if the listener is not open
     */
    public InetSocketAddress localAddress() {
        return Sockets.localAddress(fd());
    }
}
