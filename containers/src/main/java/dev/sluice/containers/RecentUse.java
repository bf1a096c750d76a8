package dev.sluice.containers;

/** What a container has used lately, by the clock of its policy. */
final class RecentUse {
    private final DecayByUse policy;

    /** As of {@link #atNs}, in nanoseconds. */
    private double used;

    private long atNs;

    RecentUse(DecayByUse policy) {
        this.policy = policy;
    }

    DecayByUse policy() {
        return policy;
    }

    void charge(long costNs, long nowNs) {
        used = usedBy(nowNs) + costNs;
        atNs = nowNs;
    }

    int band(int priority, long nowNs) {
        final long units = (long) (usedBy(nowNs) / policy.unitNs());
        final int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1L, units));
        return Math.max(Math.min(policy.floor(), priority), priority - doublings);
    }

    private double usedBy(long nowNs) {
        return used == 0.0 ? 0.0 : used * Math.pow(2.0, (double) (atNs - nowNs) / policy.halfLifeNs());
    }
}
