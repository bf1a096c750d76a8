// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncListener;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import dev.sluice.uring.linux.Errno;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Lets clients in, as many as there is room for; the others wait in the listen queue. */
final class Doorway {
    private static final int BACKLOG = 1024;

    /** The system had no room for another socket: until that is tried again. */
    private static final long RETRY_NS = 100_000_000L;

    private final EventQueue events;
    private final AsyncIo io;
    private final InFlight operations;
    private final ResourceContainer clients;
    private final BiConsumer<Connection, Runnable> entered;
    private final Function<Link, ? extends Connection> protocol;
    private final AsyncListener listener;
    private final Timer retry;

    /** How many more may come in, those included that the kernel may accept already. */
    private int room;

    private boolean accepting;
    private boolean closing;
    private boolean closed;

    /** {@code entered} begins to serve a connection, and does what it is given when that has ended. */
    Doorway(
            EventQueue events,
            AsyncIo io,
            InFlight operations,
            BiConsumer<Connection, Runnable> entered,
            SocketAddress address,
            ResourceContainer clients,
            int mostConnections,
            Function<Link, ? extends Connection> protocol) {
        this.events = events;
        this.io = io;
        this.operations = operations;
        this.entered = entered;
        this.clients = clients;
        this.protocol = protocol;
        room = mostConnections;
        listener = io.listen(address, BACKLOG, clients, (Object) null);
        retry = events.newTimer(clients, (EventHandler) event -> accept());
        accept();
    }

    InetSocketAddress address() {
        return listener.localAddress();
    }

    private void accept() {
        if (!accepting && !closing && room > 0) {
            accepting = true;
            operations.start(
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
        final AsyncSocket socket = io.newSocket();
        socket.adopt(fd, container, (Object) null);
        room--;
        final Transport transport = new SocketTransport(io, socket, container);
        final Connection connection;
        try {
            connection = protocol.apply(new Link(events, io, container, transport));
        } catch (RuntimeException e) {
            socket.discard();
            left(container);
            throw e;
        }
        entered.accept(connection, () -> left(container));
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
        operations.start(
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
