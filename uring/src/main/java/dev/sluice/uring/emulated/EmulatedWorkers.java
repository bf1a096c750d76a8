// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for the disk in the place of an {@link EmulatedRing}'s owner. Reads, which io_uring hands to the device without a
 * worker, have threads of their own, so that no open queues behind them. Threads are daemons, started as they are needed.
 */
final class EmulatedWorkers {

    /** Reads at the disk together: what a device needs to be kept busy, and no more, because each is a thread. */
    static final int READERS = 32;

    /** For everything else, unless the user of the ring limits them. */
    static final int OTHERS = 16;

    /** Reading this from the epoll set means that a worker has finished something: no request has it. */
    static final long WAKE_TOKEN = -1L;

    private static final AtomicInteger THREADS = new AtomicInteger();

    /** For how long no more threads are started after one could not be. */
    static final long NS_BETWEEN_TRIES = 1_000_000_000L;

    private final ThreadPoolExecutor readers;
    private final ThreadPoolExecutor others;
    private long refusedNs;

    /** What is finished, the last first: a stack, so that a worker adds by one compare-and-set and the owner takes all at once. */
    private final AtomicReference<@Nullable EmulatedRequest> done = new AtomicReference<>();

    private final int eventFd = Descriptors.eventFd();
    private volatile boolean ownerWaits;
    private volatile boolean closed;

    /** What is finished after the close is taken by {@link #keepFinished}. */
    private volatile boolean kept;

    EmulatedWorkers(Epoll epoll) {
        this(epoll, work -> new Thread(null, work, "sluice-worker-" + THREADS.incrementAndGet(), 0L, false));
    }

    EmulatedWorkers(Epoll epoll, ThreadFactory threads) {
        readers = pool(READERS, threads);
        others = pool(OTHERS, threads);
        final int result = epoll.add(eventFd, PollMask.POLLIN, WAKE_TOKEN);
        if (result < 0) {
            Descriptors.close(eventFd);
            throw Errno.unchecked("epoll_ctl(ADD, eventfd)", -result);
        }
        try {
            readers.prestartCoreThread(); // one of each is there from the start, whatever limits the threads later
            others.prestartCoreThread();
        } catch (OutOfMemoryError e) {
            close();
            throw SetupDiagnosis.noThread(e.toString());
        }
    }

    private static ThreadPoolExecutor pool(int size, ThreadFactory threads) {
        final ThreadFactory daemons = work -> {
            final Thread thread = threads.newThread(work);
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(size, size, 0L, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
    }

    private ThreadPoolExecutor poolOf(EmulatedRequest request) {
        return request.isRead() ? readers : others;
    }

    void start(EmulatedRequest request) {
        final ThreadPoolExecutor pool = poolOf(request);
        try {
            if (pool.getCorePoolSize() < pool.getMaximumPoolSize()
                    && System.nanoTime() - refusedNs > NS_BETWEEN_TRIES) {
                pool.setCorePoolSize(pool.getMaximumPoolSize());
            }
            pool.execute(request);
        } catch (OutOfMemoryError e) {
            // No thread could be started for another worker: those that are there do it. For a while no other is tried,
            // since each try costs what a thread costs and has the JVM complain.
            refusedNs = System.nanoTime();
            pool.setCorePoolSize(Math.max(1, pool.getPoolSize()));
            pool.execute(request);
        }
    }

    /** Takes a request back that no worker has begun; false if one has. */
    boolean withdraw(EmulatedRequest request) {
        return poolOf(request).remove(request);
    }

    int count() {
        return readers.getMaximumPoolSize() + others.getMaximumPoolSize();
    }

    /** Limits the threads for everything but reads. */
    void limitOthers(int threads) {
        if (threads > others.getMaximumPoolSize()) {
            others.setMaximumPoolSize(threads);
            others.setCorePoolSize(threads);
        } else {
            others.setCorePoolSize(threads);
            others.setMaximumPoolSize(threads);
        }
    }

    /** By a worker, last: from here on the request is the owner's. */
    void finished(EmulatedRequest request) {
        EmulatedRequest last;
        do {
            last = done.get();
            request.nextDone = last;
        } while (!done.compareAndSet(last, request));
        if (ownerWaits) {
            wake();
        }
        // Whoever takes it is the owner, or, after close, maybe nobody: then what it holds ends here.
        if (closed && !kept) {
            releaseFinished();
        }
    }

    private synchronized void wake() {
        if (!closed) { // the number may be another's by then
            Descriptors.signalEventFd(eventFd);
        }
    }

    boolean hasFinished() {
        return done.get() != null;
    }

    /** What is finished, in the order in which it was, linked by {@code nextDone}; null if nothing is. */
    @Nullable
    EmulatedRequest takeFinished() {
        EmulatedRequest request = done.getAndSet(null);
        EmulatedRequest first = null;
        while (request != null) {
            final EmulatedRequest before = request.nextDone;
            request.nextDone = first;
            first = request;
            request = before;
        }
        return first;
    }

    /** Before the owner looks a last time at {@link #hasFinished} and waits: from now on a worker wakes it. */
    void ownerWillWait() {
        ownerWaits = true;
    }

    void ownerIsBack() {
        ownerWaits = false;
    }

    void drainWakeups() {
        Descriptors.drainEventFd(eventFd);
    }

    /** Nothing more is begun but closes. What is running ends by itself and gives back what it holds. */
    void close() {
        end(readers);
        end(others);
        final int result;
        synchronized (this) {
            closed = true;
            result = Descriptors.tryClose(eventFd);
        }
        if (!kept) {
            releaseFinished();
        }
        if (result < 0) {
            throw Errno.unchecked("close(eventfd " + eventFd + ")", -result);
        }
    }

    /** What is not begun is let go of, but for closes: the descriptor is gone in any case, and a worker may wait for a disk. */
    private static void end(ThreadPoolExecutor pool) {
        final List<Runnable> notBegun = new ArrayList<>();
        pool.getQueue().drainTo(notBegun);
        for (final Runnable work : notBegun) {
            final EmulatedRequest request = (EmulatedRequest) work;
            if (request.opcode == Opcode.CLOSE) {
                pool.getQueue().add(work);
            } else {
                request.letGoOfFile();
            }
        }
        pool.shutdown();
    }

    private void releaseFinished() {
        for (EmulatedRequest request = takeFinished(); request != null; request = request.nextDone) {
            if (request.opcode == Opcode.OPENAT2 && request.result >= 0) {
                Descriptors.tryClose(request.result); // nobody has it: whatever it says, there is nobody to tell
            }
            request.letGoOfFile();
        }
    }

    /** Has what is finished from now on go to who asks for it, also after the close. */
    LateCompletions keepFinished() {
        kept = true;
        return new LateCompletions() {
            @Override
            public int drain(CompletionHandler handler) {
                int count = 0;
                for (EmulatedRequest request = takeFinished(); request != null; request = request.nextDone) {
                    request.letGoOfFile();
                    handler.onCompletion(request.userData, request.result, 0);
                    count++;
                }
                return count;
            }

            @Override
            public void close() {
                kept = false;
                releaseFinished();
            }
        };
    }
}
