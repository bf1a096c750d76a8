// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.CachedFile;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.OpenOptions;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
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

    private final ServerContext context;
    private final ResourceContainer container;
    private final EventHandler handler;

    /** Null if the server has a cache. */
    private final AsyncFile own;

    private CachedFile shared;
    private AsyncFile file;
    private State state = State.CLOSED;
    private long openId;

    ServedFile(ServerContext context, ResourceContainer container, EventHandler handler) {
        this.context = context;
        this.container = container;
        this.handler = handler;
        own = context.cache == null ? context.io.newFile() : null;
    }

    /**
     * Takes a file from the cache.
     *
     * @return 0 if it has it, a negative errno if it knows that there is none, above 0 if it must be opened
     */
    int find(String path) {
        if (context.rootResult < 0) {
            return context.rootResult;
        }
        if (own != null) {
            return 1;
        }
        final CachedFile found = context.cache.find(path);
        if (found == null) {
            return 1;
        }
        if (found.result() == 0) {
            take(found);
        }
        return found.result();
    }

    /** Begins to open the file. */
    void open(String path) {
        openId = ServerContext.started(
                own == null
                        ? context.cache.open(path, container, handler)
                        : own.open(context.root, path, OPEN, container, handler));
        state = State.OPENING;
    }

    /** The event of the open has come. */
    void openEnded(Event event) {
        if (event.failed()) {
            state = State.CLOSED;
        } else if (own == null) {
            take((CachedFile) event.message());
        } else {
            file = own;
            state = State.OPEN;
        }
    }

    private void take(CachedFile taken) {
        shared = taken;
        file = taken.file();
        state = State.OPEN;
    }

    FileStatus status() {
        return file.status();
    }

    AsyncFile file() {
        return file;
    }

    /** Lets go of the file, if there is one; not while it is being read. */
    void close() {
        if (state != State.OPEN) {
            return;
        }
        if (shared != null) {
            shared.release();
            shared = null;
        } else {
            own.discard();
        }
        state = State.CLOSED;
    }

    /** Cancels the open that is under way; its event still comes. False if it is not: then that is on its way. */
    boolean cancelOpen() {
        return context.io.cancel(openId);
    }

    boolean isOpening() {
        return state == State.OPENING;
    }

    /** Tells whether nothing is held and no open is under way. */
    boolean isClosed() {
        return state == State.CLOSED;
    }
}
