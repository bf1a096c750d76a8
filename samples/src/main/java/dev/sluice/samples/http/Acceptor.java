package dev.sluice.samples.http;

import dev.sluice.aio.AsyncListener;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sockets;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections in, as many as there may be: at the bound, or when the system has no descriptor left, no more are
 * accepted until one was closed; the others wait in the listen queue.
 */
final class Acceptor extends TimeoutEntry implements EventHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private static final int BACKLOG = 4096;

    private final ServerContext context;
    private final ClientClasses classes;
    private final AsyncListener listener;
    private final InetSocketAddress address;
    private final int maxConnections;

    /** What may still come in after accepting was ended, so that it starts again only when there is room for that. */
    private final int resumeBelow;

    private long acceptId;
    private boolean accepting;
    private boolean ending;
    private boolean closing;
    private boolean closed;

    /** How many connections there were when the system had no room for another: accept again below that. */
    private int exhaustedAt = Integer.MAX_VALUE;

    Acceptor(
            ServerContext context,
            ClientClasses classes,
            InetSocketAddress requested,
            ResourceContainer container,
            int maxConnections) {
        this.context = context;
        this.classes = classes;
        this.maxConnections = maxConnections;
        resumeBelow = maxConnections - maxConnections / 16;
        listener = context.io.listen(requested, BACKLOG, container, this);
        address = listener.localAddress();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Accepts, if it does not already and there is room. Called once each turn. */
    void acceptIfRoom() {
        final int open = context.connections.size();
        if (accepting || closing || open >= resumeBelow || open >= exhaustedAt) {
            return;
        }
        acceptId = listener.accept();
        accepting = acceptId != OperationPort.BACK_PRESSURED;
    }

    /** Ends accepting for good and closes the listener. */
    void close() {
        if (!closing) {
            closing = listener.close() != OperationPort.BACK_PRESSURED;
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void handle(Event event) {
        if (event.operation() == Opcode.CLOSE) {
            closed = true;
        } else if ((event.flags() & CqeFlags.F_MORE) == 0) {
            accepting = false;
            ending = false;
            acceptEnded(event.result());
        } else {
            accepted(event.takeDescriptor());
        }
    }

    private void acceptEnded(int result) {
        if (result != -Errno.ECANCELED) {
            LOG.warn(
                    "{}; accepting again when a connection was closed",
                    Errno.describe("accept", address.toString(), -result));
            exhaustedAt = context.connections.size();
            context.acceptRetry.start(this, context.nowNs);
        }
    }

    /** Descriptors may have become free elsewhere in the system. */
    @Override
    void timedOut() {
        exhaustedAt = Integer.MAX_VALUE;
    }

    private void accepted(int fd) {
        final InetSocketAddress peer;
        try {
            peer = Sockets.peerAddress(fd);
        } catch (UncheckedIOException e) {
            Descriptors.close(fd); // the peer has gone already
            return;
        }
        final InetAddress client = peer.getAddress();
        final ResourceContainer container =
                classes.containerOf(client).child(client.getHostAddress() + ":" + peer.getPort());
        new Connection(context, container, fd).start();
        if (context.connections.size() >= maxConnections && accepting && !ending) {
            ending = true;
            context.io.cancel(acceptId);
        }
    }

    @Override
    public void abort() {
        // One connection was lost to a bug; the next one may fare better.
    }
}
