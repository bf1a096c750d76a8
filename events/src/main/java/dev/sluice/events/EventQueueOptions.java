package dev.sluice.events;

import dev.sluice.uring.RingOptions;
import java.util.Objects;

/**
 * How an {@link EventQueue} is set up.
 *
 * @param ring sizes of the ring
 * @param maxOperations the most descriptors and operations that may be declared or under way together, 1 to 16,777,216
 * @param stallThresholdNs a turn whose handlers run longer than this is counted as a stall, in nanoseconds
 */
public record EventQueueOptions(RingOptions ring, int maxOperations, long stallThresholdNs) {
    private static final int MOST_OPERATIONS = 1 << 24;

    /**
     * Checks the values.
     *
     * @param ring see {@link #ring()}
     * @param maxOperations see {@link #maxOperations()}
     * @param stallThresholdNs see {@link #stallThresholdNs()}
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
                    "stallThresholdNs must be positive: stallThresholdNs=" + stallThresholdNs);
        }
    }

    /**
     * The ring's defaults, a million operations, stalls from 5 ms.
     *
     * @return the defaults
     */
    public static EventQueueOptions defaults() {
        return new EventQueueOptions(RingOptions.defaults(), 1 << 20, 5_000_000L);
    }

    /**
     * Changes the bound of operations.
     *
     * @param operations see {@link #maxOperations()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public EventQueueOptions withMaxOperations(int operations) {
        return new EventQueueOptions(ring, operations, stallThresholdNs);
    }

    /**
     * Changes what counts as a stall.
     *
     * @param thresholdNs see {@link #stallThresholdNs()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public EventQueueOptions withStallThresholdNs(long thresholdNs) {
        return new EventQueueOptions(ring, maxOperations, thresholdNs);
    }
}
