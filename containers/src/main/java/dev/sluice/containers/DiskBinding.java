package dev.sluice.containers;

/**
 * What admission to the disk keeps on a container: its place in the order and the operations it has under way, found
 * without a look-up and told when what decides on them changes.
 *
 * <p>All methods are called on the thread that owns the tree of containers.
 */
public abstract class DiskBinding {
    /** For subclasses. */
    protected DiskBinding() {}

    /**
     * The container, or one of its ancestors, was given another priority.
     *
     * @param effectivePriority the band that counts from now on, 0 to 63
     */
    protected abstract void effectivePriorityChanged(int effectivePriority);

    /**
     * The container was given another limit.
     *
     * @param operations how many it may have in flight from now on, its descendants' included; at least 1
     */
    protected abstract void limitChanged(int operations);
}
