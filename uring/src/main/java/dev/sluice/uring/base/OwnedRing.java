// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingStatistics;

/** The door of a ring: who may come in, and what its enters took. What is behind it is the subclass's. */
public abstract class OwnedRing implements Ring {
    /** How long a wait lasts at most, in nanoseconds, while the kernel takes none of the entries: who tries again does not spin. */
    protected static final long REFUSED_WAIT_NS = 1_000_000L;

    /** Asked at every door. */
    protected final RingOwner owner = new RingOwner();

    /** Of the enters through this door. */
    protected final EnterStatistics statistics = new EnterStatistics(owner);

    @Override
    public void enable() {
        owner.enable();
    }

    @Override
    public boolean takeOver() {
        return owner.takeOver();
    }

    @Override
    public final boolean isOwnerThread() {
        return owner.isCaller();
    }

    @Override
    public final void submit() {
        owner.check();
        enterAtOnce(nanoTime());
    }

    @Override
    public final long submit(long nowNs) {
        owner.check();
        return enterAtOnce(nowNs);
    }

    @Override
    public final void submitAndWait(int minComplete, long timeoutNs) {
        owner.check();
        if (minComplete < 0) {
            throw new IllegalArgumentException("minComplete must not be negative: " + minComplete);
        }
        if (minComplete == 0 || timeoutNs == 0L) {
            enterAtOnce(nanoTime());
            return;
        }
        statistics.begins();
        statistics.waited(enterToWait(minComplete, timeoutNs));
    }

    private long enterAtOnce(long startNs) {
        statistics.begins();
        enterNow();
        final long returnedNs = nanoTime();
        statistics.returned(returnedNs - startNs);
        return returnedNs;
    }

    /** Submits, and completes what is due. */
    protected abstract void enterNow();

    /**
     * As {@link #enterNow}, and waits.
     *
     * @param minComplete completions to wait for, above 0
     * @param timeoutNs the longest wait in nanoseconds, not 0; negative waits without limit
     * @return for how much of it the thread was busy, in nanoseconds
     */
    protected abstract long enterToWait(int minComplete, long timeoutNs);

    @Override
    public final int drainCompletions(CompletionHandler handler, int limit) {
        owner.beginDrain(limit);
        try {
            return drain(handler, limit);
        } finally {
            owner.endDrain();
        }
    }

    /**
     * Hands completions out, as {@link #drainCompletions} says.
     *
     * @param handler called for each, oldest first
     * @param limit at most so many
     * @return how many were handled
     */
    protected abstract int drain(CompletionHandler handler, int limit);

    @Override
    public final RingStatistics statistics() {
        return statistics;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
