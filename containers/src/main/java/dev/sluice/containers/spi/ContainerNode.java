// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the layers above keep on a container and read of it: its place in the tree, the priority that counts, the bindings of who
 * schedules and limits it, and what it was charged. {@code dev.sluice.containers.ResourceContainer} is the one subclass.
 *
 * <p>Its members are for that subclass. Others come in by {@link Scheduling}, {@link Limiting} and {@link Charging}, which are not exported
 * to servers.
 */
public abstract class ContainerNode {
    final TreeOwner tree;

    @Nullable
    ContainerNode parent;

    int effectivePriority;

    @Nullable
    SchedulerBinding scheduler;

    @Nullable
    LimitBinding limitBinding;

    /** Null unless the priority decays by use. */
    @Nullable
    RecentUse recentUse;

    long events;
    long cpuNs;
    long diskOperations;
    long diskBytes;
    long diskWaitNs;
    long socketBytes;

    private final String name;
    private int priority;

    private @Nullable ContainerNode firstChild;
    private @Nullable ContainerNode nextSibling;
    private @Nullable ContainerNode previousSibling;

    /**
     * Makes a root, or what {@link #adopt} is to be called with.
     *
     * @param name for messages and reports
     * @param parent null for a root
     * @param priority its own, a valid one
     */
    protected ContainerNode(String name, @Nullable ContainerNode parent, int priority) {
        this.name = Objects.requireNonNull(name, "name");
        this.parent = parent;
        this.priority = priority;
        tree = parent == null ? new TreeOwner() : parent.tree;
        effectivePriority = parent == null ? priority : Math.min(priority, parent.effectivePriority);
    }

    /**
     * Returns the name given at creation.
     *
     * @return the name
     */
    protected final String nodeName() {
        return name;
    }

    /**
     * Returns the names from the root down to here.
     *
     * @return separated by slashes
     */
    protected final String pathOfNames() {
        return parent == null ? name : parent.pathOfNames() + "/" + name;
    }

    /**
     * Returns the node above.
     *
     * @return null for a root
     */
    protected final @Nullable ContainerNode parentNode() {
        return parent;
    }

    /** Throws {@link IllegalStateException} if the tree belongs to another thread than the calling one. A memory read. */
    protected final void checkThread() {
        tree.check(this);
    }

    /**
     * Links a child in.
     *
     * @param child made with this as its parent
     */
    protected final void adopt(ContainerNode child) {
        child.nextSibling = firstChild;
        if (firstChild != null) {
            firstChild.previousSibling = child;
        }
        firstChild = child;
    }

    /** Takes this node out of its parent's children; its own stay with it. */
    protected final void leaveParent() {
        if (parent == null) {
            return;
        }
        if (previousSibling == null) {
            parent.firstChild = nextSibling;
        } else {
            previousSibling.nextSibling = nextSibling;
        }
        if (nextSibling != null) {
            nextSibling.previousSibling = previousSibling;
        }
        previousSibling = null;
        nextSibling = null;
    }

    /**
     * Puts this node, with its descendants, below another one. What was charged stays with those that were its ancestors.
     *
     * @param newParent of the same tree, not this node and none of its descendants
     */
    protected final void changeParent(ContainerNode newParent) {
        leaveParent();
        parent = newParent;
        newParent.adopt(this);
        if (limitBinding != null) {
            limitBinding.parentChanged();
        }
        tellPrincipalChanged();
        updateEffectivePriority();
    }

    /**
     * Returns the node's own priority.
     *
     * @return 0 to 63
     */
    protected final int ownPriority() {
        return priority;
    }

    /**
     * Returns the lowest priority of this node's and its ancestors'.
     *
     * @return 0 to 63
     */
    protected final int priorityThatCounts() {
        return effectivePriority;
    }

    /**
     * Changes the node's own priority, and with it what counts of its descendants'.
     *
     * @param newPriority a valid one
     */
    protected final void changePriority(int newPriority) {
        priority = newPriority;
        updateEffectivePriority();
    }

    private void updateEffectivePriority() {
        final int updated = parent == null ? priority : Math.min(priority, parent.effectivePriority);
        if (updated == effectivePriority) {
            return;
        }
        effectivePriority = updated;
        if (scheduler != null) {
            scheduler.effectivePriorityChanged(updated);
        }
        if (limitBinding != null) {
            limitBinding.effectivePriorityChanged(updated);
        }
        for (ContainerNode child = firstChild; child != null; child = child.nextSibling) {
            child.updateEffectivePriority();
        }
    }

    /**
     * Has recent use counted from now on, or no longer.
     *
     * @param newRecentUse null for no longer
     */
    protected final void changeRecentUse(@Nullable RecentUse newRecentUse) {
        recentUse = newRecentUse;
        if (scheduler != null) {
            scheduler.decayChanged();
        }
    }

    /**
     * Returns what is kept of recent use.
     *
     * @return null unless the priority decays by use
     */
    protected final @Nullable RecentUse recentUse() {
        return recentUse;
    }

    /**
     * Tells the scheduler of another share.
     *
     * @param oldShare at least 1
     * @param newShare at least 1
     */
    protected final void tellShareChanged(int oldShare, int newShare) {
        if (scheduler != null) {
            scheduler.shareChanged(oldShare, newShare);
        }
    }

    /** Tells the schedulers of this node and its descendants that they have another principal, or that one another share. */
    protected final void tellPrincipalChanged() {
        if (scheduler != null) {
            scheduler.principalChanged();
        }
        for (ContainerNode child = firstChild; child != null; child = child.nextSibling) {
            child.tellPrincipalChanged();
        }
    }

    /**
     * Tells who limits that a limit is another.
     *
     * @param resource its number
     */
    protected final void tellLimitChanged(int resource) {
        if (limitBinding != null) {
            limitBinding.limitChanged(resource);
        }
    }

    /**
     * Returns how much of something is in use.
     *
     * @param resource its number
     * @return the amount
     */
    protected final long amountInUse(int resource) {
        return limitBinding == null ? 0L : limitBinding.inUse(resource);
    }

    /**
     * Returns what was charged so far. From any thread: each count may be a little old, and they are not of one moment.
     *
     * @param usage made of the counts
     * @return what that made
     * @param <U> its type
     */
    protected final <U> U charged(UsageFactory<U> usage) {
        VarHandle.acquireFence(); // who asks again and again is not given what the compiler has kept
        return usage.of(events, cpuNs, diskOperations, diskBytes, diskWaitNs, socketBytes);
    }

    /**
     * Makes a snapshot.
     *
     * @param <U> its type
     */
    protected interface UsageFactory<U> {
        /**
         * Makes it.
         *
         * @param events handed out
         * @param cpuNs of handlers
         * @param diskOperations completed
         * @param diskBytes of them
         * @param diskWaitNs of them
         * @param socketBytes both ways
         * @return the snapshot
         */
        U of(long events, long cpuNs, long diskOperations, long diskBytes, long diskWaitNs, long socketBytes);
    }
}
