// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.Event;
import dev.sluice.events.EventLoop;
import dev.sluice.events.EventLoopOptions;
import dev.sluice.events.EventQueue;
import dev.sluice.events.TurnHook;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A static file server on HTTP/1.1: one thread that waits for sockets and for the disk in one queue, and serves the
 * clients of more urgent classes first.
 *
 * <p>GET and HEAD of regular files below one directory, {@code index.html} for a directory, conditional by
 * date, on connections that are kept alive and may be pipelined.
 *
 * <p><b>Threads.</b> Opened, run and closed by one thread; {@link #stop}, {@link #counters} and {@link #address} are for
 * any.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
public final class FileServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileServer.class);

    /** How long what was cancelled may take to end. */
    private static final long CLOSE_LIMIT_NS = 1_000_000_000L;

    /** Descriptors that are not for connections, the JVM's own, the ring, the root: half of all there may be, within these bounds. */
    private static final int FEWEST_RESERVED = 64;

    private static final int MOST_RESERVED = 256;

    /** Fewer connections than that, for want of descriptors, are hardly what was meant. */
    private static final int FEW_CONNECTIONS = 256;

    /** Of those that are left, what the queue has beside connections: the listener, the watches, and what is opened on the way to a file. */
    private static final int DESCRIPTORS_BESIDE = 8;

    private static final int FEWEST_DESCRIPTORS = 16;

    /** A connection has a socket and, while it is answered, a file: who has a place is not to wait for a slow client's file to be closed. */
    private static final int DESCRIPTORS_PER_CONNECTION = 2;

    private static final int DESCRIPTORS_FOR_A_RESERVED_ONE = 8;

    private static final int MOST_CONNECTIONS = 1 << 16;

    /** What every request comes to: a host that refuses one of these is to say so before a client waits. */
    private static final int[] NEEDED = {
        Opcode.ACCEPT, Opcode.RECV, Opcode.SEND, Opcode.SHUTDOWN, Opcode.CLOSE, Opcode.OPENAT2, Opcode.READ
    };

    private final EventQueue events;
    private final EventLoop loop;
    private final ServerContext context;
    private final Acceptor acceptor;
    private final InetSocketAddress address;
    private final ResourceContainer control;

    private final ConcurrentLinkedQueue<CompletableFuture<String>> counterRequests = new ConcurrentLinkedQueue<>();

    private FileServer(ServerOptions options, AsyncIoOptions ioOptions, RootDirectory root, EventQueue events) {
        this.events = events;
        final AsyncIo io = AsyncIo.on(events, bounded(ioOptions, options, setupFlags()));
        final ResourceContainer server = ResourceContainer.root("server");
        control = server.child("control", Priority.MAX);
        context = new ServerContext(
                io,
                root,
                options,
                server,
                maxConnections(options, io.descriptors().capacity()));
        context.watchRoot(control);
        // Whose client it is shows only afterwards: accepting is as urgent as the most urgent class.
        final ResourceContainer accepting = server.child("accepting", context.classes.highestPriority());
        acceptor = new Acceptor(context, options.address(), accepting);
        address = acceptor.address();
        loop = new EventLoop(
                events,
                EventLoopOptions.defaults().withErrorHandler(new Failures()).withHook(new Turns()));
    }

    /**
     * Opens the directory, the ring and the listening socket, for the calling thread. Connections wait from now on; they
     * are served by {@link #run}.
     *
     * @param options what to serve, where, within which limits
     * @return the server
     * @throws IOException if the directory or the address cannot be opened, naming it and the error
     * @throws dev.sluice.uring.RingUnavailableException as {@link EventQueue#open()}
     */
    public static FileServer open(ServerOptions options) throws IOException {
        return open(options, AsyncIoOptions.defaults());
    }

    /**
     * As {@link #open(ServerOptions)}, with another bound of memory for buffers or other windows to the disk.
     *
     * @param options what to serve, where, within which limits
     * @param ioOptions windows and memory
     * @return the server
     * @throws IOException if the directory or the address cannot be opened, naming it and the error
     * @throws dev.sluice.uring.RingUnavailableException as {@link EventQueue#open()}
     */
    public static FileServer open(ServerOptions options, AsyncIoOptions ioOptions) throws IOException {
        final RootDirectory root = RootDirectory.open(options.directory());
        EventQueue events = null;
        try {
            checkMayEnter(options.directory());
            events = EventQueue.open();
            events.features().require(NEEDED);
            Sockets.requirePeerAddress();
            return new FileServer(options, ioOptions, root, events);
        } catch (RuntimeException | IOException e) {
            if (events != null) {
                events.close();
            }
            root.close();
            throw e;
        }
    }

    /** A directory that may be opened, and nothing looked up in it, would be a server of nothing. */
    private static void checkMayEnter(Path directory) throws IOException {
        try {
            Files.readAttributes(directory.resolve("."), BasicFileAttributes.class);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "nothing can be looked up in " + directory
                            + ": EACCES (13); its permissions must let this user enter it (x)",
                    e);
        } catch (IOException e) {
            LOG.debug("whether {} may be entered is not told here", directory, e);
        }
    }

    /** Bounds the descriptors of the queue by what the process may have, unless that was done. */
    private static AsyncIoOptions bounded(AsyncIoOptions ioOptions, ServerOptions options, int setupFlags) {
        final long limit = Descriptors.raiseOpenFilesLimit();
        final long left = limit - Math.max(FEWEST_RESERVED, Math.min(MOST_RESERVED, limit / 2L));
        if (ioOptions.descriptors() != ResourceContainer.NO_LIMIT) {
            return ioOptions;
        }
        // A ring that is not the kernel's has a copy of each socket that it waits for: every other one at most is a
        // connection's.
        final long most = Math.max(FEWEST_DESCRIPTORS, setupFlags == 0 ? left * 2L / 3L : left);
        final boolean anyHigh = options.classes().stream().anyMatch(clients -> clients.priority() >= Priority.HIGH);
        return ioOptions.withDescriptors(most, anyHigh ? most / DESCRIPTORS_FOR_A_RESERVED_ONE : 0L);
    }

    private static int maxConnections(ServerOptions options, long descriptors) {
        final long allowed = (descriptors - DESCRIPTORS_BESIDE) / DESCRIPTORS_PER_CONNECTION;
        final int possible = (int) Math.max(1L, Math.min(allowed, MOST_CONNECTIONS));
        if (possible < (options.maxConnections() == 0 ? FEW_CONNECTIONS : options.maxConnections())) {
            LOG.warn(
                    "at most {} connections at a time, since this process may not open more files; raise that limit (ulimit -n,"
                            + " LimitNOFILE= of the service)",
                    possible);
        }
        return options.maxConnections() == 0 ? possible : Math.min(possible, options.maxConnections());
    }

    /**
     * Returns where the server listens.
     *
     * @return the address with the port that the system chose if none was given
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Says how the ring is reached.
     *
     * @return for example {@code liburing 2.3 (/usr/lib/x86_64-linux-gnu/liburing.so.2.3)} or {@code epoll and 49 workers}
     */
    public String binding() {
        return events.binding();
    }

    /**
     * Says how the ring was set up.
     *
     * @return a mask of {@link dev.sluice.uring.SetupFlags}; 0 if it is not the kernel's
     */
    public int setupFlags() {
        return events.features().setupFlags();
    }

    /**
     * Serves until {@link #stop}, then completes the responses under way, for as long as {@link
     * ServerOptions#drainTimeout()} allows.
     *
     * @throws IllegalStateException if the calling thread did not open the server
     */
    public void run() {
        loop.run();
    }

    private final class Turns implements TurnHook {
        @Override
        public void betweenTurns() {
            context.sweep();
            if (!loop.isStopping()) {
                acceptor.acceptIfRoom();
            }
            answerCounterRequests();
        }

        @Override
        public long maxWaitNs() {
            final long remainingNs = context.remainingNs();
            return remainingNs == TimeoutList.NONE ? -1L : remainingNs;
        }

        @Override
        public void turnBegins() {
            context.turn();
        }

        @Override
        public boolean finish() {
            drain();
            return acceptor.isClosed()
                    && (context.abandoned
                            || (context.connections.isEmpty()
                                    && context.closeCache()
                                    && context.closeRootWatch()
                                    && context.io.pendingCloses() == 0));
        }
    }

    private final class Failures implements ErrorHandler {
        @Override
        public void handlerFailed(Event event, RuntimeException failure) {
            context.counters.handlerExceptions++;
            LOG.error("a handler failed, its connection is closed: {}", event, failure);
            ((EventHandler) event.attachment()).abort();
        }

        @Override
        public void hookFailed(RuntimeException failure) {
            context.counters.handlerExceptions++;
            LOG.error("what is done between turns failed, the server goes on", failure);
        }
    }

    private void drain() {
        acceptor.close();
        if (!context.draining) {
            context.draining = true;
            context.drain.start(new DrainDeadline(), context.nowNs);
            for (final Connection connection : new ArrayList<>(context.connections)) {
                connection.drain();
            }
        }
    }

    private final class DrainDeadline extends TimeoutEntry {
        @Override
        void timedOut() {
            for (final Connection connection : new ArrayList<>(context.connections)) {
                connection.cutOff();
            }
            context.abandon.start(new Abandoning(), context.nowNs);
        }
    }

    /** What was aborted has not ended: a disk hangs, and nobody can end a read that waits for it. */
    private final class Abandoning extends TimeoutEntry {
        @Override
        void timedOut() {
            context.abandoned = true;
        }
    }

    private void answerCounterRequests() {
        CompletableFuture<String> request;
        while ((request = counterRequests.poll()) != null) {
            request.complete(countersNow());
        }
    }

    /**
     * Returns the counters as they stand, in one line: {@code counters key=value ...}.
     *
     * @return the line
     * @throws IllegalStateException if the calling thread did not open the server
     */
    public String countersNow() {
        return context.counters.line(context, events.counters());
    }

    /**
     * Asks the loop for its counters. From any thread.
     *
     * @return the line, when the loop comes to it; cancelled if the server is closed before
     */
    public CompletableFuture<String> counters() {
        final CompletableFuture<String> request = new CompletableFuture<>();
        counterRequests.add(request);
        events.wakeup();
        return request;
    }

    /**
     * Has the first SIGTERM or SIGINT of this process do as {@link #stop}. What the JVM does about them applies again from
     * then on: a second one ends the process at once, whatever the server does.
     *
     * @throws IllegalStateException if the calling thread did not open the server, or one of them is watched already
     */
    public void stopOnSignal() {
        final long id = context.io.process().awaitSignal(List.of("TERM", "INT"), control, new StopSignal());
        if (id == AsyncIo.BACK_PRESSURED) {
            throw new IllegalStateException("too many operations are under way to wait for a signal");
        }
    }

    private final class StopSignal implements EventHandler {
        @Override
        public void handle(Event event) {
            stop();
        }

        @Override
        public void abort() {
            // The next signal ends the process.
        }
    }

    /** Asks for the end of {@link #run}. From any thread, any number of times. */
    public void stop() {
        loop.stop();
    }

    /**
     * Closes whatever is still open, connections too, and releases the ring. Closing again does nothing. What a hung disk holds is left to
     * the kernel after a second, and the log says so.
     *
     * @throws IllegalStateException if the calling thread did not open the server
     */
    @Override
    public void close() {
        events.closeWithin(CLOSE_LIMIT_NS);
        context.root.close();
        CompletableFuture<String> request;
        while ((request = counterRequests.poll()) != null) {
            request.cancel(false);
        }
    }
}
