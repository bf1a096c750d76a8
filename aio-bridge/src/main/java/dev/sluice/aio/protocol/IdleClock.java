// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.events.EventHandler;

/**
 * Tells when nothing has moved for a while, and the peer has taken nothing of what the kernel has. A byte that moves costs one look at the
 * clock; the timer is started anew only when it expires.
 */
final class IdleClock {
    private static final long NOT_ASKED = Long.MIN_VALUE;

    private final Link link;
    private final Deadline timer;
    private long durationNs;
    private long touchedNs;

    /** How much the peer had taken when it was asked, which was after the last that moved; else {@link #NOT_ASKED}. */
    private long takenBytes = NOT_ASKED;

    /** {@code expired} is to call {@link #restart()}. */
    IdleClock(Link link, EventHandler expired) {
        this.link = link;
        timer = new Deadline(link, expired);
    }

    static long check(long durationNs) {
        if (durationNs <= 0L) {
            throw new IllegalArgumentException("durationNs must be above 0: durationNs=" + durationNs);
        }
        return durationNs;
    }

    void start(long newDurationNs) {
        durationNs = check(newDurationNs);
        touch();
        timer.start(durationNs);
    }

    void touch() {
        if (durationNs > 0L) {
            touchedNs = link.events().nanoTime();
            takenBytes = NOT_ASKED;
        }
    }

    /** Goes on after the timer has expired; returns true if nothing has moved for the whole time. */
    @SuppressWarnings("NullAway") // it was the timer that has expired
    boolean restart() {
        final long restNs = touchedNs + durationNs - link.events().nanoTime();
        if (restNs > 0L) {
            timer.start(restNs);
            return false;
        }
        if (hasTaken()) {
            timer.start(durationNs);
            return false;
        }
        start(durationNs);
        return true;
    }

    /**
     * Tells whether the peer has taken something since it was asked last, or was not asked yet: a send of 64 KiB tells nothing before the last
     * of them has found room in the kernel.
     */
    private boolean hasTaken() {
        final int unacked = link.transport().unackedBytes();
        if (unacked <= 1) {
            return false; // it has all of it, but for the end of the stream
        }
        final long acked = link.transport().ackedBytes();
        final long taken = acked < 0L ? -unacked : acked;
        final boolean more = taken != takenBytes;
        takenBytes = taken;
        return more;
    }

    void cancel() {
        timer.cancel();
        durationNs = 0L;
    }
}
