// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what waits for a disk and has no operation of the ring: one for each that has its place there, so that they are no more than
 * the windows let go. They end when there was nothing to do for a moment.
 */
final class CopyThreads {
    private static final AtomicInteger THREAD_NUMBERS = new AtomicInteger();
    private static final long IDLE_SECONDS = 1L;

    /** Null until the first is needed. */
    private Executor threads;

    /**
     * Runs {@code task} at once.
     *
     * @throws OutOfMemoryError if no thread can be started, and none is idle
     */
    void run(Runnable task) {
        if (threads == null) {
            threads = new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), started -> {
                        final Thread thread = new Thread(started, "sluice-copy-" + THREAD_NUMBERS.incrementAndGet());
                        thread.setDaemon(true);
                        return thread;
                    });
        }
        threads.execute(task);
    }
}
