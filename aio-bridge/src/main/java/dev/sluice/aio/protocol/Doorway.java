package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncListener;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;
import dev.sluice.uring.linux.Errno;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Function;

/** Lets clients in, as many as there is room for; the others wait in the listen queue. */
final class Doorway {
    private static final int BACKLOG = 1024;

    /** The system had no room for another socket: until that is tried again. */
    private static final long RETRY_NS = 100_000_000L;

    private final Server server;
    private final ResourceContainer clients;
    private final Function<Link, ? extends Connection> protocol;
    private final AsyncListener listener;
    private final Timer retry;

    /** How many more may come in, those included that the kernel may accept already. */
    private int room;

    private boolean accepting;
    private boolean closing;
    private boolean closed;

    Doorway(
            Server server,
            SocketAddress address,
            ResourceContainer clients,
            int mostConnections,
            Function<Link, ? extends Connection> protocol) {
        this.server = server;
        this.clients = clients;
        this.protocol = protocol;
        room = mostConnections;
        listener = server.io().listen(address, BACKLOG, clients, null);
        retry = server.events().newTimer(clients, (EventHandler) event -> accept());
        accept();
    }

    InetSocketAddress address() {
        return listener.localAddress();
    }

    private void accept() {
        if (!accepting && !closing && room > 0) {
            accepting = true;
            server.operations()
                    .start(
                            a -> {
                                listener.declareInterest(clients, a);
                                return listener.accept(room);
                            },
                            this::accepted);
        }
    }

    private void accepted(Event event) {
        if (!event.isLast()) {
            if (!closing) { // else the descriptor is closed with the event
                letIn(event.takeDescriptor());
            }
            return;
        }
        accepting = false;
        if (event.failed() && event.errno() != Errno.ECANCELED && !closing) {
            retry.start(RETRY_NS);
        }
    }

    private void letIn(int fd) {
        final ResourceContainer container = clients.child("client");
        final AsyncSocket socket = server.io().newSocket();
        socket.adopt(fd, container, null);
        room--;
        final Transport transport = new SocketTransport(server.io(), socket, container);
        final Connection connection;
        try {
            connection = protocol.apply(new Link(server.events(), server.io(), container, transport));
        } catch (RuntimeException e) {
            socket.discard();
            left(container);
            throw e;
        }
        server.enter(connection, () -> left(container));
    }

    private void left(ResourceContainer container) {
        container.close();
        room++;
        if (accepting && !closing) {
            listener.makeRoom(1);
        } else if (!retry.isStarted()) {
            accept();
        }
    }

    void close() {
        closing = true;
        retry.cancel();
        server.operations()
                .start(
                        a -> {
                            listener.declareInterest(clients, a);
                            return listener.close();
                        },
                        event -> closed = true);
    }

    boolean isClosed() {
        return closed;
    }
}
