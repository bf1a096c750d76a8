// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

/**
 * What a container has used lately, by the clock of its policy. Time goes on in steps of a 64th of the half-life: what is
 * used counts from the beginning of its step, so that most charges are one addition.
 */
public final class RecentUse {
    private static final long STEPS_OF_A_HALF_LIFE = 64L;

    private final long halfLifeNs;
    private final long unitNs;
    private final int floor;
    private final long stepNs;

    /** As of {@link #atNs}, in nanoseconds. */
    private double used;

    /** Where a step begins. */
    private long atNs;

    /**
     * Nothing is used yet.
     *
     * @param halfLifeNs after this time use counts half, at least 1
     * @param unitNs use below two of these costs no priority, at least 1
     * @param floor the lowest band that use leads to
     */
    public RecentUse(long halfLifeNs, long unitNs, int floor) {
        this.halfLifeNs = halfLifeNs;
        this.unitNs = unitNs;
        this.floor = floor;
        stepNs = Math.max(1L, halfLifeNs / STEPS_OF_A_HALF_LIFE);
    }

    /**
     * As it was made.
     *
     * @return after this time use counts half
     */
    public long halfLifeNs() {
        return halfLifeNs;
    }

    /**
     * As it was made.
     *
     * @return below two of these use costs no priority
     */
    public long unitNs() {
        return unitNs;
    }

    /**
     * As it was made.
     *
     * @return the lowest band that use leads to
     */
    public int floor() {
        return floor;
    }

    void charge(long costNs, long nowNs) {
        goOnTo(nowNs);
        used += costNs;
    }

    int band(int priority, long nowNs) {
        goOnTo(nowNs);
        return Math.max(Math.min(floor, priority), priority - doublings());
    }

    /** When there is a doubling less if nothing is used meanwhile; {@link Long#MAX_VALUE} if there is none. */
    long risesAtNs() {
        final int doublings = doublings();
        if (doublings == 0) {
            return Long.MAX_VALUE;
        }
        final double halfLives = Math.log(Math.scalb(used / unitNs, -doublings)) / Math.log(2.0);
        return atNs + ((long) (halfLives * halfLifeNs / stepNs) + 1L) * stepNs;
    }

    private int doublings() {
        final double units = used / unitNs;
        return units < 2.0 ? 0 : Math.getExponent(units);
    }

    private void goOnTo(long nowNs) {
        if (used == 0.0) {
            atNs = Math.floorDiv(nowNs, stepNs) * stepNs;
        } else if (nowNs - atNs >= stepNs) {
            final long stepBeganNs = Math.floorDiv(nowNs, stepNs) * stepNs;
            used *= Math.pow(2.0, (double) (atNs - stepBeganNs) / halfLifeNs);
            atNs = stepBeganNs;
        }
    }
}
