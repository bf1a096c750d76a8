// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * Buffers that other threads have given back, until the thread of their queue takes them in: at its next turn, or at once if something
 * waits for memory. Nobody locks or waits, and while there are none it costs a memory read.
 */
public final class LateReleases {
    /** The thread of the queue, or, when that has died, the one that closes it. */
    private Thread owner = Thread.currentThread();

    private final Runnable wakeup;

    /** Linked by {@link Block#releasedBefore}. */
    private final AtomicReference<Block> newest = new AtomicReference<>();

    /** Somebody has found no buffer since the last one was taken in: the queue is to be woken for the next. */
    private volatile boolean wanted;

    private boolean closed;

    /**
     * For the calling thread.
     *
     * @param wakeup ends the wait of its queue, from any thread
     */
    public LateReleases(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    /** The queue is closed: from now on buffers only come back. */
    public void close() {
        closed = true;
    }

    /** As {@link #checkOwner}, and throws if the queue is closed. */
    void checkUsable(String what) {
        checkOwner(what);
        checkNotClosed();
    }

    /** From any thread, to which the owner has handed something over. */
    public void checkNotClosed() {
        if (closed) {
            throw new IllegalStateException("this event queue is closed");
        }
    }

    /** For what gives back, which is let be also after the close of the queue. */
    public void checkOwner(String what) {
        if (Thread.currentThread() != owner) {
            inherit(what);
        }
    }

    private void inherit(String what) {
        if (owner.isAlive()) {
            throw new IllegalStateException(
                    what + " belongs to the thread of its queue, " + owner.getName() + ", not to "
                            + Thread.currentThread().getName()
                            + ": there IoBuffer.releaseLater() gives a buffer back, and a Mailbox brings everything else to the"
                            + " queue");
        }
        owner = Thread.currentThread();
    }

    /** From any thread; a buffer is in here once. */
    void add(Block buffer) {
        push(buffer);
        if (wanted) { // after the push: whoever wants one looks again after having said so
            wakeup.run();
        }
    }

    private void push(Block buffer) {
        Block before;
        do {
            before = newest.get();
            buffer.releasedBefore = before;
        } while (!newest.compareAndSet(before, buffer));
    }

    /** Takes in what was given back, and tells whether that was anything. */
    public boolean collect() {
        if (newest.get() == null) {
            return false;
        }
        boolean any = false;
        Block buffer = newest.getAndSet(null);
        while (buffer != null) {
            final Block before = buffer.releasedBefore;
            buffer.releasedBefore = null;
            if (buffer.isInFlight()) {
                push(buffer); // an operation was started all the same: when that has ended
            } else if (buffer.takeInLate()) {
                any = true;
            } else {
                LoggerFactory.getLogger(Arena.class)
                        .error(
                                "a buffer of {} bytes was released by the thread of its queue and by another: it may have"
                                        + " two owners now; -Dsluice.buffers=checked finds them",
                                buffer.capacityBytes());
            }
            buffer = before;
        }
        if (any) {
            wanted = false;
        }
        return any;
    }

    /** Takes in what was given back or, if that is nothing, has the queue woken for the next one. */
    public boolean collectOrAwait() {
        if (collect()) {
            return true;
        }
        if (!wanted) {
            wanted = true;
        }
        return collect();
    }
}
