// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.uring.Closing;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Closes, at the end of a queue, what may have to wait for a disk: a hung one would hold the queue's thread for as long as it hangs. The
 * thread is there from the start, since at the limit of processes there would be none when it is needed. What it cannot close it leaves to
 * the end of the process. Of a queue that ends before what the kernel has, it sees to what comes of that, too.
 */
public final class CloserThread {
    private static final int END = -1;
    private static final long STACK_BYTES = 256L << 10;

    /** What the end waits at least: a queue whose time went to a disk that hangs still has files that close at once. */
    private static final long LEAST_WAIT_NS = 100_000_000L;

    private final LinkedBlockingQueue<Integer> descriptors = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition oneLess = lock.newCondition();

    /** Handed over and not closed yet, and what became of others; guarded by the lock. */
    private int left;

    private final List<Exception> failures = new ArrayList<>();

    /** Null where none can be had. */
    private Thread thread;

    /** Null if there is nothing of the kind. */
    private LateOperations late;

    CloserThread() {
        start();
    }

    private void start() {
        try {
            final Thread starting = new Thread(
                    null, this::run, "close-" + Thread.currentThread().getName(), STACK_BYTES, false);
            starting.setDaemon(true);
            starting.start();
            thread = starting;
        } catch (OutOfMemoryError e) { // the limit of processes: tried again when there is something to close
            thread = null;
        }
    }

    /** Has {@code fd} closed. */
    public void close(int fd) {
        if (thread == null) {
            start();
        }
        lock.lock();
        try {
            left++;
        } finally {
            lock.unlock();
        }
        descriptors.add(fd);
    }

    private void run() {
        try {
            for (int fd = descriptors.take(); fd != END; fd = descriptors.take()) {
                final int result = Descriptors.tryClose(fd);
                lock.lock();
                try {
                    left--;
                    if (result < 0) {
                        failures.add(Errno.toIOException("close", "descriptor " + fd, -result));
                    }
                    oneLess.signal();
                } finally {
                    lock.unlock();
                }
            }
            if (late != null) {
                try (LateOperations coming = late) {
                    coming.awaitAll();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does: the end of the process closes the rest
        }
    }

    /** Has it see to what is to come, or to nothing if null; before the end. */
    public void lookAfter(LateOperations coming) {
        late = coming;
        if (late != null && thread == null) {
            start();
        }
    }

    /**
     * Waits until all is closed, as long as {@code limitNs} but a tenth of a second at least; returns how many are not. The thread ends when
     * it has closed them.
     */
    public int end(long limitNs, Closing closing) {
        if (thread == null) {
            if (late != null) {
                closing.step(late);
            }
            return left;
        }
        descriptors.add(END);
        boolean interrupted = false;
        lock.lock();
        try {
            long remainingNs = Math.max(limitNs, LEAST_WAIT_NS);
            while (left > 0 && remainingNs > 0L && !interrupted) {
                try {
                    remainingNs = oneLess.awaitNanos(remainingNs);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            failures.forEach(closing::failed);
            return left;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
