// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.turns;

import java.util.concurrent.atomic.AtomicLongArray;

/** The numbers of {@link TurnMeter} and of the loop. Written by the queue's thread alone, read by any. */
public final class TurnCounters {
    public static final int TURNS = 0;
    public static final int EVENTS = 1;
    public static final int FAILURES = 2;
    public static final int STALLS = 3;
    public static final int TURN_MAX_NS = 4;
    public static final int WAIT_MAX_NS = 5;
    public static final int WAIT_STALLS = 6;
    public static final int BUSY_WAIT_MAX_NS = 7;

    /** Opaque stores: whole, in order for each number, and as cheap as plain ones. */
    private final AtomicLongArray values = new AtomicLongArray(BUSY_WAIT_MAX_NS + 1);

    private volatile SlowTurn lastStall;

    public long get(int index) {
        return values.getOpaque(index);
    }

    /** The last that took too long, or null. */
    public SlowTurn lastStall() {
        return lastStall;
    }

    public void count(int index) {
        values.setOpaque(index, values.getPlain(index) + 1L);
    }

    void raiseTo(int index, long value) {
        if (value > values.getPlain(index)) {
            values.setOpaque(index, value);
        }
    }

    void stalled(SlowTurn stall) {
        lastStall = stall;
        count(STALLS);
    }
}
