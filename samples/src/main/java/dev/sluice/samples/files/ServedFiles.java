// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.OpenFileCache;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.RootWatch;
import dev.sluice.aio.protocol.ServerPart;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory that is served, and what answers share. Belongs to the thread of the server. */
final class ServedFiles implements ServerPart {
    private static final Logger LOG = LoggerFactory.getLogger(ServedFiles.class);

    /** At a time: each may hold some megabytes of the heap. */
    static final int MOST_LISTINGS = 16;

    private static final long COMPLAINT_INTERVAL_NS = 60_000_000_000L;

    private final AsyncIo io;
    private final LongSupplier nanoTime;

    /** What the directory's path leads to, or led to last. */
    RootDirectory root;

    /** 0, or the negative errno with which its path leads to no directory. */
    int rootResult;

    /** Null where the kernel does not let the path be watched. */
    private RootWatch rootWatch;

    /** Null if files are opened for each request. */
    final OpenFileCache cache;

    final RequestTarget target = new RequestTarget();
    final FileOptions options;
    final AcceptedCodings accepted;
    final boolean offersCodings;
    final MultipartRanges multipart = new MultipartRanges(new SecureRandom());
    final ResponseHeader header;
    final FileFields fileFields;

    /** Their names are held until they are sent. */
    private int listings;

    private long lastComplaintNs = Long.MIN_VALUE / 2;

    private boolean cacheClosing;
    private boolean cacheClosed;
    private boolean rootWatchClosing;
    private boolean rootWatchClosed;

    /** {@code cachedFiles} is 0 for no cache, {@code keptBytes} for one without contents; {@code nanoTime} is the clock of the queue. */
    ServedFiles(
            AsyncIo io,
            RootDirectory root,
            int cachedFiles,
            long keptBytes,
            ResourceContainer server,
            ResponseHeader header,
            FileOptions options,
            LongSupplier nanoTime) {
        this.io = io;
        this.root = root;
        this.header = header;
        this.options = options;
        accepted = new AcceptedCodings(options.siblings());
        offersCodings = !options.siblings().isEmpty();
        this.nanoTime = nanoTime;
        fileFields = new FileFields(header, options);
        final EventHandler cacheEvents = event -> cacheClosed |= event.operation() == Opcode.CLOSE;
        cache = cachedFiles == 0
                ? null
                : io.files().newOpenFileCache(root, cachedFiles, server.child("open-files"), cacheEvents);
        cacheClosed = cache == null;
        if (cache != null && keptBytes > 0L) {
            cache.keepContents(keptBytes, server.child("memory-tier", Priority.LOW));
        }
    }

    /** Has what the directory's path leads to served, if that becomes another directory. Waits for the disk. */
    void watchRoot(ResourceContainer container) {
        try {
            rootWatch = io.files().watchRoot(root, container, (EventHandler) this::rootEvent);
        } catch (IOException | UncheckedIOException e) {
            rootWatchClosed = true;
            LOG.warn("what {} is now is served, whatever its name comes to mean: {}", root.path(), e.getMessage());
        }
    }

    private void rootEvent(Event event) {
        if (event.operation() == Opcode.NOP) {
            rootChanged(event.result(), (RootDirectory) event.message());
        } else {
            rootWatchClosed |= event.operation() == Opcode.CLOSE;
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

    /** When this turn began, of the clock that stamps files; milliseconds since 1970. */
    long nowMs() {
        return header.timeMs();
    }

    /** Takes one of the few listings that there may be at a time; false if there is none. */
    boolean beginListing() {
        final boolean begins = listings < MOST_LISTINGS;
        listings += begins ? 1 : 0;
        return begins;
    }

    void endListing() {
        listings--;
    }

    /** What is amiss with the host, and not with the request, is said once a minute. */
    void noteRefusedFile(int errno) {
        final long nowNs = nanoTime.getAsLong();
        if (errno == Errno.ENOWORKER && nowNs - lastComplaintNs > COMPLAINT_INTERVAL_NS) {
            lastComplaintNs = nowNs;
            LOG.warn(
                    "files cannot be opened or read, answered with 503: ENOWORKER, the kernel has no thread to do it on; raise the limit"
                            + " of processes and threads (pids.max of the control group, TasksMax= of the service, ulimit -u)");
        }
    }

    /** Closes the cache and the watch when nobody is left. */
    @Override
    public boolean isStopped(boolean isLast) {
        if (isLast && !cacheClosed && !cacheClosing) {
            cacheClosing = cache.close() != AsyncIo.BACK_PRESSURED;
        }
        if (isLast && !rootWatchClosed && !rootWatchClosing) {
            rootWatchClosing = rootWatch.close() != AsyncIo.BACK_PRESSURED;
        }
        return cacheClosed && rootWatchClosed;
    }

    /** Closes the directory; the queue is closed already. */
    void close() {
        root.close();
    }
}
