package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.Callable;

/** A job of {@link BlockingWork}: waits for its turn, runs on a thread of the pool, comes back. */
final class BlockingJob extends Allowance.WaitingOperation implements Runnable {
    private final BlockingWork work;
    private final Callable<?> job;

    /** Given to a thread. */
    boolean running;

    /** Written by that thread, read when it has posted this. */
    private int outcomeResult;

    private Object outcome;

    BlockingJob(BlockingWork work, Allowance places, Callable<?> job) {
        super(places);
        this.work = work;
        this.job = job;
    }

    @Override
    public void granted() {
        running = true;
        work.run(this);
    }

    @Override
    public void run() {
        try {
            outcome = job.call();
        } catch (Throwable e) {
            outcome = e;
            outcomeResult = -errnoOf(e);
        }
        io.arrivals().post(this);
    }

    /** There is no thread for it. */
    void notBegun(OutOfMemoryError cause) {
        outcome = cause;
        outcomeResult = -Errno.ENOWORKER;
        io.arrivals().post(this);
    }

    static int errnoOf(Throwable failure) {
        if (failure instanceof ErrnoException verdict) {
            return verdict.errno;
        }
        if (failure instanceof NoSuchFileException || failure instanceof UnknownHostException) {
            return Errno.ENOENT;
        }
        if (failure instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (failure instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        }
        return failure instanceof FileSystemLoopException ? Errno.ELOOP : Errno.EIO;
    }

    @Override
    void arrived() {
        final ResourceContainer container = container();
        end(outcomeResult, outcome);
        work.ended(container);
    }

    @Override
    public boolean isCancellable() {
        return !running;
    }

    @Override
    protected String describe() {
        return "blocking job " + sequence + (running ? " that was run" : "");
    }
}
