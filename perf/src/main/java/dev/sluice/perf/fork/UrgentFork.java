// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long an urgent event waits while low ones are pending. */
public final class UrgentFork {
    private static final List<Integer> ONE_IN = List.of(2, 4, 10, 20, 100, 200, 1000);
    private static final double NS_PER_US = 1e3;

    private UrgentFork() {}

    /**
     * Measures and prints {@code one-in-N}, microseconds that one event in N waits longer than, and {@code max}.
     *
     * @param arguments kind (sluice, fifo, selector), low events pending, handler's time in us, urgent events before
     *     those that count, urgent events that count
     * @throws IOException if a descriptor cannot be had
     */
    public static void main(String[] arguments) throws IOException {
        final int pending = Integer.parseInt(arguments[1]);
        final long handlerNs = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[2]));
        final UrgentSamples samples = new UrgentSamples(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
        try (LowBacklog backlog = open(arguments[0], pending, handlerNs)) {
            final Thread sender = samples.startSending(backlog);
            backlog.serve(samples);
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        final Histogram waitedNs = samples.waitedNs();
        for (final int oneIn : ONE_IN) {
            final long ns = waitedNs.getValueAtPercentile(100.0 - 100.0 / oneIn);
            Figures.print("one-in-" + oneIn, ns / NS_PER_US);
        }
        Figures.print("max", waitedNs.getMaxValue() / NS_PER_US);
    }

    private static LowBacklog open(String kind, int pending, long handlerNs) throws IOException {
        return switch (kind) {
            case "sluice" -> new RingBacklog(pending, handlerNs, true);
            case "fifo" -> new RingBacklog(pending, handlerNs, false);
            case "selector" -> new SelectorBacklog(pending, handlerNs);
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }
}
