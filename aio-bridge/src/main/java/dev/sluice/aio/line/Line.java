// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;

/**
 * Where operations wait for something that there is a bounded amount of: they go by {@link LineOrder}, but for those that a
 * container's limit keeps back, which hold up nobody else.
 */
public abstract class Line {
    final Resource resource;
    final LineOrder order;
    private final OperationHeap waiting;

    /** Its number among the lines of the order: a container's use of one counts in that one only. */
    private final int index;

    /** Operations that wait for room in a container or for something else, not here. */
    private int setAside;

    /** How often an operation was set aside or came back. */
    private long moves;

    /** The virtual time of the last operation admitted: a container that was idle starts from here. */
    private long virtualTime;

    @SuppressWarnings("this-escape") // into a heap that only keeps it
    protected Line(LineOrder order, Resource resource) {
        this.order = order;
        this.resource = resource;
        waiting = new OperationHeap(this, order);
        index = order.nextLine();
    }

    public final Resource resource() {
        return resource;
    }

    public final LineOrder order() {
        return order;
    }

    /** Whether there is enough for {@code operation}, whatever its container may have. */
    protected abstract boolean hasRoom(LineOperation operation);

    /**
     * Queues {@code operation}.
     *
     * @param amount how much it takes
     * @param cost what it counts for in the order of shares
     */
    public final void enqueue(LineOperation operation, long amount, long cost) {
        final ResourceContainer container = operation.container();
        final ContainerLimits limits = ContainerLimits.of(container, order);
        operation.limits = limits;
        limits.countWaiting(1);
        operation.amount = amount;
        operation.sequence = order.nextArrival();
        operation.virtualTime = Math.max(virtualTime, limits.virtualTime(index));
        limits.setVirtualTime(
                index, operation.virtualTime + cost * ResourceContainer.DEFAULT_SHARE / container.share());
        waiting.add(operation);
    }

    /** Queues {@code operation} again, which had its turn for nothing: at the place that it had. */
    public final void enqueueAgain(LineOperation operation) {
        operation.limits.countWaiting(1);
        waiting.add(operation);
    }

    /** The operation that goes next, of those that may go now; null if there is none. */
    public final LineOperation next() {
        LineOperation first = waiting.first();
        while (first != null && hasRoom(first)) {
            final ContainerLimits full = first.limits.nearestFull(resource, first.amount);
            final SetAside where = full == null ? keptBackIn(first) : full.setAside();
            if (where == null) {
                return first;
            }
            stopWaiting(first);
            where.add(first, this);
            setAside++;
            moves++;
            order.setAside(1);
            first = waiting.first();
        }
        return null;
    }

    /** Lets go what {@link #next()} said: its containers have it from now on. */
    public final void admitted(LineOperation next) {
        virtualTime = Math.max(virtualTime, next.virtualTime);
        next.admitted = true;
        next.limits.took(resource, next.amount);
        next.limits.countWaiting(-1);
        stopWaiting(next);
    }

    private void stopWaiting(LineOperation operation) {
        waiting.remove(operation);
        if (setAside > 0) {
            operation.limits.stoppedWaiting(this);
            stoppedWaiting();
        }
    }

    /** Where {@code operation} is set aside because something else than its container keeps it back; null if nothing does. */
    protected SetAside keptBackIn(LineOperation operation) {
        return null;
    }

    /** An operation waits here no longer: the next of those that something else kept back may take its place. */
    protected void stoppedWaiting() {}

    /** One of those that were set aside has room in that container now, or is not kept back by it any more. */
    final void takeBack(OperationHeap from, LineOperation operation) {
        from.remove(operation);
        setAside--;
        order.setAside(-1);
        waiting.add(operation);
        moves++;
    }

    /** Takes out an operation that was cancelled, if it waits here. */
    protected final void takeOut(LineOperation operation) {
        if (operation.heap != null) {
            operation.limits.countWaiting(-1);
        }
        if (operation.heap == waiting) {
            stopWaiting(operation);
        } else if (operation.heap != null) {
            operation.heap.remove(operation);
            setAside--;
            order.setAside(-1);
        }
    }

    /** What a container had is back. */
    public final void gaveBack(LineOperation operation) {
        operation.admitted = false;
        operation.limits.gaveBack(resource, operation.amount);
        operation.limits = null;
    }

    /** Whether somebody waits for more than room in a container. */
    public final boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** The band of the first that waits for more than room in a container; -1 if there is none. */
    public final int firstBand() {
        final LineOperation first = waiting.first();
        return first == null ? -1 : first.band;
    }

    /** A number that is another one whenever somebody who waits does so for something else than before. */
    public final long moves() {
        return moves;
    }

    public final int waitingCount() {
        return waiting.size() + setAside;
    }
}
