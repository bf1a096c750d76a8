// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;

/** Sluice: one thread, one container for all readers. */
final class RingMixed {
    private static final int BATCH = 128;
    private static final long LOOK_NS = 1_000_000L;

    private final MixedLoad load;
    private final EventQueue events;
    private final AsyncIo io;
    private final AsyncFile file;
    private final ResourceContainer container;

    /** Hot readers that have read, the one that is due first in front: all have the same interval. */
    private final ArrayDeque<Slot> idle = new ArrayDeque<>();

    private int underWay;

    private RingMixed(MixedLoad load, EventQueue events, AsyncIo io, AsyncFile file, ResourceContainer container) {
        this.load = load;
        this.events = events;
        this.io = io;
        this.file = file;
        this.container = container;
    }

    private record Slot(MixedLoad.Reader reader, IoBuffer buffer) {}

    static void read(Path path, MixedLoad load) throws IOException {
        final ResourceContainer container = ResourceContainer.root("readers");
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(path.getParent())) {
            final AsyncIo io = AsyncIo.on(events);
            final AsyncFile file = RingReads.open(events, io, root, path, false, container);
            new RingMixed(load, events, io, file, container).run();
        }
    }

    private void run() {
        for (final MixedLoad.Reader reader : load.readers(true)) {
            idle.add(slot(reader));
        }
        boolean coldReads = false;
        while (!load.isOver() || underWay > 0) {
            if (!coldReads && load.coldMayRead()) {
                coldReads = true;
                for (final MixedLoad.Reader reader : load.readers(false)) {
                    start(slot(reader));
                }
            }
            final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, startDue());
            for (Event event = batch.next(); event != null; event = batch.next()) {
                final Slot slot = (Slot) event.attachment();
                underWay--;
                load.ended(slot.reader, event.result());
                if (slot.reader.hot) {
                    idle.add(slot);
                } else if (!load.isOver()) {
                    start(slot);
                }
            }
        }
    }

    private Slot slot(MixedLoad.Reader reader) {
        return new Slot(reader, io.arena().tryLease(MixedLoad.PAGE));
    }

    /** Starts the hot reads that are due, and returns how long there is none. */
    private long startDue() {
        if (load.isOver()) {
            return LOOK_NS;
        }
        final long nowNs = System.nanoTime();
        while (!idle.isEmpty()) {
            final long untilDueNs = idle.peek().reader.dueNs - nowNs;
            if (untilDueNs > 0L) {
                return Math.min(untilDueNs, LOOK_NS);
            }
            start(idle.remove());
        }
        return LOOK_NS;
    }

    private void start(Slot slot) {
        slot.buffer.bytes().clear();
        if (file.read(slot.buffer, load.position(slot.reader), container, slot) == AsyncIo.BACK_PRESSURED) {
            throw new IllegalStateException("the queue has no room for " + underWay + " reads");
        }
        underWay++;
    }
}
