package dev.sluice.events;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.PollMask;
import dev.sluice.uring.Sqe;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets other threads end the queue's wait: an eventfd, polled on the queue's ring. */
final class Wakeup {
    static final long USER_DATA = UserData.encode(0, UserData.KIND_WAKEUP, 0);

    private final int eventFd = Descriptors.eventFd();
    private final AtomicBoolean signalled = new AtomicBoolean();

    /** Held while the descriptor is used by another thread, so that it is not closed under its hands. */
    private final Object lock = new Object();

    private boolean open = true;
    private boolean armed;
    private boolean woken;

    /** From any thread. Does nothing when a wake-up is on its way already, or after close. */
    void signal() {
        if (!signalled.compareAndSet(false, true)) {
            return;
        }
        synchronized (lock) {
            if (open) {
                Descriptors.signalEventFd(eventFd);
            }
        }
    }

    boolean needsArming() {
        return !armed;
    }

    void arm(Sqe sqe) {
        sqe.userData(USER_DATA).prepPollMultishot(eventFd, PollMask.POLLIN);
        armed = true;
    }

    void reap(int flags) {
        armed = (flags & CqeFlags.F_MORE) != 0;
        // Cleared before the eventfd is read: a signal in between writes it again and is not lost.
        signalled.set(false);
        Descriptors.drainEventFd(eventFd);
        woken = true;
    }

    /** Tells whether the queue was woken since the last call. */
    boolean takeWoken() {
        final boolean was = woken;
        woken = false;
        return was;
    }

    boolean isArmed() {
        return armed;
    }

    void close() {
        synchronized (lock) {
            open = false;
            Descriptors.close(eventFd);
        }
    }
}
