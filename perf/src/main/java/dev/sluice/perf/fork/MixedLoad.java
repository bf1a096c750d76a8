// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Readers of hot pages and, in the second half, beside them readers of cold ones of the same file: who is to read what and when, and how
 * many have. Any number of threads.
 */
final class MixedLoad {
    /** Bytes of a read. */
    static final int PAGE = 4096;

    private static final long SEED = 42;
    private static final long NS_PER_S = 1_000_000_000L;
    /** A throttle lets pass at first what it has left over. */
    private static final long SETTLE_MS = 500;

    private static final long LONGEST_START_S = 30;

    private final int hotReaders;
    private final int coldReaders;
    private final long intervalNs;
    private final int chunks;
    private final int[] coldPages;
    private final AtomicInteger coldTaken = new AtomicInteger();
    private final LongAdder hot = new LongAdder();
    private final LongAdder cold = new LongAdder();
    private volatile boolean coldMayRead;
    private volatile boolean over;
    private volatile Throwable failure;

    /** The way to read is there, which takes a while on a busy machine: only then a warm-up is one. */
    private final CountDownLatch hotBegun;

    /** @param hotPerSecond reads that are due, of all hot readers; 0 for each as soon as the one before has ended */
    MixedLoad(int chunks, int hotReaders, int coldReaders, long hotPerSecond) {
        this.chunks = chunks;
        this.hotReaders = hotReaders;
        this.coldReaders = coldReaders;
        intervalNs = hotPerSecond == 0L ? 0L : hotReaders * NS_PER_S / hotPerSecond;
        hotBegun = new CountDownLatch(hotReaders);
        coldPages = MixedFilePages.cold(chunks, new SplittableRandom(SEED));
    }

    /** One that reads again when it has read. */
    static final class Reader {
        final boolean hot;
        long dueNs;
        private boolean begun;
        private final SplittableRandom random;

        private Reader(boolean hot, long seed, long dueNs) {
            this.hot = hot;
            this.dueNs = dueNs;
            random = new SplittableRandom(seed);
        }
    }

    Reader[] readers(boolean ofHotPages) {
        final Reader[] readers = new Reader[ofHotPages ? hotReaders : coldReaders];
        final long nowNs = System.nanoTime();
        for (int i = 0; i < readers.length; i++) {
            readers[i] = new Reader(ofHotPages, i, nowNs + i * intervalNs / readers.length);
        }
        return readers;
    }

    /** Where it is to read next; of a cold page nobody has read before. */
    long position(Reader reader) {
        final int page = reader.hot
                ? MixedFilePages.hot(reader.random.nextInt(chunks))
                : coldPages[coldTaken.getAndIncrement() % coldPages.length];
        return (long) page * PAGE;
    }

    /** Its read has ended: counts it, and says when the next is due. */
    void ended(Reader reader, long bytes) {
        if (bytes != PAGE) {
            throw new IllegalStateException("a read of " + PAGE + " bytes ended with " + bytes);
        }
        if (reader.hot) {
            if (!reader.begun) {
                reader.begun = true;
                hotBegun.countDown();
            }
            hot.increment();
            reader.dueNs += intervalNs;
        } else {
            cold.increment();
        }
    }

    boolean isPaced() {
        return intervalNs > 0L;
    }

    boolean coldMayRead() {
        return coldMayRead;
    }

    boolean isOver() {
        return over;
    }

    void failed(Throwable cause) {
        failure = cause;
        for (int i = 0; i < hotReaders; i++) {
            hotBegun.countDown();
        }
    }

    /** Measures, while other threads read, and prints; afterwards it is over. */
    void measure(long warmUpMs, long windowMs) throws IOException, InterruptedException {
        if (!hotBegun.await(LONGEST_START_S, TimeUnit.SECONDS)) {
            throw new IOException(hotBegun.getCount() + " of " + hotReaders
                    + " readers of hot pages have read nothing in " + LONGEST_START_S + " s");
        }
        pass(warmUpMs);
        final double alone = rate(hot, windowMs);
        coldMayRead = true;
        pass(SETTLE_MS);
        final long coldBefore = cold.sum();
        final double beside = rate(hot, windowMs);
        Figures.print("alone", alone);
        Figures.print("beside", beside);
        Figures.print("kept", beside / alone);
        Figures.print("cold", (cold.sum() - coldBefore) * 1e3 / windowMs);
        over = true;
    }

    private double rate(LongAdder counter, long windowMs) throws IOException, InterruptedException {
        final long before = counter.sum();
        final long fromNs = System.nanoTime();
        pass(windowMs);
        return (double) (counter.sum() - before) * NS_PER_S / (System.nanoTime() - fromNs);
    }

    private void pass(long durationMs) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(durationMs);
        if (failure != null) {
            throw new IOException("a reader failed", failure);
        }
    }
}
