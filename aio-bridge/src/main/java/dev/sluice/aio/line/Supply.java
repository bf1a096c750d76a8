// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;

/**
 * A bounded amount of something that containers take for a while and give back, with a reserve for high bands, and the line of those who
 * found not enough of it. What it is asked has been checked.
 */
public final class Supply extends Line {
    private final long capacity;
    private final long reserved;

    /** The lowest band that may have what is reserved. */
    private final int reservedFrom;

    private long inUse;
    private boolean serving;

    public Supply(LineOrder order, Resource resource, long capacity, long reserved, int reservedFrom) {
        super(order, resource);
        this.reservedFrom = Priority.check(reservedFrom);
        if (capacity < 1L || reserved < 0L || reserved >= capacity) {
            throw new IllegalArgumentException("capacity must be above what is reserved, which must not be negative: "
                    + resource + ", capacity=" + capacity + ", reserved=" + reserved);
        }
        this.capacity = capacity;
        this.reserved = reserved;
    }

    public long capacity() {
        return capacity;
    }

    public long reserved() {
        return reserved;
    }

    public long inUse() {
        return inUse;
    }

    /** How much of it a container and its descendants have. */
    public long inUse(ResourceContainer container) {
        return Math.min(inUse, ContainerLimits.of(container, order).inUse(resource.index()));
    }

    /** Whether more than half of what a container may have is taken, or somebody waits. */
    public boolean isShort(ResourceContainer container) {
        return isAwaited()
                || inUse > usable(container.effectivePriority()) / 2L
                || (order.isLimited() && ContainerLimits.of(container, order).isShort(resource));
    }

    /** So many, or as many as every band can have at all. */
    public long atMost(long amount) {
        return Math.min(amount, capacity - reserved);
    }

    private long usable(int band) {
        return band >= reservedFrom ? capacity : capacity - reserved;
    }

    @Override
    protected boolean hasRoom(LineOperation operation) {
        return operation.amount <= usable(operation.band) - inUse;
    }

    /** Takes out an operation that was cancelled, if it waits here. */
    public void withdraw(LineOperation waiter) {
        if (waiter.heap != null) {
            takeOut(waiter);
            serve(); // it may have been in the way of others
        }
    }

    /** Whether a container, or one of its ancestors, has a limit. */
    public boolean isLimited(ResourceContainer container) {
        final ContainerLimits limits = ContainerLimits.of(container, order);
        return order.isLimited() && limits.isLimited(resource);
    }

    /** Whether {@code container} may take so much without waiting; null for what belongs to nobody. */
    public boolean mayTake(long amount, ResourceContainer container) {
        final int band = container == null ? Priority.NORMAL : container.effectivePriority();
        return amount <= usable(band) - inUse
                && (!isAwaited() || firstBand() < band)
                && (container == null
                        || !order.isLimited()
                        || ContainerLimits.of(container, order).mayTake(this, amount, band));
    }

    public void took(long amount, ResourceContainer container) {
        inUse += amount;
        if (container != null) {
            ContainerLimits.of(container, order).took(resource, amount);
        }
    }

    public void gaveBack(long amount, ResourceContainer container) {
        inUse -= amount;
        if (container != null) {
            ContainerLimits.of(container, order).gaveBack(resource, amount);
        }
        if (isAwaited()) {
            serve();
        }
    }

    /** What one container has is another's from now on, whatever that may have. */
    public void move(long amount, ResourceContainer from, ResourceContainer to) {
        if (from != to) {
            ContainerLimits.of(to, order).took(resource, amount);
            ContainerLimits.of(from, order).gaveBack(resource, amount);
            if (isAwaited()) {
                serve();
            }
        }
    }

    /** Whether a container could have so much now, and nobody waits. */
    public boolean isFree(long amount, ResourceContainer container) {
        return !isAwaited()
                && amount <= usable(container.effectivePriority()) - inUse
                && (!order.isLimited() || ContainerLimits.of(container, order).isFree(resource, amount));
    }

    /** Whether a container may keep what could be given back: nobody waits whom that would help, and it has not as much as it may. */
    public boolean mayKeep(ResourceContainer container) {
        return !isAwaitedFrom(container)
                && (!order.isLimited() || ContainerLimits.of(container, order).isFree(resource, 1L));
    }

    /** Whether somebody could go on if {@code container} gave some back. */
    public boolean isAwaitedFrom(ResourceContainer container) {
        return isAwaited()
                || (order.isAnySetAside()
                        && ContainerLimits.of(container, order).isAwaited(this));
    }

    /** Has {@code operation} wait; its turn may have come already. */
    public long await(WaitingOperation operation, long amount, ResourceContainer container, Object attachment) {
        final long id = operation.begin(container, attachment);
        if (id != OperationPort.BACK_PRESSURED) {
            enqueue(operation, amount, amount);
            serve();
        }
        return id;
    }

    @Override
    protected final SetAside keptBackIn(LineOperation operation) {
        return ((Waiter) operation).keptBackIn();
    }

    /** Lets go who can: something was given back, or a limit or a priority changed. */
    public void serve() {
        if (serving) {
            return; // who is let go gives back at once: it is seen to below, however many do so
        }
        serving = true;
        try {
            for (LineOperation next = next(); next != null; next = next()) {
                inUse += next.amount;
                admitted(next);
                ((Waiter) next).granted();
            }
        } finally {
            serving = false;
        }
    }

    /** What waits here, and goes on with what it then has. */
    public interface Waiter {
        /** There is enough for it: where it is set aside if it cannot take it all the same, else null. */
        default SetAside keptBackIn() {
            return null;
        }

        /** It has what it waited for. Not to claim an SQE: somebody may have given back what a completion told of. */
        void granted();
    }
}
