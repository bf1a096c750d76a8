// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import com.sun.management.ThreadMXBean;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.simulated.MemoryRing;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What an event costs when nothing about it is in a cache: a container for each descriptor, arrivals at random. Slices of
 * it alternate with slices of a chase through as much memory, in one thread.
 */
public final class MillionContainersFork {
    private static final int SLICES = 20;
    private static final int LINES = 6;
    private static final long SEED = 42;
    private static final double MIB = 1024.0 * 1024.0;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int declared;
    private final MemoryRing ring;
    private final EventQueue events;
    private final int[] arrivals;
    private long tookNs;
    private long handedOut;

    private MillionContainersFork(int declared, int arrivalsPerTurn) {
        this.declared = declared;
        arrivals = new int[arrivalsPerTurn];
        ring = new MemoryRing(SimulatedDescriptors.FIRST_FD + declared, Integer.highestOneBit(2 * arrivalsPerTurn));
        final ResourceContainer[] containers = makeShuffled();
        events = SimulatedDescriptors.declare(ring, declared, index -> containers[index]);
    }

    /**
     * In random order, so that a container does not lie in memory beside what the queue keeps for its descriptor, as it
     * would if both were made together.
     */
    private ResourceContainer[] makeShuffled() {
        final ResourceContainer root = ResourceContainer.root("server");
        final ResourceContainer[] containers = new ResourceContainer[declared];
        for (int i = 0; i < declared; i++) {
            final int other = random.nextInt(i + 1);
            containers[i] = containers[other];
            containers[other] = root.child("client");
        }
        return containers;
    }

    /**
     * Measures and prints: {@code event} and {@code six-lines} in nanoseconds, medians of 20 slices each; {@code
     * allocated}, bytes for all events measured; {@code footprint}, MiB.
     *
     * @param arguments containers, arrivals between two dequeues, warm-up and window in ms
     */
    public static void main(String[] arguments) {
        final int declared = Integer.parseInt(arguments[0]);
        final long warmUpNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[2]));
        final long windowNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[3]));

        final long beforeBytes = reachableBytes();
        final MillionContainersFork fork = new MillionContainersFork(declared, Integer.parseInt(arguments[1]));
        // What the ring keeps for each descriptor is the kernel's, not the queue's.
        final long footprintBytes = reachableBytes() - beforeBytes - (long) declared * Long.BYTES;
        final PointerChase chase = new PointerChase(footprintBytes, SEED);
        fork.measure(chase, warmUpNs, windowNs);
        print("footprint", footprintBytes / MIB);
    }

    /** What is reachable: as the pools were left by a collection, without the buffer a thread allocates from since. */
    private static long reachableBytes() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }

    private void measure(PointerChase chase, long warmUpNs, long windowNs) {
        eventNs(warmUpNs);
        sixLinesNs(chase, warmUpNs / 2);
        eventNs(warmUpNs / 2);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final double[] eventNs = new double[SLICES];
        final double[] sixLinesNs = new double[SLICES];
        long allocated = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            eventNs[slice] = eventNs(windowNs / SLICES);
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
            sixLinesNs[slice] = sixLinesNs(chase, windowNs / SLICES);
        }
        print("event", median(eventNs));
        print("six-lines", median(sixLinesNs));
        print("allocated", (double) allocated);
    }

    private double eventNs(long durationNs) {
        final long endNs = System.nanoTime() + durationNs;
        tookNs = 0;
        handedOut = 0;
        do {
            turn();
        } while (System.nanoTime() - endNs < 0);
        return (double) tookNs / handedOut;
    }

    /** Posting the arrivals is the kernel's part and is not timed: from the drain of the completions to the last event is. */
    private void turn() {
        for (int i = 0; i < arrivals.length; i++) {
            arrivals[i] = SimulatedDescriptors.FIRST_FD + random.nextInt(declared);
        }
        for (final int fd : arrivals) {
            ring.signal(fd, InterestOps.READABLE);
        }
        final long beforeNs = System.nanoTime();
        final EventBatch batch = events.dequeueNextEvents(arrivals.length, Priority.IDLE, 0L);
        while (batch.next() != null) {
            handedOut++; // one less where two arrivals at one descriptor have folded
        }
        tookNs += System.nanoTime() - beforeNs;
    }

    private double sixLinesNs(PointerChase chase, long durationNs) {
        final long startNs = System.nanoTime();
        long count = 0;
        long nowNs;
        do {
            for (int i = 0; i < arrivals.length; i++) {
                chase.follow(LINES);
            }
            count += arrivals.length;
            nowNs = System.nanoTime();
        } while (nowNs - startNs < durationNs);
        return (double) (nowNs - startNs) / count;
    }

    private static double median(double[] slices) {
        Arrays.sort(slices);
        return (slices[(SLICES - 1) / 2] + slices[SLICES / 2]) / 2;
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.2f%n", name, value);
    }
}
