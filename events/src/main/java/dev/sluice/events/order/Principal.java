// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.Priority;

/**
 * 64 strict bands, and in each the containers that have something pending. All containers of a queue that are under no
 * principal share one of these; each principal has its own.
 *
 * <p>The wheel of a band is made when it is first used. A principal thus holds 64 wheels at most, of 8 KiB each.
 */
final class Principal {
    /** Of so many dequeues at most one goes to a band that has waited too long. */
    static final int DEQUEUES_PER_RESCUE = 16;

    private final BandWheel[] wheels = new BandWheel[Priority.BANDS];
    private final int[] liveByBand = new int[Priority.BANDS];
    private final int[] timersByBand = new int[Priority.BANDS];
    private final long starvationLimitNs;

    /** Whose events these are. */
    final SignalledEvents owner;

    /** A bit for each band that has something pending. */
    private long occupied;

    /** A bit for each band of containers for which something may still come out of the ring. */
    private long liveBands;

    /** A bit for each band of containers that have timers started. */
    private long timerBands;

    private int untilRescue = DEQUEUES_PER_RESCUE;

    /** Weight among the principals, and what was used by it; see {@link Principals}. */
    int share;

    long virtualTime;

    /** Known to {@link Principals}. */
    boolean enrolled;

    /** When it was forgotten by them. */
    long forgottenNs;

    Principal(SignalledEvents owner, int share, long starvationLimitNs) {
        this.owner = owner;
        this.share = share;
        this.starvationLimitNs = starvationLimitNs;
    }

    /** Of what is pending; -1 if nothing is. */
    int highestBand() {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(occupied);
    }

    boolean hasAtLeast(int minPriority) {
        return occupied >>> minPriority != 0L;
    }

    /**
     * Tells whether something may come - of timers, or out of the ring - of a higher band than all that is pending here; if
     * nothing is, than what is in {@code next}.
     */
    boolean moreUrgentMayCome(boolean ofTimers, Principal next) {
        return Long.numberOfLeadingZeros(ofTimers ? timerBands : liveBands)
                < Long.numberOfLeadingZeros(occupied == 0L ? next.occupied : occupied);
    }

    boolean hasNothingPending() {
        return occupied == 0L;
    }

    boolean isInUse() {
        return (occupied | liveBands | timerBands) != 0L;
    }

    long bandTime(int band, long nowNs) {
        final BandWheel wheel = wheels[band];
        return wheel == null ? 0L : wheel.virtualTime(nowNs);
    }

    /** The band's wheel, made at its first use. */
    BandWheel wheelOf(int band, long nowNs) {
        BandWheel wheel = wheels[band];
        if (wheel == null) {
            wheel = new BandWheel(0L, nowNs);
            wheels[band] = wheel;
        }
        return wheel;
    }

    /** The wheel of a band that has something pending or in service. */
    BandWheel wheelOf(int band) {
        return wheels[band];
    }

    /** It waits in a wheel. */
    void entered(ContainerQueue place) {
        occupied |= 1L << place.band;
    }

    void leave(ContainerQueue place, long nowNs) {
        final int band = place.band;
        wheels[band].remove(place, nowNs);
        if (wheels[band].isEmpty()) {
            occupied &= ~(1L << band);
        }
    }

    /** Takes out the container whose turn it is; something of {@code minPriority} must be pending. */
    ContainerQueue pollFirst(int minPriority, long nowNs) {
        int band = Long.SIZE - 1 - Long.numberOfLeadingZeros(occupied);
        if (starvationLimitNs > 0L && --untilRescue <= 0) {
            untilRescue = DEQUEUES_PER_RESCUE;
            band = starvedBand(minPriority, band, nowNs);
        }
        final BandWheel wheel = wheels[band];
        final ContainerQueue place = wheel.pollFirst();
        if (wheel.isEmpty()) {
            occupied &= ~(1L << band);
        }
        return place;
    }

    /** The band below {@code highest} that has waited longest, and longer than the limit; if none has, the highest. */
    private int starvedBand(int minPriority, int highest, long nowNs) {
        final int lowest = Math.max(minPriority, Priority.IDLE + 1);
        int starved = highest;
        long longestNs = starvationLimitNs;
        for (long left = occupied & (-1L << lowest) & ~(-1L << highest); left != 0L; left &= left - 1L) {
            final int band = Long.numberOfTrailingZeros(left);
            final long waitedNs = oldestPendingNs(band, nowNs);
            if (waitedNs > longestNs) {
                longestNs = waitedNs;
                starved = band;
            }
        }
        return starved;
    }

    /** Since when the next event of {@code band} is pending; 0 if there is none. */
    long oldestPendingNs(int band, long nowNs) {
        if ((occupied & 1L << band) == 0L) {
            return 0L;
        }
        return nowNs - wheels[band].peekFirst().first().signalledNs;
    }

    /** What may come for {@code place} will be of another principal or band. */
    void expectElsewhere(ContainerQueue place, Principal to, int band) {
        if (place.live > 0) {
            countLive(place.band, -place.live);
            to.countLive(band, place.live);
        }
        if (place.timers > 0) {
            countTimers(place.band, -place.timers);
            to.countTimers(band, place.timers);
        }
    }

    void countLive(int band, int change) {
        liveBands = counted(liveByBand, liveBands, band, change);
    }

    void countTimers(int band, int change) {
        timerBands = counted(timersByBand, timerBands, band, change);
    }

    private static long counted(int[] byBand, long bands, int band, int change) {
        byBand[band] += change;
        return byBand[band] == 0 ? bands & ~(1L << band) : bands | 1L << band;
    }
}
