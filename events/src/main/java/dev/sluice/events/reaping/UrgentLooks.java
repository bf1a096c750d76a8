// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

/**
 * When, between two events, the ring is entered for what has completed and may be more urgent: before it is in, nobody knows what it is. At once,
 * unless that was in vain of late: to enter for each thing that is as urgent as the rest costs a fifth of the CPU of a cached reply.
 */
final class UrgentLooks {
    /** What is more urgent waits for so many handlers at most. */
    private static final int MOST_EVENTS = 4;

    /** Or for as long, if these are fewer. */
    private static final long MOST_NS = 30_000L;

    private int eventsBetween = 1;

    boolean isDue(int events, long sinceEnterNs) {
        return events >= eventsBetween || sinceEnterNs >= MOST_NS;
    }

    /** In vain is only what has let in all that there was. */
    void looked(boolean inTime) {
        eventsBetween = inTime ? 1 : Math.min(MOST_EVENTS, 2 * eventsBetween);
    }
}
