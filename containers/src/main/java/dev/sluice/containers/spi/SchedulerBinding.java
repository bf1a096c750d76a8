// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

/**
 * What a scheduler keeps on a container: its place in the order, found without a look-up and told when
 * what decides on the order changes.
 *
 * <p>One scheduler at a time serves a container; {@link Scheduling#bind} refuses a second one. All
 * methods but {@link #hasEnded} are called on the thread that owns the scheduler.
 */
public abstract class SchedulerBinding {
    /** For subclasses. */
    protected SchedulerBinding() {}

    /**
     * The container, or one of its ancestors, was given another priority.
     *
     * @param effectivePriority the band that counts from now on, 0 to 63
     */
    protected abstract void effectivePriorityChanged(int effectivePriority);

    /**
     * The container was given another share.
     *
     * @param oldShare the weight that counted until now, at least 1
     * @param newShare the weight that counts from now on, at least 1
     */
    protected abstract void shareChanged(int oldShare, int newShare);

    /** The principal that the container is under is another from now on, or has another fixed share. */
    protected abstract void principalChanged();

    /** Whether the priority decays may have changed, and with it what {@link Scheduling#decayedPriority} returns. */
    protected abstract void decayChanged();

    /**
     * Tells whether another binding is of the same scheduler, so that one of them stands for both.
     *
     * @param other of a container of the same tree
     * @return true if so
     */
    protected boolean isOfSameScheduler(SchedulerBinding other) {
        return this == other;
    }

    /**
     * Tells whether the scheduler has ended, so that the tree belongs to its thread no longer. Called on any thread.
     *
     * @return true if it will never be used again
     */
    protected boolean hasEnded() {
        return false;
    }
}
