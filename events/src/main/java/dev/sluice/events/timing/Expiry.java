// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.timing;

/** Something that comes to pass at a point in time: a place in the {@link TimerWheel}, and what is done when it is due. */
public abstract class Expiry {
    /** Neighbours in the wheel's slot, null while not in the wheel. */
    Expiry following;

    Expiry preceding;

    /** When the wheel has it expire. */
    long tick;

    /** Where in the wheel, or {@link TimerWheel#NOWHERE}. */
    int slot = TimerWheel.NOWHERE;

    /** Whether it is in the wheel. */
    public final boolean isStarted() {
        return slot != TimerWheel.NOWHERE;
    }

    /** It is due and out of the wheel. SQEs may be claimed. */
    public abstract void expired();
}
