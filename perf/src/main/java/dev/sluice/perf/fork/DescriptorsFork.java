// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What one signal-and-dequeue costs: the active descriptors are all made ready, then taken from the queue until every
 * one of them was, again and again. Making them not ready again is not timed.
 */
public final class DescriptorsFork {
    private static final int SLICES = 20;

    private final ActiveDescriptors descriptors;
    private final int active;
    private long signalNs;
    private long dequeueNs;
    private long turns;

    private DescriptorsFork(ActiveDescriptors descriptors, int active) {
        this.descriptors = descriptors;
        this.active = active;
    }

    /**
     * Measures and prints {@code signal-and-dequeue} and {@code dequeue}, nanoseconds an event, the median of 20 slices.
     *
     * @param arguments kind (sluice, sluice-simulated, selector), descriptors declared, active among them, warm-up and window in ms
     * @throws IOException if a descriptor cannot be had
     */
    public static void main(String[] arguments) throws IOException {
        final int declared = Integer.parseInt(arguments[1]);
        final int active = Integer.parseInt(arguments[2]);
        final long warmUpNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[3]));
        final long windowNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[4]));
        try (ActiveDescriptors descriptors = open(arguments[0], declared, active)) {
            new DescriptorsFork(descriptors, active).measure(warmUpNs, windowNs);
        }
    }

    private static ActiveDescriptors open(String kind, int declared, int active) throws IOException {
        return switch (kind) {
            case "sluice" -> new RingDescriptors(declared, active);
            case "sluice-simulated" -> new SimulatedDescriptors(declared, active);
            case "selector" -> new SelectorDescriptors(declared, active);
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }

    private void measure(long warmUpNs, long windowNs) throws IOException {
        run(warmUpNs);
        final double[] both = new double[SLICES];
        final double[] dequeue = new double[SLICES];
        for (int slice = 0; slice < SLICES; slice++) {
            run(windowNs / SLICES);
            both[slice] = (double) (signalNs + dequeueNs) / (turns * active);
            dequeue[slice] = (double) dequeueNs / (turns * active);
        }
        Slices.print("signal-and-dequeue", both);
        Slices.print("dequeue", dequeue);
    }

    private void run(long durationNs) throws IOException {
        signalNs = 0;
        dequeueNs = 0;
        turns = 0;
        final long endNs = System.nanoTime() + durationNs;
        long afterNs;
        do {
            final long beforeNs = System.nanoTime();
            descriptors.signalAll();
            final long signalledNs = System.nanoTime();
            for (int taken = 0; taken < active; ) {
                taken += descriptors.dequeue();
            }
            afterNs = System.nanoTime();
            signalNs += signalledNs - beforeNs;
            dequeueNs += afterNs - signalledNs;
            turns++;
            descriptors.resetAll();
        } while (afterNs - endNs < 0);
    }
}
