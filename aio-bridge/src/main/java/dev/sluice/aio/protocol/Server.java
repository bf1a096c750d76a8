// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.EventLoop;
import dev.sluice.events.EventLoopOptions;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import dev.sluice.events.TurnHook;
import dev.sluice.uring.Closing;
import dev.sluice.uring.linux.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A queue, its bridge and its loop, with listeners whose connections speak protocols; stops by finishing what is begun.
 *
 * <pre>{@code
 * try (Server server = Server.open()) {
 *     server.listen(address, server.container(), link -> new EchoConnection(link));
 *     server.stopOnSignal();
 *     server.run();
 * }
 * }</pre>
 *
 * <p>Opened, run and closed by one thread, to which everything else of it belongs; {@link #stop} is for any.
 */
public final class Server implements AutoCloseable {
    /** How many connections a listener has at a time, unless it is told otherwise. */
    public static final int MOST_CONNECTIONS = 1024;

    /** How long connections may take to end after {@link #stop}, unless it is told otherwise. */
    public static final long DRAIN_LIMIT_NS = 5_000_000_000L;

    /** How long what was cancelled may take to end. */
    private static final long CLOSE_LIMIT_NS = 1_000_000_000L;

    private final EventQueue events;
    private final AsyncIo io;
    private final ResourceContainer container = ResourceContainer.root("server");
    private final ResourceContainer control = container.child("control", Priority.MAX);
    private final EventLoopOptions loopOptions;
    private final EventLoop loop;
    private final InFlight operations;

    /** Of the doorways, and the wait for a signal: nobody else's to cancel. */
    private final InFlight own;

    private final ServerParts parts;
    private final Set<Connection> connections = new LinkedHashSet<>();

    private long drainLimitNs = DRAIN_LIMIT_NS;
    private boolean draining;
    private boolean aborted;
    private boolean abandoned;
    private Timer drainLimit;

    @SuppressWarnings("NullAway.Init") // drainLimit is made when a drain begins
    private Server(EventQueue events, AsyncIoOptions ioOptions, ErrorHandler errorHandler) {
        this.events = events;
        io = AsyncIo.on(events, ioOptions);
        operations = new InFlight(events, io, control, () -> {});
        own = new InFlight(events, io, control, () -> {});
        parts = new ServerParts(errorHandler::hookFailed);
        loopOptions = EventLoopOptions.defaults().withErrorHandler(errorHandler).withHook(new Turns());
        loop = new EventLoop(events, loopOptions);
    }

    /**
     * Opens a queue for the calling thread, with the defaults.
     *
     * @return a server that listens nowhere
     * @throws dev.sluice.uring.RingUnavailableException as {@link EventQueue#open()}
     */
    public static Server open() {
        return open(AsyncIoOptions.defaults());
    }

    /**
     * Opens a queue for the calling thread.
     *
     * @param ioOptions memory, descriptors, windows to the disk
     * @return a server that listens nowhere
     * @throws dev.sluice.uring.RingUnavailableException as {@link EventQueue#open()}
     */
    public static Server open(AsyncIoOptions ioOptions) {
        Objects.requireNonNull(ioOptions, "ioOptions");
        final EventQueue events = EventQueue.open();
        try {
            return on(events, ioOptions, EventLoopOptions.defaults().errorHandler());
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
    }

    /**
     * Takes over a queue that the calling thread has opened.
     *
     * @param events the server's to close from now on, unless this throws
     * @param ioOptions memory, descriptors, windows to the disk
     * @param errorHandler told of what fails
     * @return a server that listens nowhere
     * @throws IllegalStateException if the queue is closed, has a bridge already, or belongs to another thread
     */
    public static Server on(EventQueue events, AsyncIoOptions ioOptions, ErrorHandler errorHandler) {
        return new Server(events, ioOptions, errorHandler);
    }

    /**
     * Returns the queue.
     *
     * @return the queue that the loop hands out
     */
    public EventQueue events() {
        return events;
    }

    /**
     * Returns the bridge.
     *
     * @return that of the queue
     */
    public AsyncIo io() {
        return io;
    }

    /**
     * Returns the container above all others here: classes of clients are children of it.
     *
     * @return always the same container
     */
    public ResourceContainer container() {
        return container;
    }

    /**
     * Listens on the loopback address, for clients on this machine.
     *
     * @param port to listen on, 0 for any free one
     * @param clients the container of this class of clients; each one's is a child of it
     * @param protocol makes the connection of one client
     * @return where it listens
     * @throws java.io.UncheckedIOException if the address cannot be bound, naming it and the error
     */
    public InetSocketAddress listen(
            int port, ResourceContainer clients, Function<Link, ? extends Connection> protocol) {
        return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), clients, protocol);
    }

    /**
     * Listens, and makes a connection of each client: at most {@value #MOST_CONNECTIONS} at a time, the others wait to be let in.
     *
     * @param <A> the kind of address
     * @param address to listen on, as {@link AsyncIo#listen}: port 0 for any free one; the path of a Unix socket must not exist before, and is
     *     not removed afterwards
     * @param clients the container of this class of clients; each one's is a child of it
     * @param protocol makes the connection of one client
     * @return where it listens
     * @throws java.io.UncheckedIOException if the address cannot be bound, naming it and the error
     */
    public <A extends SocketAddress> A listen(
            A address, ResourceContainer clients, Function<Link, ? extends Connection> protocol) {
        return listen(address, clients, MOST_CONNECTIONS, protocol);
    }

    /**
     * As {@link #listen(SocketAddress, ResourceContainer, Function)}, with another bound.
     *
     * @param <A> the kind of address
     * @param address to listen on
     * @param clients the container of this class of clients
     * @param mostConnections at a time, above 0
     * @param protocol makes the connection of one client
     * @return where it listens
     * @throws IllegalArgumentException if the bound is not above 0
     * @throws java.io.UncheckedIOException if the address cannot be bound, naming it and the error
     */
    @SuppressWarnings("unchecked") // an address with a port becomes one with a port
    public <A extends SocketAddress> A listen(
            A address, ResourceContainer clients, int mostConnections, Function<Link, ? extends Connection> protocol) {
        if (mostConnections < 1) {
            throw new IllegalArgumentException(
                    "mostConnections must be at least 1: mostConnections=" + mostConnections);
        }
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(clients, "clients");
        Objects.requireNonNull(protocol, "protocol");
        final Doorway doorway = new Doorway(
                events, io, own, address, clients, mostConnections, socket -> letIn(socket, clients, protocol));
        parts.add(doorway);
        return address instanceof InetSocketAddress ? (A) doorway.address() : address;
    }

    /**
     * Does something with every connection there is of one kind, in the order in which they came: such as to send them the same block. One
     * whose reaction fails does not keep it from the others.
     *
     * @param <T> the kind
     * @param kind those of it
     * @param action called for each
     * @throws IllegalStateException when it was called for all, if it has failed for some, with each failure suppressed
     */
    public <T extends Connection> void forEach(Class<T> kind, Consumer<? super T> action) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(action, "action");
        final Closing failures = new Closing("what was to be done with each connection failed for some");
        for (final Connection connection : connections) {
            try {
                if (kind.isInstance(connection)) {
                    action.accept(kind.cast(connection));
                }
            } catch (RuntimeException e) {
                failures.failed(e);
            }
        }
        failures.end();
    }

    /**
     * Returns what is in flight for no connection in particular; the server waits for none of it when it stops.
     *
     * @return always the same object
     */
    public InFlight operations() {
        return operations;
    }

    private void letIn(AsyncSocket socket, ResourceContainer clients, Function<Link, ? extends Connection> protocol) {
        final ResourceContainer client;
        try {
            client = clients.child("client");
        } catch (RuntimeException e) {
            socket.discard();
            throw e;
        }
        serve(socket, client, protocol);
    }

    /**
     * Serves a client that was let in otherwise than by {@link #listen(SocketAddress, ResourceContainer, Function)}.
     *
     * @param <C> the kind of connection
     * @param socket open, with nothing under way; the connection's from now on, also if this throws
     * @param client the container of this client, closed when the connection has ended
     * @param protocol makes the connection
     * @return the connection, started
     */
    public <C extends Connection> C serve(AsyncSocket socket, ResourceContainer client, Function<Link, C> protocol) {
        final C connection;
        try {
            socket.declareInterest(client, null);
            connection = Objects.requireNonNull(
                    protocol.apply(new Link(events, io, client, new SocketTransport(io, socket, client))),
                    "the connection that the protocol makes");
        } catch (RuntimeException e) {
            socket.discard();
            client.close();
            throw e;
        }
        connections.add(connection);
        connection.start(() -> {
            connections.remove(connection);
            client.close();
        });
        return connection;
    }

    /**
     * Adds something that goes on and stops with the server.
     *
     * @param part called from the next turn on; told at once that the server stops, if it does already
     */
    public void add(ServerPart part) {
        operations.checkThread();
        parts.add(Objects.requireNonNull(part, "part"));
    }

    /**
     * Returns how many connections there are.
     *
     * @return those of which the kernel holds something
     */
    public int connections() {
        return connections.size();
    }

    /**
     * Tells whether the server was asked to stop.
     *
     * @return true from the first {@link #stop()} on
     */
    public boolean isStopping() {
        return loop.isStopping();
    }

    /**
     * Serves until {@link #stop}; then {@linkplain Connection#drain() drains} all connections, and aborts those that are left when the limit of {@link
     * #drainWithin} has passed.
     *
     * @throws IllegalStateException if the calling thread did not open the server
     */
    public void run() {
        loop.run();
    }

    /** Asks for the end of {@link #run}. From any thread, any number of times. */
    public void stop() {
        loop.stop();
    }

    /**
     * Says how long connections may take to end after {@link #stop}: {@link #DRAIN_LIMIT_NS}, if nobody says it. Takes effect for a drain
     * that has not begun.
     *
     * @param limitNs nanoseconds, above 0
     * @throws IllegalArgumentException if it is not above 0
     */
    public void drainWithin(long limitNs) {
        if (limitNs <= 0L) {
            throw new IllegalArgumentException("limitNs must be above 0: limitNs=" + limitNs);
        }
        drainLimitNs = limitNs;
    }

    /**
     * Has the first SIGTERM or SIGINT of this process do as {@link #stop}; a second one ends the process at once.
     *
     * @throws IllegalStateException if one of them is watched already in this process
     */
    public void stopOnSignal() {
        own.start(a -> io.process().awaitSignal(List.of("TERM", "INT"), control, a), event -> {
            if (!event.failed()) {
                stop();
            } else if (event.errno() == Errno.ECANCELED && !isStopping()) {
                stopOnSignal(); // all that the server has in flight was cancelled, not this wish
            }
        });
    }

    /** Releases the ring and whatever is still open. What a hung disk holds is left to the kernel after a second. */
    @Override
    public void close() {
        events.closeWithin(CLOSE_LIMIT_NS);
    }

    private final class Turns implements TurnHook {
        @Override
        public void betweenTurns() {
            parts.betweenTurns();
        }

        @Override
        public void turnBegins() {
            parts.turnBegins();
        }

        @Override
        public boolean finish() {
            if (!draining) {
                draining = true;
                parts.stop();
                List.copyOf(connections).forEach(this::drain);
                drainLimit = events.newTimer(control, event -> drainLimitPassed());
                drainLimit.start(drainLimitNs);
            }
            return (parts.areStopped(connections.isEmpty()) && connections.isEmpty() && io.pendingCloses() == 0)
                    || abandoned;
        }

        private void drain(Connection connection) {
            try {
                connection.drain();
            } catch (RuntimeException e) {
                abort(connection);
                loopOptions.errorHandler().hookFailed(e);
            }
        }
    }

    /** One that fails does not keep the others from it. */
    private void abort(Connection connection) {
        try {
            connection.abort();
        } catch (RuntimeException e) {
            loopOptions.errorHandler().hookFailed(e);
        }
    }

    /** What is left is aborted; if that does not end either, a disk hangs. */
    private void drainLimitPassed() {
        abandoned = aborted;
        aborted = true;
        drainLimit.start(CLOSE_LIMIT_NS);
        List.copyOf(connections).forEach(this::abort);
    }
}
