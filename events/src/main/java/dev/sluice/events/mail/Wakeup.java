// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.mail;

import dev.sluice.events.table.UserData;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.PollMask;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets other threads end the queue's wait: an eventfd, polled on the queue's ring. */
public final class Wakeup {
    private static final long USER_DATA = UserData.encode(0, UserData.KIND_WAKEUP, 0);

    private final int eventFd = Descriptors.eventFd();

    /** The eventfd was written and that is not seen yet. */
    private final AtomicBoolean onItsWay = new AtomicBoolean();

    /** The next dequeue is to return without waiting. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Held while the descriptor is used by another thread, so that it is not closed under its hands. */
    private final Object lock = new Object();

    private boolean open = true;

    /** A poll of the eventfd is in the submission queue or in the kernel, or will be asked for by {@link #retry}. */
    private boolean armed;

    private boolean woken;
    private long wakeups;

    /** From any thread: has the present or next dequeue return without waiting. Does nothing after close. */
    public void signal() {
        requested.set(true);
        ring();
    }

    /** From any thread: ends the wait in the ring. Does nothing when that is on its way already, or after close. */
    void ring() {
        if (!onItsWay.compareAndSet(false, true)) {
            return;
        }
        synchronized (lock) {
            if (open) {
                Descriptors.signalEventFd(eventFd);
            }
        }
    }

    public boolean needsArming() {
        return !armed;
    }

    public void arm(Sqe sqe) {
        sqe.userData(USER_DATA).prepPollMultishot(eventFd, PollMask.POLLIN);
        armed = true;
    }

    /** The poll that failed may be asked for again. */
    public void retry() {
        armed = false;
    }

    public void reap(int flags) {
        armed = (flags & CqeFlags.F_MORE) != 0;
        wakeups++;
        if (!armed) { // a poll that goes on tells of each write; a new one, of what was not read
            Descriptors.drainEventFd(eventFd);
        }
        // Cleared before anybody looks at what it was written for: who found it on its way had left that before.
        // Nothing was written since the poll told of it, so what is written from now on is told of, too.
        onItsWay.set(false);
        if (requested.getAndSet(false)) {
            woken = true;
        }
    }

    /** Tells whether the queue was woken since the last call. */
    public boolean takeWoken() {
        final boolean was = woken;
        woken = false;
        return was;
    }

    /** How often the eventfd ended a wait, or would have. */
    public long wakeups() {
        return wakeups;
    }

    public void close() {
        synchronized (lock) {
            open = false;
            Descriptors.close(eventFd);
        }
    }
}
