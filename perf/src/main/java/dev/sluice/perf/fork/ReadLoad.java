// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.perf.host.CompilerThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * Which blocks of a file are to be read, and how long each read took. The blocks come in random order: half of them in the warm-up, again
 * and again as long as it takes, the others in the window, each of them once, so that none is read from the page cache. Any number of
 * threads.
 */
final class ReadLoad {
    /** Instead of a position: no more reads. */
    static final long OVER = -1L;

    private static final long SEED = 42;
    private static final long MAX_NS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Histogram latencyNs = new AtomicHistogram(MAX_NS, DIGITS);
    private final int[] blocks;
    private final int readBytes;
    private final long warmUpNs;
    private final long windowNs;

    /** When the first read was asked for. */
    private final AtomicLong startNs = new AtomicLong();

    private final AtomicInteger warmUpReads = new AtomicInteger();
    private final AtomicInteger windowReads = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long fromNs;
    private volatile long cpuFromNs;
    private volatile long toNs;
    private volatile long cpuToNs;

    ReadLoad(long fileBytes, int readBytes, long warmUpMs, long windowMs) {
        this.readBytes = readBytes;
        blocks = shuffled(Math.toIntExact(fileBytes / readBytes));
        warmUpNs = TimeUnit.MILLISECONDS.toNanos(warmUpMs);
        windowNs = TimeUnit.MILLISECONDS.toNanos(windowMs);
    }

    private static int[] shuffled(int count) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final int[] blocks = new int[count];
        for (int i = 0; i < count; i++) {
            final int j = random.nextInt(i + 1);
            blocks[i] = blocks[j];
            blocks[j] = i;
        }
        return blocks;
    }

    /** Where to read next, or {@link #OVER} when the time is over or every block of the window was read. */
    long nextPosition(long nowNs) {
        if (startNs.get() == 0L) {
            startNs.compareAndSet(0L, nowNs);
        }
        final long sinceNs = nowNs - startNs.get();
        final int windowBlocks = blocks.length / 2;
        if (sinceNs < warmUpNs) {
            return position(windowBlocks + warmUpReads.getAndIncrement() % (blocks.length - windowBlocks));
        }
        if (!begun.get() && begun.compareAndSet(false, true)) {
            cpuFromNs = cpuNs();
            fromNs = nowNs;
        }
        final int index = windowReads.getAndIncrement();
        if (sinceNs < warmUpNs + windowNs && index < windowBlocks) {
            return position(index);
        }
        if (over.compareAndSet(false, true)) {
            cpuToNs = cpuNs();
            toNs = nowNs;
        }
        return OVER;
    }

    /** Of the reads: a compiler still has work long after the warm-up, at the same time for few reads as for many. */
    private long cpuNs() {
        try {
            return process.getProcessCpuTime()
                    - CompilerThreads.cpuNs(ProcessHandle.current().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long position(int index) {
        return (long) blocks[index] * readBytes;
    }

    /** A read has ended just now. */
    void completed(long readFromNs, long nowNs, long bytes) {
        if (bytes != readBytes) {
            throw new IllegalStateException("a read of " + readBytes + " bytes ended with " + bytes);
        }
        if (begun.get() && !over.get()) {
            latencyNs.recordValue(nowNs - readFromNs);
        }
    }

    /** After the last read: {@code iops}, {@code cpu} in microseconds a read, {@code p50} and {@code p99} in microseconds. */
    void print() throws IOException {
        final long reads = latencyNs.getTotalCount();
        if (reads == 0) {
            throw new IOException("no read of " + readBytes + " bytes ended within the window");
        }
        Figures.print("iops", reads * 1e9 / (toNs - fromNs));
        Figures.print("cpu", (cpuToNs - cpuFromNs) / 1e3 / reads);
        Figures.print("p50", latencyNs.getValueAtPercentile(50) / 1e3);
        Figures.print("p99", latencyNs.getValueAtPercentile(99) / 1e3);
    }
}
