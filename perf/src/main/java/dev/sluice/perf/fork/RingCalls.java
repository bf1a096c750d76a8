// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;

/** Sluice's operations: a batch is started together and awaited together. */
final class RingCalls implements CachedCallsFork.Calls {
    private static final int MOST = 32;

    private final EventQueue events = EventQueue.open();
    private final AsyncIo io = AsyncIo.on(events);
    private final ResourceContainer container = ResourceContainer.root("calls");
    private final Path path;
    private final String name;
    private final RootDirectory root;
    private final AsyncFile file;
    private final AsyncFile[] toOpen = new AsyncFile[MOST];
    private final IoBuffer[] buffers = new IoBuffer[MOST];

    RingCalls(Path path) throws IOException {
        this.path = path;
        name = path.getFileName().toString();
        root = RootDirectory.open(path.getParent());
        file = RingReads.open(events, io, root, path, false, container);
        for (int i = 0; i < MOST; i++) {
            toOpen[i] = io.newFile();
            buffers[i] = io.arena().tryLease(CachedCallsFork.READ_BYTES);
        }
    }

    @Override
    public void read(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            buffers[i].bytes().clear();
            started(file.read(buffers[i], (long) i * CachedCallsFork.READ_BYTES));
        }
        await(batch, "read", CachedCallsFork.READ_BYTES);
    }

    @Override
    public void open(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            started(toOpen[i].open(root, name, OpenOptions.READ, container, null));
        }
        await(batch, "openat2", 0);
        for (int i = 0; i < batch; i++) {
            toOpen[i].discard();
        }
    }

    @Override
    public void stat(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            started(file.statx());
        }
        await(batch, "statx", 0);
    }

    private static void started(long id) throws IOException {
        if (id == AsyncIo.BACK_PRESSURED) {
            throw new IOException("the queue has no room for another operation");
        }
    }

    private void await(int count, String operation, int leastResult) throws IOException {
        for (int ended = 0; ended < count; ) {
            final EventBatch batch = events.dequeueNextEvents(MOST, Priority.IDLE, -1L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if (event.result() < 0) {
                    throw new IOException(Errno.describe(operation, path.toString(), -event.result()));
                }
                if (event.result() < leastResult) {
                    throw new IOException("short " + operation + " of " + path + ": " + event.result());
                }
                ended++;
            }
        }
    }

    @Override
    public void close() {
        events.close();
        root.close();
    }
}
