package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;

/** Measures turns - from one dequeue to the next, waiting apart - and names who held up a slow one. */
final class TurnMeter {
    private final long stallThresholdNs;

    long turns;
    long events;
    long stalls;
    long turnMaxNs;
    long waitMaxNs;
    String stallContainer = "";

    private long startNs;
    private long waitedNs;
    private ResourceContainer slowest;
    private long slowestNs;

    TurnMeter(long stallThresholdNs, long nowNs) {
        this.stallThresholdNs = stallThresholdNs;
        startNs = nowNs;
    }

    /** One turn ends and the next begins. */
    void turn(long nowNs) {
        final long turnNs = nowNs - startNs - waitedNs;
        if (slowest != null) { // events were handled: it was a turn, not the time before the first dequeue
            turns++;
            turnMaxNs = Math.max(turnMaxNs, turnNs);
            if (turnNs > stallThresholdNs) {
                stalls++;
                stallContainer = slowest.path();
            }
        }
        startNs = nowNs;
        waitedNs = 0L;
        slowest = null;
        slowestNs = 0L;
    }

    void waited(long durationNs) {
        waitedNs += durationNs;
        waitMaxNs = Math.max(waitMaxNs, durationNs);
    }

    void handled(ResourceContainer container, long handlerNs) {
        events++;
        if (slowest == null || handlerNs > slowestNs) {
            slowest = container;
            slowestNs = handlerNs;
        }
    }
}
