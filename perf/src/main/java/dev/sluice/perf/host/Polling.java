// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Waits for what nobody announces: a port that opens, a control group that empties. */
public final class Polling {
    private static final long PAUSE_MS = 5;

    private Polling() {}

    /** Something that may be true by now. */
    @FunctionalInterface
    public interface Condition {
        /**
         * Looks once.
         *
         * @return whether the wait is over
         * @throws IOException to end the wait with a failure
         */
        boolean holds() throws IOException;
    }

    /**
     * Looks every few milliseconds.
     *
     * @param what named in the error
     * @param timeoutMs how long to go on
     * @param condition what to wait for
     * @throws IOException when the time is over, the thread is interrupted, or the condition throws
     */
    public static void until(String what, long timeoutMs, Condition condition) throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!condition.holds()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("waited " + timeoutMs + " ms in vain: " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting: " + what, e);
            }
        }
    }
}
