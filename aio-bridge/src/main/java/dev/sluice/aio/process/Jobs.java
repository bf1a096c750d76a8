// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.Supply;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Jobs that wait, and the few threads that they take their turn at, which are started with the first of them. */
public final class Jobs {
    private static final AtomicInteger THREAD_NUMBERS = new AtomicInteger();

    private final OperationPort port;
    private final Arrivals arrivals;
    private final Supply places;

    /** Null until the first job. Its queue takes no lock, so that the loop does not wait for one. */
    private ThreadPoolExecutor threads;

    /** {@code places}: one for each thread. */
    public Jobs(OperationPort port, Arrivals arrivals, Supply places) {
        this.port = port;
        this.arrivals = arrivals;
        this.places = places;
    }

    /** The outcome comes as one event: what the job returned is its message, or what it threw. */
    public long call(Callable<?> job, ResourceContainer container, Object attachment) {
        return places.await(new BlockingJob(this, port, places, job), 1L, container, attachment);
    }

    public int waiting() {
        return places.waitingCount();
    }

    /** Gives a job whose turn has come to a thread. */
    void run(BlockingJob job) {
        try {
            startThreads();
        } catch (OutOfMemoryError e) { // at the limit of threads
            if (threads.getPoolSize() == 0) {
                job.noThread(e);
                return;
            }
        }
        threads.getQueue().add(job);
    }

    /** As many as are missing: the executor itself would start one with a job, and lose the job with it. */
    private void startThreads() {
        if (threads == null) {
            threads = new ThreadPoolExecutor(
                    (int) places.capacity(),
                    (int) places.capacity(),
                    0L,
                    TimeUnit.NANOSECONDS,
                    new LinkedTransferQueue<>(),
                    task -> {
                        final Thread thread = new Thread(task, "sluice-blocking-" + THREAD_NUMBERS.incrementAndGet());
                        thread.setDaemon(true);
                        return thread;
                    });
        }
        threads.prestartAllCoreThreads();
    }

    /** From any thread: what {@code job} came to is there. */
    void arrived(BlockingJob job) {
        arrivals.post(job);
    }

    void gaveBack(ResourceContainer container) {
        places.gaveBack(1L, container);
    }

    /** Lets those that run return when they will. */
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
