// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.Timer;
import java.io.IOException;
import java.nio.file.FileStore;

/** The longest time between two turns of a loop, and all of them together. */
record Ticks(long longestNs, long wholeNs) {
    private static final long TICK_NS = 1_000_000L;

    /** A timer never lets the loop wait for long; until the disk has room again. */
    static Ticks untilFree(AioFixture aio, FileStore store, long freeBytes) throws IOException {
        final Timer ticks = aio.events.newTimer(aio.urgent, "tick");
        final long startNs = System.nanoTime();
        long longestNs = 0L;
        long lastNs = startNs;
        ticks.start(TICK_NS);
        do {
            final EventBatch batch = aio.events.dequeueNextEvents(16, Priority.IDLE, -1L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if ("tick".equals(event.attachment())) {
                    ticks.start(TICK_NS);
                }
            }
            final long nowNs = System.nanoTime();
            longestNs = Math.max(longestNs, nowNs - lastNs);
            lastNs = nowNs;
        } while (store.getUnallocatedSpace() < freeBytes);
        ticks.cancel();
        return new Ticks(longestNs, lastNs - startNs);
    }
}
