// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.order.Signal;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.timing.Expiry;
import dev.sluice.events.timing.TimerWheel;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that arrives as an event of {@link EventKind#TIMER}, at the priority of its container. Made once, by {@link
 * EventQueue#newTimer}, and started as often as needed: starting, expiring and cancelling allocate nothing and cost the
 * same with one timer started as with a million.
 *
 * <p><b>Resolution.</b> The queue counts ticks of 65,536 ns. An event is pending from the first tick that begins at or
 * after the deadline: late by less than a tick and by what the present handler takes, never early. Timers of one
 * container come in the order of their ticks, those of one tick in the order they were started. When very many expire
 * together they become pending a few at a time, between other events, so that nobody waits for all of them.
 *
 * <p>A timer that is cancelled, or started again, before its event was handed out does not deliver it. Closing the queue
 * ends its timers without an event.
 *
 * <p>Belongs to the thread of its queue.
 */
@SuppressWarnings("exports") // what it inherits is of packages that servers do not see
public final class Timer extends Signal {

    private final Reaper reaper;
    private final Expiry expiry = new Expiry() {
        @Override
        public void expired() {
            leftWheel();
            expiredDeadlineNs = deadlineNs;
            reaper.signalled.add(Timer.this);
        }
    };
    private long deadlineNs;

    /** Of the event that is pending or being handled. */
    private long expiredDeadlineNs;

    Timer(Reaper reaper, ResourceContainer container, @Nullable Object attachment) {
        this.reaper = reaper;
        reaper.signalled.assign(this, container, attachment);
    }

    /**
     * Returns the container at whose priority its events come, and that is charged for their handling.
     *
     * @return the one that it was made for
     */
    @Override
    @SuppressWarnings("NullAway") // it has one from the beginning
    public ResourceContainer container() {
        return super.container();
    }

    /**
     * Returns what is handed out with its events.
     *
     * @return what it was made with, may be null
     */
    @Override
    public @Nullable Object attachment() {
        return super.attachment();
    }

    /**
     * Starts the timer to expire after a delay. One that is started already starts anew.
     *
     * @param delayNs from now on, in nanoseconds; 0 expires at once, more than 146 years count as 146 years
     * @throws IllegalArgumentException if the delay is negative
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public void start(long delayNs) {
        if (delayNs < 0L) {
            throw new IllegalArgumentException("delayNs must not be negative: delayNs=" + delayNs);
        }
        reaper.checkUsable();
        restart(reaper.ring.nanoTime() + Math.min(delayNs, TimerWheel.LONGEST_NS));
    }

    /**
     * Starts the timer to expire at a point in time. One that is started already starts anew.
     *
     * @param newDeadlineNs as {@link EventQueue#nanoTime} counts; what is past expires at once
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public void startAt(long newDeadlineNs) {
        reaper.checkUsable();
        restart(newDeadlineNs);
    }

    /**
     * Ends the timer: no event of it is handed out any more until it is started again.
     *
     * @return false if it was not started, or its event is handed out already, or the queue is closed
     * @throws IllegalStateException if the queue belongs to another thread
     */
    public boolean cancel() {
        reaper.checkOwner();
        if (reaper.closed) {
            return false;
        }
        if (expiry.isStarted()) {
            reaper.timers.cancel(expiry);
            leftWheel();
            return true;
        }
        if (isQueued()) {
            reaper.signalled.remove(this);
            return true;
        }
        return false;
    }

    /**
     * Tells whether an event is still to come.
     *
     * @return true from the start until the event is handed out, the timer cancelled, or the queue closed
     */
    public boolean isStarted() {
        return !reaper.closed && (expiry.isStarted() || isQueued());
    }

    /**
     * Returns the deadline that the timer was started for last. That of an event is {@link Event#deadlineNs}, also when
     * its handler starts the timer anew.
     *
     * @return as {@link EventQueue#nanoTime} counts; 0 if it was never started
     */
    public long deadlineNs() {
        return deadlineNs;
    }

    private void restart(long newDeadlineNs) {
        if (expiry.isStarted()) {
            reaper.timers.cancel(expiry);
        } else {
            cancel();
            reaper.signalled.timerStarted(this);
        }
        deadlineNs = newDeadlineNs;
        reaper.timers.start(expiry, newDeadlineNs);
    }

    private void leftWheel() {
        reaper.signalled.timerEnded(this);
    }

    @Override
    protected long deadlineOfEventNs() {
        return expiredDeadlineNs;
    }

    @Override
    protected Kind kind() {
        return Kind.TIMER;
    }

    @Override
    protected String describe() {
        return "timer" + (isStarted() ? " started for " : " that was started for ") + deadlineNs + " ns";
    }

    /** Its handler may have started it anew, so there is nothing to put back. */
    @Override
    protected void delivered() {}

    @Override
    protected void discarded() {}

    @Override
    public String toString() {
        return "Timer[" + describe() + ", container=" + container().path() + "]";
    }
}
