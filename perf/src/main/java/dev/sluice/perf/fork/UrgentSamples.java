// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Urgent events, one at a time, sent by a thread of its own at random moments; the time from just before the write until
 * the event was handed out.
 */
final class UrgentSamples {
    private static final long SHORTEST_PAUSE_NS = 200_000L;
    private static final long LONGEST_PAUSE_NS = 2_000_000L;
    private static final long MAX_NS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long SEED = 42;

    private final Histogram waitedNs = new Histogram(MAX_NS, DIGITS);
    private final int warmUp;
    private final int samples;

    /** When the event under way was sent; written before the descriptor is. */
    private volatile long sentNs;

    /** Counted by the thread that serves. */
    private int served;

    /** The same, for the thread that sends. */
    private volatile int handedOut;

    private volatile RuntimeException failure;

    UrgentSamples(int warmUp, int samples) {
        this.warmUp = warmUp;
        this.samples = samples;
    }

    Thread startSending(LowBacklog backlog) {
        final Thread sender = new Thread(
                () -> {
                    try {
                        send(backlog);
                    } catch (IOException e) {
                        failure = new UncheckedIOException(e);
                    } catch (RuntimeException e) {
                        failure = e;
                    }
                },
                "urgent sender");
        sender.setDaemon(true); // a server that fails ends the process
        sender.start();
        return sender;
    }

    private void send(LowBacklog backlog) throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int sent = 1; sent <= warmUp + samples; sent++) {
            LockSupport.parkNanos(random.nextLong(SHORTEST_PAUSE_NS, LONGEST_PAUSE_NS));
            sentNs = System.nanoTime();
            backlog.sendUrgent();
            while (handedOut < sent) {
                LockSupport.parkNanos(SHORTEST_PAUSE_NS);
            }
        }
    }

    /** The urgent event was handed out just now. From the thread that serves. */
    void handedOut(long nowNs) {
        if (served >= warmUp) {
            waitedNs.recordValue(nowNs - sentNs);
        }
        served++;
        handedOut = served;
    }

    boolean enough() {
        if (failure != null) {
            throw failure;
        }
        return served >= warmUp + samples;
    }

    Histogram waitedNs() {
        return waitedNs;
    }
}
