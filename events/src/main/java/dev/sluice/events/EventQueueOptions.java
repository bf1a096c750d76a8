// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.table.UserData;
import dev.sluice.uring.RingOptions;
import java.util.Objects;

/**
 * How an {@link EventQueue} is set up.
 *
 * @param ring sizes of the ring
 * @param maxOperations the most descriptors and operations that may be declared or under way together, 1 to 16,777,216
 * @param stallThresholdNs a turn whose handlers run longer than this is counted as a stall, in nanoseconds, at least 1
 * @param starvationLimitNs when the {@linkplain EventQueue#oldestPendingNs oldest pending} event of a band has waited
 *     longer than this, one event of that band is handed out ahead of higher ones, in nanoseconds; 0, the default,
 *     never does. At most one dequeue in 16 (of each principal's) goes that way, to the band that has waited longest.
 *     Band 0 stays idle, and events below a dequeue's {@code minPriority} stay undelivered
 */
public record EventQueueOptions(RingOptions ring, int maxOperations, long stallThresholdNs, long starvationLimitNs) {
    private static final int MOST_OPERATIONS = UserData.MOST_SLOTS;

    /**
     * Checks the values.
     *
     * @param ring see {@link #ring()}
     * @param maxOperations see {@link #maxOperations()}
     * @param stallThresholdNs see {@link #stallThresholdNs()}
     * @param starvationLimitNs see {@link #starvationLimitNs()}
     * @throws IllegalArgumentException if one is out of range
     */
    public EventQueueOptions {
        Objects.requireNonNull(ring, "ring");
        if (maxOperations < 1 || maxOperations > MOST_OPERATIONS) {
            throw new IllegalArgumentException(
                    "maxOperations must be 1.." + MOST_OPERATIONS + ": maxOperations=" + maxOperations);
        }
        if (stallThresholdNs < 1) {
            throw new IllegalArgumentException(
                    "stallThresholdNs must be at least 1: stallThresholdNs=" + stallThresholdNs);
        }
        if (starvationLimitNs < 0) {
            throw new IllegalArgumentException(
                    "starvationLimitNs must be at least 0: starvationLimitNs=" + starvationLimitNs);
        }
    }

    /**
     * The ring's defaults, a million operations, stalls from 5 ms, no limit to starvation.
     *
     * @return the defaults
     */
    public static EventQueueOptions defaults() {
        return new EventQueueOptions(RingOptions.defaults(), 1 << 20, 5_000_000L, 0L);
    }

    /**
     * Changes the ring.
     *
     * @param sizes see {@link #ring()}
     * @return changed options
     */
    public EventQueueOptions withRing(RingOptions sizes) {
        return new EventQueueOptions(sizes, maxOperations, stallThresholdNs, starvationLimitNs);
    }

    /**
     * Changes the bound of operations.
     *
     * @param operations see {@link #maxOperations()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public EventQueueOptions withMaxOperations(int operations) {
        return new EventQueueOptions(ring, operations, stallThresholdNs, starvationLimitNs);
    }

    /**
     * Changes what counts as a stall.
     *
     * @param thresholdNs see {@link #stallThresholdNs()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public EventQueueOptions withStallThresholdNs(long thresholdNs) {
        return new EventQueueOptions(ring, maxOperations, thresholdNs, starvationLimitNs);
    }

    /**
     * Changes how long a band may starve below others. The paper wants no limit: low priority is for what may wait for
     * ever.
     *
     * @param limitNs see {@link #starvationLimitNs()}
     * @return changed options
     * @throws IllegalArgumentException if it is negative
     */
    public EventQueueOptions withStarvationLimitNs(long limitNs) {
        return new EventQueueOptions(ring, maxOperations, stallThresholdNs, limitNs);
    }
}
