// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The JVM's own count of the bytes that the calling thread allocates, after warm-up. */
public final class AllocatedBytes {
    public static final int ROUNDS = 100_000;

    private static final int WINDOWS = 5;

    private AllocatedBytes() {}

    /**
     * Bytes per {@value #ROUNDS} calls: the least of a few windows, because the JVM allocates now and then, once, when it recompiles a
     * loop. What a round allocates is in every window.
     */
    public static long by(Runnable round) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        repeat(round);
        for (int window = 0; window < WINDOWS && least > 0; window++) {
            final long startBytes = threads.getCurrentThreadAllocatedBytes();
            repeat(round);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - startBytes);
        }
        return least;
    }

    private static void repeat(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
    }
}
