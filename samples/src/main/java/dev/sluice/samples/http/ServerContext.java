// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.Allowance;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.OpenFileCache;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.RootWatch;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.samples.http.wire.RequestLimits;
import dev.sluice.samples.http.wire.RequestReaders;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections of one loop share. Belongs to the loop's thread. */
final class ServerContext {
    private static final Logger LOG = LoggerFactory.getLogger(ServerContext.class);

    private static final int PLACES_FOR_A_RESERVED_ONE = 8;

    private static final long COMPLAINT_INTERVAL_NS = 60_000_000_000L;

    final AsyncIo io;

    /** What the directory's path leads to, or led to last. */
    RootDirectory root;

    /** 0, or the negative errno with which its path leads to no directory. */
    int rootResult;

    /** Null where the kernel does not let the path be watched. */
    private RootWatch rootWatch;

    /** Null if files are opened for each request. */
    final OpenFileCache cache;

    final ServerCounters counters = new ServerCounters();
    final RequestReaders readers = new RequestReaders(RequestLimits.USUAL);
    final RequestTarget target = new RequestTarget();
    final ResponseHeader header = new ResponseHeader();
    final FileFields fileFields = new FileFields(header);
    final Set<Connection> connections = new HashSet<>();
    final ClientClasses classes;

    final TimeoutList request;

    /** For a step of {@link Progress}. */
    final TimeoutList response;

    /** What a client must have taken in within a response's time-out. */
    final long leastAckedBytes;

    final TimeoutList linger;
    final TimeoutList drain;
    final TimeoutList abandon = new TimeoutList(1_000_000_000L);
    final TimeoutList doorPatience = new TimeoutList(Door.PATIENCE_NS);
    final TimeoutList acceptRetry = new TimeoutList(1_000_000_000L);

    /** What is read ahead for clients that take nothing. */
    final TimeoutList standing = new TimeoutList(1_000_000_000L);

    private final TimeoutList[] timeouts;

    /** The time of this turn; timeouts need no better one. */
    long nowNs;

    /**
     * Of connections: fewer are taken than there are {@link #connections} while the last events of some are still to come. An eighth is
     * kept for the highest class: whose client one is shows when it was accepted, so that others wait at the door then.
     */
    final Allowance places;

    /** No request is taken any more. */
    boolean draining;

    private long lastComplaintNs = Long.MIN_VALUE / 2;
    /** What has not ended by now is not waited for. */
    boolean abandoned;

    private boolean cacheClosing;
    private boolean cacheClosed;
    private boolean rootWatchClosing;
    private boolean rootWatchClosed;

    ServerContext(AsyncIo io, RootDirectory root, ServerOptions options, ResourceContainer server, int maxConnections) {
        this.io = io;
        this.root = root;
        cache = options.openFileCache() == 0
                ? null
                : io.files()
                        .newOpenFileCache(root, options.openFileCache(), server.child("open-files"), new CacheEvents());
        cacheClosed = cache == null;
        classes = new ClientClasses(
                server, options.classes(), options.idleTimeout().toNanos());
        places = io.newAllowance(
                Resource.CONNECTIONS,
                maxConnections,
                maxConnections / PLACES_FOR_A_RESERVED_ONE,
                classes.highestPriority());
        request = new TimeoutList(options.requestTimeout().toNanos());
        response = new TimeoutList(options.responseTimeout().toNanos() / Progress.STEPS);
        leastAckedBytes = Math.max(
                1L, options.minBytesPerSecond() * options.responseTimeout().toMillis() / 1000L);
        linger = new TimeoutList(options.lingerTimeout().toNanos());
        drain = new TimeoutList(options.drainTimeout().toNanos());
        timeouts = Stream.concat(
                        Stream.of(request, response, linger, drain, abandon, doorPatience, acceptRetry, standing),
                        classes.leastUrgentFirst().stream().map(clients -> clients.idle))
                .toArray(TimeoutList[]::new);
        turn();
    }

    /**
     * Checks that an operation was started: a connection has no more than eight, and the queue, which has room for a million, more than
     * so many for each that there can be.
     */
    static long started(long id) {
        started(id != AsyncIo.BACK_PRESSURED);
        return id;
    }

    static void started(boolean isStarted) {
        if (!isStarted) {
            throw new IllegalStateException("too many operations are under way");
        }
    }

    /** A new turn of the loop. */
    final void turn() {
        nowNs = System.nanoTime();
        header.setTime(System.currentTimeMillis());
    }

    /** Has what the directory's path leads to served, if that becomes another directory. Waits for the disk. */
    void watchRoot(ResourceContainer container) {
        try {
            rootWatch = io.files().watchRoot(root, container, new RootEvents());
        } catch (IOException | UncheckedIOException e) {
            rootWatchClosed = true;
            LOG.warn("what {} is now is served, whatever its name comes to mean: {}", root.path(), e.getMessage());
        }
    }

    private final class RootEvents implements EventHandler {
        @Override
        public void handle(Event event) {
            if (event.operation() == Opcode.NOP) {
                rootChanged(event.result(), (RootDirectory) event.message());
            } else {
                rootWatchClosed |= event.operation() == Opcode.CLOSE;
            }
        }

        @Override
        public void abort() {
            // Nothing of a connection's.
        }
    }

    /** Responses under way go on with the files that they have open. */
    private void rootChanged(int result, RootDirectory newRoot) {
        rootResult = result;
        if (newRoot != null) {
            final RootDirectory before = root;
            root = newRoot;
            if (cache != null) {
                cache.changeRoot(newRoot);
            }
            before.close();
        }
    }

    /** Ends the watch of the path; false until that is done. */
    boolean closeRootWatch() {
        if (!rootWatchClosed && !rootWatchClosing) {
            rootWatchClosing = rootWatch.close() != AsyncIo.BACK_PRESSURED;
        }
        return rootWatchClosed;
    }

    /** What is amiss with the host, and not with the request, is said once a minute. */
    void noteRefusedFile(int errno) {
        if (errno == Errno.ENOWORKER && nowNs - lastComplaintNs > COMPLAINT_INTERVAL_NS) {
            lastComplaintNs = nowNs;
            LOG.warn(
                    "files cannot be opened or read, answered with 503: ENOWORKER, the kernel has no thread to do it on; raise the limit"
                            + " of processes and threads (pids.max of the control group, TasksMax= of the service, ulimit -u)");
        }
    }

    /** Closes the cache, if there is one; false until that is done. */
    boolean closeCache() {
        if (!cacheClosed && !cacheClosing) {
            cacheClosing = cache.close() != AsyncIo.BACK_PRESSURED;
        }
        return cacheClosed;
    }

    private final class CacheEvents implements EventHandler {
        @Override
        public void handle(Event event) {
            cacheClosed |= event.operation() == Opcode.CLOSE;
        }

        @Override
        public void abort() {
            // Nothing of a connection's.
        }
    }

    /** Ends what has run out of time. */
    void sweep() {
        for (final TimeoutList list : timeouts) {
            list.sweep(nowNs);
        }
    }

    /** How long until something runs out of time, or {@link TimeoutList#NONE}. */
    long remainingNs() {
        long remainingNs = TimeoutList.NONE;
        for (final TimeoutList list : timeouts) {
            remainingNs = Math.min(remainingNs, list.remainingNs(nowNs));
        }
        return remainingNs;
    }
}
