package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;

/** Measures turns - from one dequeue to the next, waiting apart - and names who held up a slow one. */
final class TurnMeter {
    final LoopCounters counters = new LoopCounters();

    private final long stallThresholdNs;

    private long startNs;
    private long waitedNs;

    /** What of the turn is told of already: it is nobody else's fault. */
    private long toldNs;

    private ResourceContainer slowest;
    private Object slowestAttachment;
    private long slowestNs;

    TurnMeter(long stallThresholdNs, long nowNs) {
        this.stallThresholdNs = stallThresholdNs;
        startNs = nowNs;
    }

    /** One turn ends and the next begins. */
    void turn(long nowNs) {
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
        counters.count(LoopCounters.TURNS);
        counters.raiseTo(LoopCounters.TURN_MAX_NS, turnNs);
        if (turnNs - toldNs > stallThresholdNs) {
            final String handler = slowestAttachment == null
                    ? "null"
                    : slowestAttachment.getClass().getName();
            counters.stalled(new Stall(slowest.path(), handler, slowestNs, turnNs));
        }
    }

    /**
     * An enter that was to wait is over.
     *
     * @param busyNs how much of it was no waiting
     * @return true if that is a stall, to be reported by {@link #stalledInEnter}
     */
    boolean waited(long durationNs, long busyNs) {
        waitedNs += durationNs;
        counters.raiseTo(LoopCounters.WAIT_MAX_NS, durationNs);
        if (busyNs == 0L) {
            return false;
        }
        counters.raiseTo(LoopCounters.BUSY_WAIT_MAX_NS, busyNs);
        return busyNs > stallThresholdNs;
    }

    /**
     * An enter that was not to wait is over: it counts to the turn.
     *
     * @return true if it is a stall, to be reported by {@link #stalledInEnter}
     */
    boolean entered(long durationNs) {
        if (durationNs <= stallThresholdNs) {
            return false;
        }
        toldNs += durationNs;
        return true;
    }

    void stalledInEnter(boolean waited, String owner, String what, long busyNs, long enterNs) {
        if (waited) {
            counters.count(LoopCounters.WAIT_STALLS);
        }
        counters.stalled(new Stall(owner, what, busyNs, enterNs));
    }

    void handled(ResourceContainer container, Object attachment, long handlerNs) {
        counters.count(LoopCounters.EVENTS);
        if (slowest == null || handlerNs > slowestNs) {
            slowest = container;
            slowestAttachment = attachment;
            slowestNs = handlerNs;
        }
    }
}
