// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How many low events are handed out before an urgent one that became ready last, and how long it waits. */
public final class BurstFork {
    private static final double NS_PER_US = 1e3;

    private BurstFork() {}

    /**
     * Measures and prints {@code before} and {@code most}, low ones handed out before the urgent one, in the median and at
     * most; and {@code wait} and {@code longest}, microseconds until it was handed out.
     *
     * @param arguments kind (sluice, fifo, selector, selector-sorted), low ones ready, handler's time in us, times before those
     *     that count, times that count
     * @throws IOException if a descriptor cannot be had
     */
    public static void main(String[] arguments) throws IOException {
        final int lows = Integer.parseInt(arguments[1]);
        final long handlerNs = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[2]));
        final int warmUp = Integer.parseInt(arguments[3]);
        final int times = Integer.parseInt(arguments[4]);
        final long[] before = new long[times];
        final long[] waitNs = new long[times];
        try (Burst burst = open(arguments[0], lows, handlerNs)) {
            for (int i = -warmUp; i < times; i++) {
                final Burst.Wait wait = burst.run(lows);
                if (i >= 0) {
                    before[i] = wait.lowsBefore();
                    waitNs[i] = wait.ns();
                }
            }
        }
        print("before", "most", before, 1.0);
        print("wait", "longest", waitNs, NS_PER_US);
    }

    private static Burst open(String kind, int lows, long handlerNs) throws IOException {
        return switch (kind) {
            case "sluice" -> new RingBurst(lows, handlerNs, true);
            case "fifo" -> new RingBurst(lows, handlerNs, false);
            case "selector" -> new SelectorBurst(lows, handlerNs, false);
            case "selector-sorted" -> new SelectorBurst(lows, handlerNs, true);
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }

    private static void print(String median, String most, long[] values, double unit) {
        Arrays.sort(values);
        Figures.print(median, values[values.length / 2] / unit);
        Figures.print(most, values[values.length - 1] / unit);
    }
}
