// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One container of a {@link SchedulerModel}: its place in the tree, what it has pending, and what it used lately, in real numbers. */
public final class ModelEntry {
    private static final long STEPS_OF_A_HALF_LIFE = 64L;

    public final ResourceContainer container;
    public ModelEntry parent;
    public final List<ModelEntry> childrenNewestFirst = new ArrayList<>();
    public final Deque<Signal> fifo = new ArrayDeque<>();
    ModelBands bands;
    ModelBands own;
    public int effective;
    public int band;
    public int share = ResourceContainer.DEFAULT_SHARE;
    public int live;
    public int timers;
    public long time;
    public long emptiedNs;
    public boolean waiting;
    public long bucket;
    public long arrival;

    /** In the first bucket, and before those there that begin something. */
    boolean continuing;

    public DecayByUse decay;
    private double used;
    private long usedAtNs;

    public ModelEntry(ResourceContainer container, ModelEntry parent) {
        this.container = container;
        this.parent = parent;
        effective = container.effectivePriority();
        band = effective;
    }

    public boolean expectsAnything() {
        return live > 0 || timers > 0;
    }

    void moveBelow(ModelEntry newParent) {
        parent.childrenNewestFirst.remove(this);
        parent = newParent;
        newParent.childrenNewestFirst.add(0, this);
    }

    public ModelEntry top() {
        return parent == null || parent.parent == null ? this : parent.top();
    }

    void decayBy(DecayByUse policy) {
        decay = policy;
        used = 0.0;
    }

    void use(long costNs, long endedNs) {
        used = usedAt(endedNs) + costNs;
        usedAtNs = stepAt(endedNs);
    }

    /** Its effective priority, less one for each doubling of recent use. */
    int bandAt(long nowNs) {
        if (decay == null) {
            return effective;
        }
        final double usedNow = usedAt(nowNs);
        int sunkTo = effective;
        for (double unit = decay.unitNs(); usedNow >= 2.0 * unit && sunkTo > decay.floor(); unit *= 2.0) {
            sunkTo--;
        }
        return sunkTo;
    }

    /** When recent use, seen from the present time, first costs a band less; never if it costs none. */
    long risesAtNs(long nowNs) {
        final double units = usedAt(nowNs) / decay.unitNs();
        if (units < 2.0) {
            return Long.MAX_VALUE;
        }
        final double doublings = Math.log(units) / Math.log(2.0);
        final double steps = (doublings - Math.floor(doublings)) * decay.halfLifeNs() / stepNs();
        return stepAt(nowNs) + ((long) steps + 1L) * stepNs();
    }

    private double usedAt(long atNs) {
        return used * Math.pow(0.5, (double) (stepAt(atNs) - usedAtNs) / decay.halfLifeNs());
    }

    private long stepAt(long atNs) {
        return atNs / stepNs() * stepNs();
    }

    private long stepNs() {
        return decay.halfLifeNs() / STEPS_OF_A_HALF_LIFE;
    }
}
