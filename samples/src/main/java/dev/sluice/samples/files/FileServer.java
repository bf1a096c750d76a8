// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.Server;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import dev.sluice.samples.http.Exchange;
import dev.sluice.samples.http.HttpServer;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.net.Acceptor;
import dev.sluice.samples.net.ClientClasses;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A static file server on HTTP/1.1: one thread that waits for sockets and for the disk in one queue, and serves the
 * clients of more urgent classes first.
 *
 * <p>GET and HEAD of regular files below one directory, {@code index.html} for a directory, ranges of them, conditional by
 * entity tag and by date, and what {@link FileOptions} ask for, on connections that are kept alive and may be pipelined.
 *
 * <p><b>Threads.</b> Opened, run and closed by one thread; {@link #stop}, {@link #counters} and {@link #address} are for
 * any.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
public final class FileServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileServer.class);

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

    private final Server server;
    private final HttpServer http;
    private final ServedFiles files;
    private final Acceptor acceptor;

    private final ConcurrentLinkedQueue<CompletableFuture<String>> counterRequests = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private long handlerExceptions;

    private FileServer(ServerOptions options, AsyncIoOptions ioOptions, RootDirectory root, EventQueue events) {
        server = Server.on(events, bounded(ioOptions, options, events.features().setupFlags()), new Failures());
        server.drainWithin(options.drainTimeout().toNanos());
        final ClientClasses classes = new ClientClasses(server.container(), options.classes(), options.trust());
        http = new HttpServer(server, options.timeouts(), RequestLimits.USUAL, this::newResponse);
        files = new ServedFiles(
                server.io(),
                root,
                options.openFileCache(),
                server.container(),
                http.header(),
                options.files(),
                events::nanoTime);
        files.watchRoot(server.container().child("files", Priority.MAX));
        server.add(files);
        server.add(new CounterRequests());
        final int most = maxConnections(options, server.io().descriptors().capacity());
        acceptor = new Acceptor(server, options.address(), classes, most, http);
    }

    private FileResponse newResponse(Exchange exchange) {
        return new FileResponse(files, exchange);
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
        return acceptor.address();
    }

    /**
     * Says how the ring is reached.
     *
     * @return for example {@code epoll and 49 workers, calls by JNA}; as {@link dev.sluice.uring.Ring#binding}
     */
    public String binding() {
        return server.events().binding();
    }

    /**
     * Says how the ring was set up.
     *
     * @return a mask of {@link dev.sluice.uring.SetupFlags}; 0 if it is not the kernel's
     */
    public int setupFlags() {
        return server.events().features().setupFlags();
    }

    /**
     * Serves until {@link #stop}, then completes the responses under way, for as long as {@link
     * ServerOptions#drainTimeout()} allows.
     *
     * @throws IllegalStateException if the calling thread did not open the server
     */
    public void run() {
        server.run();
    }

    private final class CounterRequests implements ServerPart {
        @Override
        public void betweenTurns() {
            answerCounterRequests();
        }

        @Override
        public boolean isStopped(boolean isLast) {
            return true;
        }
    }

    private final class Failures implements ErrorHandler {
        @Override
        public void handlerFailed(Event event, RuntimeException failure) {
            handlerExceptions++;
            LOG.error("a handler failed, its connection is closed: {}", event, failure);
        }

        @Override
        public void hookFailed(RuntimeException failure) {
            handlerExceptions++;
            LOG.error("what is done between turns failed, the server goes on", failure);
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
        return ServerCounters.line(server, acceptor, http.counters(), files.cache, handlerExceptions);
    }

    /**
     * Asks the loop for its counters. From any thread.
     *
     * @return the line, when the loop comes to it; cancelled if the server is closed before
     */
    public CompletableFuture<String> counters() {
        final CompletableFuture<String> request = new CompletableFuture<>();
        counterRequests.add(request);
        if (closed) {
            request.cancel(false); // close() may not have seen it
        } else {
            server.events().wakeup();
        }
        return request;
    }

    /**
     * Has the first SIGTERM or SIGINT of this process do as {@link #stop}. What the JVM does about them applies again from
     * then on: a second one ends the process at once, whatever the server does.
     *
     * @throws IllegalStateException if the calling thread did not open the server, or one of them is watched already
     */
    public void stopOnSignal() {
        server.stopOnSignal();
    }

    /** Asks for the end of {@link #run}. From any thread, any number of times. */
    public void stop() {
        server.stop();
    }

    /**
     * Closes whatever is still open, connections too, and releases the ring. Closing again does nothing. What a hung disk holds is left to
     * the kernel after a second, and the log says so.
     *
     * @throws IllegalStateException if the calling thread did not open the server
     */
    @Override
    public void close() {
        try {
            server.close();
        } finally {
            files.close();
            closed = true;
            CompletableFuture<String> request;
            while ((request = counterRequests.poll()) != null) {
                request.cancel(false);
            }
        }
    }
}
