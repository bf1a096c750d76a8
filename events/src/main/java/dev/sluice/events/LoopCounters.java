package dev.sluice.events;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a queue's thread counts as it handles events. Written by that thread alone, read by any: each number is one that
 * stood there, never goes back, and is at most a few stores old; two of them need not be of the same moment.
 */
public final class LoopCounters {
    static final int TURNS = 0;
    static final int EVENTS = 1;
    static final int FAILURES = 2;
    static final int STALLS = 3;
    static final int TURN_MAX_NS = 4;
    static final int WAIT_MAX_NS = 5;
    static final int WAIT_STALLS = 6;
    static final int BUSY_WAIT_MAX_NS = 7;

    /** Opaque stores: whole, in order for each number, and as cheap as plain ones. */
    private final AtomicLongArray values = new AtomicLongArray(BUSY_WAIT_MAX_NS + 1);

    private volatile Stall lastStall;

    LoopCounters() {}

    /**
     * Returns how many dequeues there were whose events were handled.
     *
     * @return the count
     */
    public long turns() {
        return values.getOpaque(TURNS);
    }

    /**
     * Returns how many events were handled.
     *
     * @return the count
     */
    public long events() {
        return values.getOpaque(EVENTS);
    }

    /**
     * Returns how often a handler or the hook of an {@link EventLoop} threw.
     *
     * @return the count
     */
    public long handlerFailures() {
        return values.getOpaque(FAILURES);
    }

    /**
     * Returns how many turns took longer than {@link EventQueueOptions#stallThresholdNs()}, waiting apart, and how many enters of the ring
     * held the loop for as long: that time of a turn is told as the enter's.
     *
     * @return the count
     */
    public long stalls() {
        return values.getOpaque(STALLS);
    }

    /**
     * Returns the longest turn, waiting apart.
     *
     * @return nanoseconds
     */
    public long turnMaxNs() {
        return values.getOpaque(TURN_MAX_NS);
    }

    /**
     * Returns the longest time in an enter of the ring that was asked to wait.
     *
     * @return nanoseconds
     */
    public long waitMaxNs() {
        return values.getOpaque(WAIT_MAX_NS);
    }

    /**
     * Returns how many of the {@link #stalls()} were in an enter of the ring that was asked to wait: the thread was at work in the kernel, or
     * blocked there.
     *
     * @return the count
     */
    public long waitStalls() {
        return values.getOpaque(WAIT_STALLS);
    }

    /**
     * Returns the longest that such an enter was not waiting, as {@link dev.sluice.uring.RingStatistics#busyInLastWaitNs()} tells.
     *
     * @return nanoseconds
     */
    public long busyWaitMaxNs() {
        return values.getOpaque(BUSY_WAIT_MAX_NS);
    }

    /**
     * Returns who held up the loop when it last took too long.
     *
     * @return the stall, or null if there was none
     */
    public Stall lastStall() {
        return lastStall;
    }

    void count(int index) {
        values.setOpaque(index, values.getPlain(index) + 1L);
    }

    void raiseTo(int index, long value) {
        if (value > values.getPlain(index)) {
            values.setOpaque(index, value);
        }
    }

    void stalled(Stall stall) {
        lastStall = stall;
        count(STALLS);
    }

    @Override
    public String toString() {
        return "LoopCounters[turns=" + turns() + ", events=" + events() + ", handlerFailures=" + handlerFailures()
                + ", stalls=" + stalls() + ", turnMaxNs=" + turnMaxNs() + ", waitMaxNs=" + waitMaxNs()
                + ", waitStalls=" + waitStalls() + ", busyWaitMaxNs=" + busyWaitMaxNs() + ", lastStall=" + lastStall
                + "]";
    }
}
