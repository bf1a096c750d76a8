// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.turns.SlowTurn;
import dev.sluice.events.turns.TurnCounters;
import org.jspecify.annotations.Nullable;

/**
 * What a queue's thread counts as it handles events. Written by that thread alone, read by any: each number is one that
 * stood there, never goes back, and is at most a few stores old; two of them need not be of the same moment.
 */
public final class LoopCounters {
    private final TurnCounters counters;

    LoopCounters(TurnCounters counters) {
        this.counters = counters;
    }

    /**
     * Returns how many dequeues there were whose events were handled.
     *
     * @return the count
     */
    public long turns() {
        return counters.get(TurnCounters.TURNS);
    }

    /**
     * Returns how many events were handled.
     *
     * @return the count
     */
    public long events() {
        return counters.get(TurnCounters.EVENTS);
    }

    /**
     * Returns how often a handler or the hook of an {@link EventLoop} threw.
     *
     * @return the count
     */
    public long handlerFailures() {
        return counters.get(TurnCounters.FAILURES);
    }

    /**
     * Returns how many turns took longer than {@link EventQueueOptions#stallThresholdNs()}, waiting apart, and how many enters of the ring
     * held the loop for as long: that time of a turn is told as the enter's.
     *
     * @return the count
     */
    public long stalls() {
        return counters.get(TurnCounters.STALLS);
    }

    /**
     * Returns the longest turn, waiting apart.
     *
     * @return nanoseconds
     */
    public long turnMaxNs() {
        return counters.get(TurnCounters.TURN_MAX_NS);
    }

    /**
     * Returns the longest time in an enter of the ring that was asked to wait.
     *
     * @return nanoseconds
     */
    public long waitMaxNs() {
        return counters.get(TurnCounters.WAIT_MAX_NS);
    }

    /**
     * Returns how many of the {@link #stalls()} were in an enter of the ring that was asked to wait: the thread was at work in the kernel, or
     * blocked there.
     *
     * @return the count
     */
    public long waitStalls() {
        return counters.get(TurnCounters.WAIT_STALLS);
    }

    /**
     * Returns the longest that such an enter was not waiting, as {@link dev.sluice.uring.RingStatistics#busyInLastWaitNs()} tells.
     *
     * @return nanoseconds
     */
    public long busyWaitMaxNs() {
        return counters.get(TurnCounters.BUSY_WAIT_MAX_NS);
    }

    /**
     * Returns who held up the loop when it last took too long. A new object with each call: whether there is another one, {@link #stalls()} tells.
     *
     * @return the stall, or null if there was none
     */
    public @Nullable Stall lastStall() {
        final SlowTurn last = counters.lastStall();
        return last == null ? null : new Stall(last.container(), last.handler(), last.handlerNs(), last.turnNs());
    }

    @Override
    public String toString() {
        return "LoopCounters[turns=" + turns() + ", events=" + events() + ", handlerFailures=" + handlerFailures()
                + ", stalls=" + stalls() + ", turnMaxNs=" + turnMaxNs() + ", waitMaxNs=" + waitMaxNs()
                + ", waitStalls=" + waitStalls() + ", busyWaitMaxNs=" + busyWaitMaxNs() + ", lastStall=" + lastStall()
                + "]";
    }
}
