// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

/**
 * What those who give out what is limited keep on a container: its place in the order and what it has,
 * found without a look-up and told when what decides on them changes.
 *
 * <p>All methods but {@link #inUse} are called on the thread that owns the tree of containers.
 */
public abstract class LimitBinding {
    /** For subclasses. */
    protected LimitBinding() {}

    /**
     * The container, or one of its ancestors, was given another priority.
     *
     * @param effectivePriority the band that counts from now on, 0 to 63
     */
    protected abstract void effectivePriorityChanged(int effectivePriority);

    /** The container has another parent, which it tells from now on: what it and its descendants have is in that one's use. */
    protected abstract void parentChanged();

    /**
     * The container was given another limit, which it tells from now on.
     *
     * @param resource of what, its {@code Resource.index()}
     */
    protected abstract void limitChanged(int resource);

    /**
     * Returns how much of something the container and its descendants have now.
     *
     * @param resource of what, its {@code Resource.index()}
     * @return the amount
     */
    protected abstract long inUse(int resource);
}
