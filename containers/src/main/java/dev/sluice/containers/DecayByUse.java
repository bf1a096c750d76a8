// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

/**
 * A policy by which a container's priority falls while it uses much, and recovers while it does not.
 *
 * <p>Recent use is a sum in which every charge counts half after each half-life. From two units of it on, the container
 * is one band lower for each doubling: {@code band = max(floor, priority - log2(use / unit))}, in steps of a 64th of the
 * half-life. It is applied at once, also while an event waits, to this container alone: its children follow {@link
 * ResourceContainer#effectivePriority()}, which stays as it is.
 *
 * @param halfLifeNs after this time use counts half, in nanoseconds, at least 1
 * @param unitNs use below two of these costs no priority, in nanoseconds of handlers, at least 1
 * @param floor the lowest band that use leads to, 0 to 63; one that is above the container's priority does not raise it
 */
public record DecayByUse(long halfLifeNs, long unitNs, int floor) {
    /**
     * Checks the values.
     *
     * @param halfLifeNs see {@link #halfLifeNs()}
     * @param unitNs see {@link #unitNs()}
     * @param floor see {@link #floor()}
     * @throws IllegalArgumentException if one is out of range
     */
    public DecayByUse {
        if (halfLifeNs < 1) {
            throw new IllegalArgumentException("halfLifeNs must be at least 1: halfLifeNs=" + halfLifeNs);
        }
        if (unitNs < 1) {
            throw new IllegalArgumentException("unitNs must be at least 1: unitNs=" + unitNs);
        }
        Priority.check(floor);
    }
}
