// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

import dev.sluice.containers.spi.ContainerNode;
import dev.sluice.containers.spi.RecentUse;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One activity of a server - a connection, a class of clients, a CGI request - with its priority, its share and what
 * it has used, whoever did the work.
 *
 * <p>Containers form a tree: a class's connections are its children. A container's {@linkplain #effectivePriority()
 * effective priority} is the lowest of its own and its ancestors', so that a class can be postponed as a whole. What
 * is charged to a container is charged to its ancestors too, and stays with them when it is closed or {@linkplain #setParent moved}.
 *
 * <p>Not thread-safe: from the first event, operation or timer that a queue has for one of its containers, a tree belongs to the thread
 * of that queue, until the queue is closed. Other threads are refused, but where a method only returns a value: what {@link #usage()}
 * returns is of use to them, and what never changes; of the others they may see an old value.
 *
 * @see <a href="https://www.usenix.org/legacy/publications/library/proceedings/osdi99/banga.html">Banga, Druschel,
 *     Mogul: resource containers</a> (the 1998 paper, section 4.1)
 */
@SuppressWarnings("exports") // what it inherits is of packages that servers do not see
public final class ResourceContainer extends ContainerNode implements AutoCloseable {
    /** The share of a container that was not given one. */
    public static final int DEFAULT_SHARE = 1024;

    /** The limit of a container that was not given one. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int MAX_SHARE = 1 << 20;
    private static final int RESOURCES = Resource.values().length;

    private int share = DEFAULT_SHARE;
    private boolean closed;

    /** 0 unless this is a principal. */
    private int fixedShare;

    /** By resource; null while there is none. */
    private long @Nullable [] limits;

    private ResourceContainer(String name, @Nullable ResourceContainer parent, int priority) {
        super(name, parent, Priority.check(priority));
    }

    /**
     * Creates the root of a new tree, at the highest priority so that it limits none of its children.
     *
     * @param name for messages and reports
     * @return the root
     */
    public static ResourceContainer root(String name) {
        return new ResourceContainer(name, null, Priority.MAX);
    }

    /**
     * Creates a child that follows this container's priority.
     *
     * @param childName for messages and reports
     * @return the child
     * @throws IllegalStateException if this container is closed, or the tree belongs to another thread
     */
    public ResourceContainer child(String childName) {
        return child(childName, Priority.MAX);
    }

    /**
     * Creates a child.
     *
     * @param childName for messages and reports
     * @param childPriority its own priority, 0 to 63; the effective one is never above this container's
     * @return the child
     * @throws IllegalArgumentException if the priority is outside 0 to 63
     * @throws IllegalStateException if this container is closed, or the tree belongs to another thread
     */
    public ResourceContainer child(String childName, int childPriority) {
        checkThread();
        if (closed) {
            throw new IllegalStateException(
                    "container " + path() + " is closed: it cannot have the child " + childName);
        }
        final ResourceContainer child = new ResourceContainer(childName, this, childPriority);
        adopt(child);
        return child;
    }

    /**
     * Returns the name given at creation.
     *
     * @return the name
     */
    public String name() {
        return nodeName();
    }

    /**
     * Returns the names from the root down to here.
     *
     * @return for example {@code server/guests/127.0.0.1:40312}
     */
    public String path() {
        return pathOfNames();
    }

    /**
     * Returns the container this one is a part of.
     *
     * @return the parent; null for a root
     */
    public @Nullable ResourceContainer parent() {
        return (ResourceContainer) parentNode();
    }

    /**
     * Moves this container, with its descendants, to another class: a client that has logged in, for example. All of it counts from now on
     * as if it had been there before: the effective priority, also of events that are pending; what it has of everything that is limited, which
     * the old ancestors have less and the new ones more, also beyond their limits, for nothing is taken back: {@link #limit} and {@link
     * #inUse} of the new parent tell before whether there is room; and who waits because an old ancestor has as much as it may waits for that
     * no longer. What was charged until now stays with the old ancestors, as after {@link #close()}; what comes is charged to the new ones.
     *
     * <p>A new parent may be below one that is closed, where {@link #child(String)} makes containers, too: what is charged reaches the closed one
     * and its ancestors as before, and what is changed of these reaches nobody below it any more.
     *
     * <p>Costs a visit to each descendant, and to whoever waits for a limit of the old ancestors.
     *
     * @param newParent of the same tree
     * @throws IllegalArgumentException if it is of another tree, this container, or one of its descendants
     * @throws IllegalStateException if one of them is closed, this is a root, or a principal that would not be directly under a root, or the tree
     *     belongs to another thread
     * @see <a href="https://www.usenix.org/legacy/publications/library/proceedings/osdi99/banga.html">Banga, Druschel, Mogul: resource
     *     containers</a> (1999, section 4.6: set a container's parent)
     */
    public void setParent(ResourceContainer newParent) {
        Objects.requireNonNull(newParent, "newParent");
        checkThread();
        checkMayMoveTo(newParent);
        if (newParent != parent()) {
            changeParent(newParent);
        }
    }

    private void checkMayMoveTo(ResourceContainer newParent) {
        ResourceContainer top = newParent;
        for (ResourceContainer above = newParent; above != null; above = above.parent()) {
            if (above == this) {
                throw new IllegalArgumentException(path() + " cannot have the parent " + newParent.path()
                        + ", which is itself or one of its descendants");
            }
            top = above;
        }
        if (parent() == null || closed || newParent.closed) {
            throw new IllegalStateException(path() + " cannot have the parent " + newParent.path() + ": "
                    + (parent() == null ? "it is a root" : (closed ? path() : newParent.path()) + " is closed"));
        }
        if (top != root()) {
            throw new IllegalArgumentException(
                    path() + " cannot have the parent " + newParent.path() + ", which is of another tree");
        }
        if (fixedShare > 0 && newParent.parent() != null) {
            throw new IllegalStateException("only a container directly under a root can be a principal: " + path()
                    + " is one, and cannot have the parent " + newParent.path());
        }
    }

    private ResourceContainer root() {
        ResourceContainer top = this;
        for (ResourceContainer above = parent(); above != null; above = above.parent()) {
            top = above;
        }
        return top;
    }

    /**
     * Returns the container's own priority.
     *
     * @return 0 to 63
     */
    public int priority() {
        return ownPriority();
    }

    /**
     * Returns the priority that counts: the lowest of this container's own and its ancestors'.
     *
     * @return 0 to 63
     */
    public int effectivePriority() {
        return priorityThatCounts();
    }

    /**
     * Changes the priority. Events that are pending for this container and its descendants move at once.
     *
     * @param newPriority 0 to 63
     * @throws IllegalArgumentException if it is outside 0 to 63
     * @throws IllegalStateException if the tree belongs to another thread
     */
    public void setPriority(int newPriority) {
        checkThread();
        changePriority(Priority.check(newPriority));
    }

    /**
     * Returns the weight of this container among those of its band.
     *
     * @return at least 1; {@link #DEFAULT_SHARE} unless set
     */
    public int share() {
        return share;
    }

    /**
     * Sets the weight of this container among those of its band: with twice the share it may use twice as much. Pending
     * events count by the new share at once.
     *
     * <p>It is this container's alone, among all others whose effective priority is the same, in whatever part of the tree, and neither for
     * its descendants nor against other bands: a class of a hundred connections, each a child, has the shares of a hundred containers. What
     * a class has as a whole {@link #setFixedShare} says.
     *
     * @param newShare 1 to 1,048,576
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if the tree belongs to another thread
     */
    public void setShare(int newShare) {
        checkThread();
        if (newShare < 1 || newShare > MAX_SHARE) {
            throw new IllegalArgumentException("share must be 1.." + MAX_SHARE + ": share=" + newShare);
        }
        if (newShare == share) {
            return;
        }
        final int oldShare = share;
        share = newShare;
        tellShareChanged(oldShare, newShare);
    }

    /**
     * Makes this container a principal: a guest or tenant that, with all its descendants, gets a fixed share of the
     * thread against the other principals, whatever priorities they use; its own priorities are strict inside it. What is
     * under no principal counts as one more, of share {@link #DEFAULT_SHARE}, while something of it is pending. A share
     * that a principal has no use for goes to the others; what it left unused earlier gives it no claim.
     *
     * <p>Takes effect at once, also on pending events; but not on those of a container that is closed and not this one, nor of what is below
     * such a one: they stay with the principal that they had. Costs a visit to each descendant; and where there are principals,
     * a look at each of them for every event.
     *
     * @param newFixedShare 1 to 1,048,576; 0 ends it
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if this container's parent is not a root, or the tree belongs to another thread
     * @see <a href="https://www.usenix.org/legacy/publications/library/proceedings/osdi99/banga.html">Banga, Druschel,
     *     Mogul: resource containers</a> (1999, fixed-share scheduling at the top of the hierarchy)
     */
    public void setFixedShare(int newFixedShare) {
        checkThread();
        if (newFixedShare < 0 || newFixedShare > MAX_SHARE) {
            throw new IllegalArgumentException("fixed share must be 0.." + MAX_SHARE + ": fixedShare=" + newFixedShare);
        }
        if (parent() == null || parent().parent() != null) {
            throw new IllegalStateException("only a container directly under a root can be a principal, not " + path());
        }
        if (newFixedShare == fixedShare) {
            return;
        }
        fixedShare = newFixedShare;
        tellPrincipalChanged();
    }

    /**
     * Returns this container's weight among the principals.
     *
     * @return 0 if it is none
     */
    public int fixedShare() {
        return fixedShare;
    }

    /**
     * Returns the principal that this container is, or is a descendant of.
     *
     * @return null if there is none
     */
    public @Nullable ResourceContainer principal() {
        ResourceContainer top = null;
        for (ResourceContainer container = this; container.parent() != null; container = container.parent()) {
            top = container;
        }
        return top != null && top.fixedShare > 0 ? top : null;
    }

    /**
     * Has the priority of this container fall with what its handlers use, or no longer. Recent use is counted from now
     * on.
     *
     * @param policy by which; null, as at first, for none
     * @throws IllegalStateException if the tree belongs to another thread
     */
    public void setDecay(@Nullable DecayByUse policy) {
        checkThread();
        changeRecentUse(policy == null ? null : new RecentUse(policy.halfLifeNs(), policy.unitNs(), policy.floor()));
    }

    /**
     * Returns the policy by which the priority falls with use.
     *
     * @return null if there is none
     */
    public @Nullable DecayByUse decay() {
        final RecentUse use = recentUse();
        return use == null ? null : new DecayByUse(use.halfLifeNs(), use.unitNs(), use.floor());
    }

    /**
     * Tells whether the priority falls with use.
     *
     * @return true if a policy is set
     */
    public boolean decays() {
        return recentUse() != null;
    }

    /**
     * Limits how much of something this container and its descendants may have at a time. Those who would take more wait,
     * without holding up anybody else; when something is given back, the one of the highest band below this container goes
     * next. What alone is more than the limit is let through when the container has nothing of it: what it holds itself while it waits is
     * not nothing, so a limit must be above what one request needs together.
     *
     * <p>Takes effect at once; of what was taken before, none is taken back.
     *
     * @param resource of what
     * @param amount at least 1; {@link #NO_LIMIT}, as at first, for none
     * @throws IllegalArgumentException if it is less
     * @throws IllegalStateException if the tree belongs to another thread
     */
    public void setLimit(Resource resource, long amount) {
        checkThread();
        if (amount < 1L) {
            throw new IllegalArgumentException(
                    "limit must be at least 1: " + resource + "=" + amount + ", container=" + path());
        }
        if (limits == null) {
            limits = new long[RESOURCES];
            Arrays.fill(limits, NO_LIMIT);
        }
        limits[resource.index()] = amount;
        tellLimitChanged(resource.index());
    }

    /**
     * Returns how much of something this container and its descendants may have at a time. That of an ancestor may be less.
     *
     * @param resource of what
     * @return at least 1; {@link #NO_LIMIT} unless set
     */
    public long limit(Resource resource) {
        final int index = resource.index();
        return limits == null ? NO_LIMIT : limits[index];
    }

    /**
     * Returns how much of something this container and its descendants have now.
     *
     * @param resource of what
     * @return the amount, 0 if all was given back
     */
    public long inUse(Resource resource) {
        return amountInUse(resource.index());
    }

    /**
     * Returns what this container and its descendants, closed ones included, have used so far. From any thread: to another than the
     * tree's each count may be a little old, and they are not of one moment.
     *
     * @return a snapshot
     */
    public Usage usage() {
        return charged((events, cpuNs, diskOperations, diskBytes, diskWaitNs, socketBytes) -> new Usage(
                events, cpuNs, diskOperations, diskBytes, diskWaitNs, socketBytes, inUse(Resource.DESCRIPTORS)));
    }

    /**
     * Tells whether {@link #close()} was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Ends the activity: the container leaves its parent, which keeps what was charged. Operations and events that
     * are still under way end as they would have, at the container's last priority, and are charged as before.
     * Children stay, at the priority they have. Nothing that waits is cancelled, and what is begun for the container later goes on and
     * counts for those that were its ancestors; only {@link #child} refuses. Closing again does nothing.
     *
     * @throws IllegalStateException if the tree belongs to another thread
     */
    @Override
    public void close() {
        checkThread();
        if (closed) {
            return;
        }
        closed = true;
        leaveParent();
    }

    @Override
    public String toString() {
        return path() + "[priority=" + priority() + ", effective=" + effectivePriority() + ", share=" + share + "]";
    }
}
