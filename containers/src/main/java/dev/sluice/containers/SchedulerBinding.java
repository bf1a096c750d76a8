package dev.sluice.containers;

/**
 * What a scheduler keeps on a container: its place in the order, found without a look-up and told when the
 * container's effective priority changes.
 *
 * <p>One scheduler at a time serves a container; {@link ResourceContainer#bindScheduler} refuses a second one. All
 * methods are called on the thread that owns the scheduler.
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
}
