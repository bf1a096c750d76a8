// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.turns;

import dev.sluice.containers.ResourceContainer;

/** Measures turns - from one dequeue to the next, waiting apart - and names who held up a slow one. */
public final class TurnMeter {
    public final TurnCounters counters = new TurnCounters();

    private final long stallThresholdNs;

    private long startNs;
    private long waitedNs;

    /** What of the turn is told of already: it is nobody else's fault. */
    private long toldNs;

    private ResourceContainer slowest;
    private Object slowestAttachment;
    private long slowestNs;

    public TurnMeter(long stallThresholdNs, long nowNs) {
        this.stallThresholdNs = stallThresholdNs;
        startNs = nowNs;
    }

    /** One turn ends and the next begins. */
    public void turn(long nowNs) {
        if (slowest != null) { // events were handled: it was a turn, not the time before the first dequeue
            ended(nowNs - startNs - waitedNs);
        }
        startNs = nowNs;
        waitedNs = 0L;
        toldNs = 0L;
        slowest = null;
        slowestAttachment = null;
        slowestNs = 0L;
    }

    private void ended(long turnNs) {
        counters.count(TurnCounters.TURNS);
        counters.raiseTo(TurnCounters.TURN_MAX_NS, turnNs);
        if (turnNs - toldNs > stallThresholdNs) {
            final String handler = slowestAttachment == null
                    ? "null"
                    : slowestAttachment.getClass().getName();
            counters.stalled(new SlowTurn(slowest.path(), handler, slowestNs, turnNs));
        }
    }

    /**
     * An enter that was to wait is over.
     *
     * @param busyNs how much of it was no waiting
     * @return true if that is a stall, to be reported by {@link #stalledInEnter}
     */
    public boolean waited(long durationNs, long busyNs) {
        waitedNs += durationNs;
        counters.raiseTo(TurnCounters.WAIT_MAX_NS, durationNs);
        if (busyNs == 0L) {
            return false;
        }
        counters.raiseTo(TurnCounters.BUSY_WAIT_MAX_NS, busyNs);
        return busyNs > stallThresholdNs;
    }

    /**
     * An enter that was not to wait is over: it counts to the turn.
     *
     * @return true if it is a stall, to be reported by {@link #stalledInEnter}
     */
    public boolean entered(long durationNs) {
        if (durationNs <= stallThresholdNs) {
            return false;
        }
        toldNs += durationNs;
        return true;
    }

    public void stalledInEnter(boolean waited, String owner, String what, long busyNs, long enterNs) {
        if (waited) {
            counters.count(TurnCounters.WAIT_STALLS);
        }
        counters.stalled(new SlowTurn(owner, what, busyNs, enterNs));
    }

    public void handled(ResourceContainer container, Object attachment, long handlerNs) {
        counters.count(TurnCounters.EVENTS);
        if (slowest == null || handlerNs > slowestNs) {
            slowest = container;
            slowestAttachment = attachment;
            slowestNs = handlerNs;
        }
    }
}
