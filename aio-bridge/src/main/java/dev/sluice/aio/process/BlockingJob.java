// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.line.WaitingOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.Errno;
import java.util.concurrent.Callable;

/** A job of {@link Jobs}: waits for its turn, runs on a thread of the pool, comes back. */
final class BlockingJob extends WaitingOperation implements Runnable {
    private final Jobs jobs;
    private final Callable<?> job;

    /** Given to a thread. */
    boolean running;

    /** Written by that thread, read when it has posted this. */
    private int outcomeResult;

    private Object outcome;

    BlockingJob(Jobs jobs, OperationPort port, Supply places, Callable<?> job) {
        super(port, places);
        this.jobs = jobs;
        this.job = job;
    }

    @Override
    public void granted() {
        running = true;
        jobs.run(this);
    }

    @Override
    public void run() {
        try {
            outcome = job.call();
        } catch (Throwable e) {
            outcome = e;
            outcomeResult = -ErrnoException.errnoOf(e);
        }
        jobs.arrived(this);
    }

    /** There is no thread for it. */
    void noThread(OutOfMemoryError cause) {
        outcome = cause;
        outcomeResult = -Errno.ENOWORKER;
        jobs.arrived(this);
    }

    @Override
    public void arrived() {
        final ResourceContainer container = container();
        end(outcomeResult, outcome);
        jobs.gaveBack(container);
    }

    @Override
    public boolean isCancellable() {
        return !running;
    }

    @Override
    protected String describe() {
        return "blocking job " + arrival() + (running ? " that was run" : "");
    }
}
