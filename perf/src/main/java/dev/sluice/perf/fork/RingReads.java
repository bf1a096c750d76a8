// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;

/** Random reads by Sluice: one thread, one queue. */
final class RingReads {
    private static final int BATCH = 64;

    private final AsyncFile file;
    private final ResourceContainer container;
    private final ReadLoad load;
    private int underWay;

    private RingReads(AsyncFile file, ResourceContainer container, ReadLoad load) {
        this.file = file;
        this.container = container;
        this.load = load;
    }

    /** One read after the other into the same buffer. */
    private static final class Slot {
        private final IoBuffer buffer;
        private long startNs;

        Slot(IoBuffer buffer) {
            this.buffer = buffer;
        }
    }

    static void read(Path path, boolean direct, int readBytes, int depth, ReadLoad load) throws IOException {
        final ResourceContainer container = ResourceContainer.root("reads");
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(path.getParent())) {
            final AsyncIo io = AsyncIo.on(events, AsyncIoOptions.defaults().withReadWindow(depth));
            final AsyncFile file = open(events, io, root, path, direct, container);
            final RingReads reads = new RingReads(file, container, load);
            for (int i = 0; i < depth; i++) {
                final IoBuffer buffer = io.arena().tryLease(readBytes);
                buffer.bytes().limit(readBytes);
                reads.start(new Slot(buffer));
            }
            while (reads.underWay > 0) {
                final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, -1L);
                for (Event event = batch.next(); event != null; event = batch.next()) {
                    reads.ended((Slot) event.attachment(), event.result());
                }
            }
        }
    }

    static AsyncFile open(
            EventQueue events, AsyncIo io, RootDirectory root, Path path, boolean direct, ResourceContainer container)
            throws IOException {
        final AsyncFile file = io.newFile();
        final OpenOptions options = OpenOptions.READ.withFlags(direct ? OpenFlags.O_DIRECT : 0);
        file.open(root, path.getFileName().toString(), options, container, null);
        final Event opened = events.dequeueNextEvents(1, Priority.IDLE, -1L).next();
        if (opened.result() < 0) {
            throw new IOException(Errno.describe("openat2", path.toString(), -opened.result()));
        }
        return file;
    }

    private void start(Slot slot) {
        final long nowNs = System.nanoTime();
        final long position = load.nextPosition(nowNs);
        if (position != ReadLoad.OVER) {
            slot.startNs = nowNs;
            if (file.read(slot.buffer, position, container, slot) == AsyncIo.BACK_PRESSURED) {
                throw new IllegalStateException("the queue has no room for " + underWay + " reads");
            }
            underWay++;
        }
    }

    private void ended(Slot slot, int result) {
        load.completed(slot.startNs, System.nanoTime(), result);
        underWay--;
        slot.buffer.bytes().position(0);
        start(slot);
    }
}
