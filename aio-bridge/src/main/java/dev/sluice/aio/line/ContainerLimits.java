// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.LimitBinding;
import dev.sluice.containers.spi.Limiting;
import java.util.Arrays;

/**
 * What the lines of a queue keep on a container: how far it has come in the order of shares, how much it and its
 * descendants have, and the operations that are set aside because that is as much as it may have.
 *
 * <p>An operation is set aside when its turn has come and one of its container's ancestors is full: so it holds up nobody
 * else, and a limit costs nothing while it is not reached. It waits at the nearest full one, in a heap for each line. As
 * soon as that container has room, the first of each heap goes back among those that wait in the line, and when it leaves
 * these, for whatever reason, the next one. So the first of all that may go is always among them, and whatever is given
 * back moves few others.
 */
final class ContainerLimits extends LimitBinding implements SetAside.Room {
    private static final Resource[] RESOURCES = Resource.values();

    private final LineOrder order;
    private final ResourceContainer container;
    private ContainerLimits parent;

    /** By resource: how much, this container and its descendants. */
    private final long[] inUse = new long[RESOURCES.length];

    /** By line, for each unit of share, of the next operation: a line serves the one that is furthest behind. */
    private long[] virtualTime = {};

    /** Operations of this container that wait in some line, or are set aside. */
    private int waiting;

    /** Of each line of which something was set aside here. */
    private final SetAside setAside;

    private ContainerLimits(LineOrder order, ResourceContainer container, ContainerLimits parent) {
        this.order = order;
        this.container = container;
        this.parent = parent;
        setAside = new SetAside(order);
    }

    /** Finds it on the container; made when first asked for, with those of the ancestors. */
    static ContainerLimits of(ResourceContainer container, LineOrder order) {
        if (Limiting.bindingOf(container) instanceof ContainerLimits limits && limits.order == order) {
            return limits;
        }
        final ResourceContainer above = container.parent();
        final ContainerLimits limits = new ContainerLimits(order, container, above == null ? null : of(above, order));
        Limiting.bind(container, limits);
        for (final Resource resource : RESOURCES) {
            if (container.limit(resource) != ResourceContainer.NO_LIMIT) {
                order.limited();
            }
        }
        return limits;
    }

    long virtualTime(int line) {
        return line < virtualTime.length ? virtualTime[line] : 0L;
    }

    void setVirtualTime(int line, long newVirtualTime) {
        if (line >= virtualTime.length) {
            virtualTime = Arrays.copyOf(virtualTime, line + 1);
        }
        virtualTime[line] = newVirtualTime;
    }

    /** The nearest, from here up, that may not have {@code amount} more; null if there is none. */
    ContainerLimits nearestFull(Resource resource, long amount) {
        if (!order.isLimited()) {
            return null;
        }
        ContainerLimits limits = this;
        while (limits != null && limits.hasRoom(resource, amount)) {
            limits = limits.parent;
        }
        return limits;
    }

    /** What is more than the limit by itself may be had alone: else nobody could ever let it go. */
    private boolean hasRoom(Resource resource, long amount) {
        final long has = inUse[resource.index()];
        return has == 0L || amount <= container.limit(resource) - has;
    }

    /** Whether this and its ancestors may have so much more in a band, and nobody that goes first is set aside for it. */
    boolean mayTake(Line line, long amount, int band) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            if (!limits.hasRoom(line.resource, amount)) {
                return false;
            }
            if (limits.setAside.firstBand(line) >= band) {
                return false;
            }
        }
        return true;
    }

    /** Whether this or one of its ancestors has a limit. */
    boolean isLimited(Resource resource) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            if (limits.container.limit(resource) != ResourceContainer.NO_LIMIT) {
                return true;
            }
        }
        return false;
    }

    /** Whether this and its ancestors may have so much more: not as what is let through alone. */
    boolean isFree(Resource resource, long amount) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            if (amount > limits.container.limit(resource) - limits.inUse[resource.index()]) {
                return false;
            }
        }
        return true;
    }

    /** Whether an operation of a line is set aside here or at an ancestor. */
    boolean isAwaited(Line line) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            if (limits.setAside.firstBand(line) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether this or one of its ancestors has more than half of what it may have. */
    boolean isShort(Resource resource) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            if (limits.inUse[resource.index()] > limits.container.limit(resource) / 2L) {
                return true;
            }
        }
        return false;
    }

    /** This container has more from now on. */
    void took(Resource resource, long amount) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            limits.inUse[resource.index()] += amount;
        }
    }

    /** And less again. */
    public void gaveBack(Resource resource, long amount) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            limits.inUse[resource.index()] -= amount;
        }
        if (order.isAnySetAside()) {
            takeBackWhereThereIsRoom(resource);
        }
    }

    void countWaiting(int change) {
        waiting += change;
    }

    /** Where operations wait until there is room. */
    SetAside setAside() {
        return setAside;
    }

    /** One of this container's operations waits in {@code line} no longer: the next of each ancestor takes its place. */
    void stoppedWaiting(Line line) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            limits.setAside.takeBack(line, limits);
        }
    }

    private void takeBackWhereThereIsRoom(Resource resource) {
        for (ContainerLimits limits = this; limits != null; limits = limits.parent) {
            limits.setAside.takeBack(resource, limits);
        }
    }

    @Override
    public boolean isFor(LineOperation operation, Line line) {
        return hasRoom(line.resource, operation.amount);
    }

    @Override
    protected void effectivePriorityChanged(int effectivePriority) {
        order.prioritiesChanged();
        if (waiting > 0) {
            order.changed();
        }
        if (!order.isAnySetAside()) {
            return;
        }
        for (final Resource resource : RESOURCES) {
            takeBackWhereThereIsRoom(resource); // the first of those set aside may be another one now
        }
    }

    @Override
    protected void parentChanged() {
        if (parent == null || !isInUse()) {
            return; // of a queue that has ended
        }
        final ContainerLimits from = parent;
        final ContainerLimits to = of(container.parent(), order);
        parent = to;
        for (final Resource resource : RESOURCES) {
            to.took(resource, inUse[resource.index()]);
        }
        if (order.isAnySetAside()) {
            for (ContainerLimits limits = from; limits != null; limits = limits.parent) {
                limits.setAside.takeBackOf(this);
            }
            order.changed();
        }
        for (final Resource resource : RESOURCES) {
            from.gaveBack(resource, inUse[resource.index()]);
        }
    }

    /** Whether the queue that this is of is that which serves the tree now. */
    private boolean isInUse() {
        ResourceContainer top = container;
        while (top.parent() != null) {
            top = top.parent();
        }
        return Limiting.bindingOf(top) instanceof ContainerLimits limits && limits.order == order;
    }

    /** Whether this is {@code other}, or of one of its container's descendants. */
    boolean isBelow(ContainerLimits other) {
        ContainerLimits limits = this;
        while (limits != null && limits != other) {
            limits = limits.parent;
        }
        return limits != null;
    }

    @Override
    protected void limitChanged(int resource) {
        order.limited();
        if (order.isAnySetAside()) {
            takeBackWhereThereIsRoom(RESOURCES[resource]);
            order.changed();
        }
    }

    @Override
    protected long inUse(int resource) {
        return inUse[resource];
    }
}
