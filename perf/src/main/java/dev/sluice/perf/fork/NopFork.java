// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.kernel.KernelRing;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What one io_uring_enter of n operations that do nothing costs: claiming, preparing, the native call, and draining. The
 * points take turns in short slices, so that all of them have the same stretch of the machine.
 */
public final class NopFork {
    /** Entries of the submission queue: the largest n. */
    public static final int ENTRIES = 128;

    private static final int SLICES = 20;
    private static final int ENTERS_A_LOOK = 64;

    private final KernelRing ring;
    private final CompletionHandler completed = this::completed; // made once: a method reference allocates
    private long failed;

    private NopFork(KernelRing ring) {
        this.ring = ring;
    }

    /**
     * The ring that is measured; the program in C has the same sizes.
     *
     * @return options
     */
    public static RingOptions options() {
        return new RingOptions(ENTRIES, 2 * ENTRIES);
    }

    /**
     * Measures and prints for each n nanoseconds an enter, the median of 20 slices.
     *
     * @param arguments warm-up and window of each point in ms, then every n
     */
    public static void main(String[] arguments) {
        final long warmUpNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[0]));
        final long windowNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[1]));
        final int[] points =
                Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        try (KernelRing ring = KernelRing.open(options())) {
            ring.enable();
            new NopFork(ring).measure(points, warmUpNs, windowNs);
        }
    }

    private void measure(int[] points, long warmUpNs, long windowNs) {
        final double[][] tookNs = new double[points.length][SLICES];
        for (final int n : points) {
            run(n, warmUpNs);
        }
        for (int slice = 0; slice < SLICES; slice++) {
            for (int point = 0; point < points.length; point++) {
                tookNs[point][slice] = run(points[point], windowNs / SLICES);
            }
        }
        for (int point = 0; point < points.length; point++) {
            Slices.print(Integer.toString(points[point]), tookNs[point]);
        }
    }

    /** Returns nanoseconds an enter. */
    private double run(int n, long durationNs) {
        final long startNs = System.nanoTime();
        long enters = 0;
        long tookNs;
        do {
            for (int i = 0; i < ENTERS_A_LOOK; i++) {
                enter(n);
            }
            enters += ENTERS_A_LOOK;
            tookNs = System.nanoTime() - startNs;
        } while (tookNs < durationNs);
        if (failed > 0) {
            throw new IllegalStateException(failed + " operations failed");
        }
        return (double) tookNs / enters;
    }

    private void enter(int n) {
        for (int i = 0; i < n; i++) {
            ring.tryClaim().prepNop().userData(i);
        }
        ring.submitAndWait(n, -1L);
        final int done = ring.drainCompletions(completed, n);
        if (done != n) {
            throw new IllegalStateException(done + " of " + n + " operations completed");
        }
    }

    private void completed(long userData, int result, int flags) {
        if (result < 0) {
            failed++;
        }
    }
}
