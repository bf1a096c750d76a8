// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a scheduler does to a container that it serves: finds its own place for it, and counts recent use. On the thread that the tree
 * belongs to; each method that changes something throws {@link IllegalStateException} on another.
 */
public final class Scheduling {
    private Scheduling() {}

    /**
     * Returns what the scheduler that serves a container keeps on it.
     *
     * @param container any
     * @return the binding, or null if no scheduler has served it yet
     */
    public static @Nullable SchedulerBinding bindingOf(ContainerNode container) {
        return container.scheduler;
    }

    /**
     * Binds the scheduler that serves a container from now on.
     *
     * @param container to be served
     * @param binding the scheduler's place for it; null when the scheduler has ended
     * @throws IllegalStateException if another scheduler serves it, or the tree belongs to another thread
     */
    public static void bind(ContainerNode container, @Nullable SchedulerBinding binding) {
        container.tree.check(container);
        if (container.scheduler != null && binding != null && container.scheduler != binding) {
            throw new IllegalStateException("container " + container.pathOfNames()
                    + " is served by another event queue: a tree of containers belongs to one queue at a time");
        }
        container.tree.bound(container.scheduler, binding);
        container.scheduler = binding;
    }

    /**
     * Counts a handler's time as recent use, if the priority decays. {@link Charging#chargeEvent} is apart.
     *
     * @param container whose handler it was
     * @param costNs nanoseconds
     * @param nowNs the scheduler's clock, in nanoseconds, never going back
     */
    public static void chargeRecentUse(ContainerNode container, long costNs, long nowNs) {
        container.tree.check(container);
        if (container.recentUse != null) {
            container.recentUse.charge(costNs, nowNs);
        }
    }

    /**
     * Returns the band that counts now. Recent use has decayed until then, for all who ask later.
     *
     * @param container any
     * @param nowNs the scheduler's clock, in nanoseconds, never going back
     * @return the effective priority, less what recent use costs
     */
    public static int decayedPriority(ContainerNode container, long nowNs) {
        container.tree.check(container);
        return container.recentUse == null
                ? container.effectivePriority
                : container.recentUse.band(container.effectivePriority, nowNs);
    }

    /**
     * Returns when {@link #decayedPriority} is to be asked for again: the next time that recent use, without more of it,
     * costs a band less.
     *
     * @param container any
     * @return by the scheduler's clock, in nanoseconds, as of when it was asked or charged last; {@link Long#MAX_VALUE} if
     *     recent use costs nothing
     */
    public static long decayedPriorityRisesAtNs(ContainerNode container) {
        return container.recentUse == null ? Long.MAX_VALUE : container.recentUse.risesAtNs();
    }
}
