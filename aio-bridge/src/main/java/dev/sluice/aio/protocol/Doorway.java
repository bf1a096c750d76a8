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
import java.util.function.Consumer;

/** Lets clients in, as many as there is room for; the others wait in the listen queue. */
final class Doorway implements ServerPart {
    private static final int BACKLOG = 1024;

    /** The system had no room for another socket: until that is tried again. */
    private static final long RETRY_NS = 100_000_000L;

    private final InFlight operations;
    private final ResourceContainer clients;
    private final Consumer<AsyncSocket> entered;
    private final int mostConnections;
    private final AsyncListener listener;
    private final Timer retry;
    private final InFlight.Start acceptSockets = this::acceptSockets;

    private boolean closing;
    private boolean closed;

    /** {@code entered} begins to serve who has come in. */
    Doorway(
            EventQueue events,
            AsyncIo io,
            InFlight operations,
            SocketAddress address,
            ResourceContainer clients,
            int mostConnections,
            Consumer<AsyncSocket> entered) {
        this.operations = operations;
        this.entered = entered;
        this.clients = clients;
        this.mostConnections = mostConnections;
        listener = io.listen(address, BACKLOG, clients, null);
        retry = events.newTimer(clients, event -> accept());
        accept();
    }

    /** The address with the port that the system chose if none was given; only of an Internet socket. */
    InetSocketAddress address() {
        return listener.localAddress();
    }

    private void accept() {
        if (!closing) {
            operations.start(acceptSockets, this::accepted);
        }
    }

    private long acceptSockets(EventHandler attachment) {
        listener.declareInterest(clients, attachment);
        return listener.acceptSockets(mostConnections, clients);
    }

    @SuppressWarnings("NullAway") // what was accepted is the message
    private void accepted(Event event) {
        if (event.isLast()) {
            if (!closing) {
                // What is under way for the class was cancelled: who comes after that is let in. After this event, with
                // which the accept has ended.
                retry.start(event.errno() == Errno.ECANCELED ? 0L : RETRY_NS);
            }
        } else {
            letIn((AsyncSocket) event.message());
        }
    }

    private void letIn(AsyncSocket socket) {
        if (closing) {
            socket.discard();
        } else {
            entered.accept(socket);
        }
    }

    @Override
    public void stop() {
        closing = true;
        retry.cancel();
        operations.start(
                a -> {
                    listener.declareInterest(clients, a);
                    return listener.close();
                },
                event -> closed = true);
    }

    @Override
    public boolean isStopped(boolean isLast) {
        return closed;
    }
}
