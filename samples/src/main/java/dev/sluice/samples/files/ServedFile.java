// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.CachedFile;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.SharedBlock;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.samples.http.Exchange;
import dev.sluice.uring.linux.OpenFlags;

/** The file of one response at a time: opened for it alone, or, if the server has a cache, shared with others. */
final class ServedFile {
    /** Opening a FIFO or a device must not make a kernel worker wait for its other end. */
    private static final OpenOptions OPEN = OpenOptions.READ.withFlags(OpenFlags.O_NONBLOCK);

    private enum State {
        CLOSED,
        OPENING,
        OPEN
    }

    private final ServedFiles files;
    private final Exchange exchange;

    /** Null if the server has a cache. */
    private final AsyncFile own;

    private final InFlight.Start open = this::startOpen;
    private final Runnable close = this::close;

    private CachedFile shared;
    private AsyncFile file;
    private FileStatus status;
    private State state = State.CLOSED;
    private String path;

    ServedFile(ServedFiles files, Exchange exchange) {
        this.files = files;
        this.exchange = exchange;
        own = files.cache == null ? exchange.io().newFile() : null;
    }

    /**
     * Takes a file from the cache.
     *
     * @return 0 if it has it, a negative errno if it knows that there is none, above 0 if it must be opened
     */
    int find(String path) {
        if (files.rootResult < 0) {
            return files.rootResult;
        }
        if (own != null) {
            return 1;
        }
        final CachedFile found = files.cache.find(path);
        if (found == null) {
            return 1;
        }
        if (found.result() == 0) {
            take(found);
        }
        return found.result();
    }

    /** Begins to open the file; the event is to be told to {@link #openEnded}. */
    void open(String newPath, EventHandler opened) {
        path = newPath;
        state = State.OPENING;
        exchange.operations().start(open, opened);
    }

    private long startOpen(EventHandler attachment) {
        return own == null
                ? files.cache.open(path, exchange.container(), attachment)
                : own.open(files.root, path, OPEN, exchange.container(), attachment);
    }

    /** The event of the open has come. */
    void openEnded(Event event) {
        if (event.failed()) {
            state = State.CLOSED;
        } else if (own == null) {
            take((CachedFile) event.message());
        } else {
            file = own;
            status = own.status();
            state = State.OPEN;
        }
    }

    private void take(CachedFile taken) {
        shared = taken;
        file = taken.file();
        status = taken.status();
        state = State.OPEN;
    }

    FileStatus status() {
        return status;
    }

    /** Returns all that the file has, if that is kept, else null. To be asked once for an answer. */
    SharedBlock content() {
        return shared == null ? null : shared.content();
    }

    AsyncFile file() {
        return file;
    }

    /** Returns what lets go of the file, for who has it from now on. */
    Runnable hand() {
        return close;
    }

    /** Lets go of the file, if there is one; not while it is being read. */
    void close() {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSED;
        if (shared != null) {
            final CachedFile released = shared;
            shared = null;
            released.release();
        } else {
            own.discard();
        }
    }
}
