package dev.sluice.containers;

/**
 * What a container has used lately, by the clock of its policy. Time goes on in steps of a 64th of the half-life: what is
 * used counts from the beginning of its step, so that most charges are one addition.
 */
final class RecentUse {
    private static final long STEPS_OF_A_HALF_LIFE = 64L;

    private final DecayByUse policy;
    private final long stepNs;

    /** As of {@link #atNs}, in nanoseconds. */
    private double used;

    /** Where a step begins. */
    private long atNs;

    RecentUse(DecayByUse policy) {
        this.policy = policy;
        stepNs = Math.max(1L, policy.halfLifeNs() / STEPS_OF_A_HALF_LIFE);
    }

    DecayByUse policy() {
        return policy;
    }

    void charge(long costNs, long nowNs) {
        goOnTo(nowNs);
        used += costNs;
    }

    int band(int priority, long nowNs) {
        goOnTo(nowNs);
        return Math.max(Math.min(policy.floor(), priority), priority - doublings());
    }

    /** When there is a doubling less if nothing is used meanwhile; {@link Long#MAX_VALUE} if there is none. */
    long risesAtNs() {
        final int doublings = doublings();
        if (doublings == 0) {
            return Long.MAX_VALUE;
        }
        final double halfLives = Math.log(Math.scalb(used / policy.unitNs(), -doublings)) / Math.log(2.0);
        return atNs + ((long) (halfLives * policy.halfLifeNs() / stepNs) + 1L) * stepNs;
    }

    private int doublings() {
        final double units = used / policy.unitNs();
        return units < 2.0 ? 0 : Math.getExponent(units);
    }

    private void goOnTo(long nowNs) {
        if (used == 0.0) {
            atNs = Math.floorDiv(nowNs, stepNs) * stepNs;
        } else if (nowNs - atNs >= stepNs) {
            final long stepBeganNs = Math.floorDiv(nowNs, stepNs) * stepNs;
            used *= Math.pow(2.0, (double) (atNs - stepBeganNs) / policy.halfLifeNs());
            atNs = stepBeganNs;
        }
    }
}
