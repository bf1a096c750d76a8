// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.events.Timer;
import java.util.function.BooleanSupplier;

/**
 * Turns of a loop whose timer never lets it wait for long: what takes longer from one to the next has held it, unless others had the CPU
 * meanwhile.
 */
final class Turns {
    private static final long TICK_NS = 1_000_000L;
    private static final String TICK = "tick";

    private final AioFixture aio;
    private final Timer ticks;
    private long longestNs;

    Turns(AioFixture aio) {
        this.aio = aio;
        ticks = aio.events.newTimer(aio.urgent, TICK);
    }

    /** What else is handed out is among {@link AioFixture#seen} afterwards. */
    void runUntil(BooleanSupplier enough) {
        ticks.start(TICK_NS);
        final long[] lastNs = {nowNs()};
        aio.runUntil(() -> {
            final long nowNs = nowNs();
            longestNs = Math.max(longestNs, nowNs - lastNs[0]);
            lastNs[0] = nowNs;
            if (aio.seen.removeIf(seen -> TICK.equals(seen.attachment()))) {
                ticks.start(TICK_NS);
            }
            return enough.getAsBoolean();
        });
        ticks.cancel();
    }

    /** A clock that stands still while the loop waits for a CPU. */
    private static long nowNs() {
        return System.nanoTime() - CpuWait.ns();
    }

    /** From one to the next, without what it waited for a CPU. */
    long longestNs() {
        return longestNs;
    }
}
