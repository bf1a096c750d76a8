package dev.sluice.aio;

import dev.sluice.containers.DiskBinding;
import dev.sluice.containers.ResourceContainer;
import java.util.Arrays;

/**
 * What admission keeps on a container: how far it has come in the order of shares, how many operations it and its
 * descendants have in flight, and those that are set aside because that is as many as it may have.
 *
 * <p>An operation is set aside when its turn has come and one of its container's ancestors is full: so it holds up nobody
 * else, and a limit costs nothing while it is not reached. It waits at the nearest full one, in a heap for each window. As
 * soon as that container has room, the first of each heap goes back among those that wait in the window, and when it leaves
 * these, for whatever reason, the next one. So the first of all that may go is always among them, and each end of an
 * operation moves few others.
 */
final class ContainerDisk extends DiskBinding {
    private static final OperationHeap[] NONE = {};

    private final DiskOrder order;
    private final ContainerDisk parent;
    private int limit;
    private int inFlight;

    /** In bytes for each unit of share, of the next operation: admission serves the one that is furthest behind. */
    long virtualTime;

    /** Of each window in which something was set aside here. */
    private OperationHeap[] setAside = NONE;

    private ContainerDisk(DiskOrder order, ContainerDisk parent, int limit) {
        this.order = order;
        this.parent = parent;
        this.limit = limit;
    }

    /** Finds it on the container; made when first asked for, with those of the ancestors. */
    static ContainerDisk of(ResourceContainer container, DiskOrder order) {
        if (container.diskBinding() instanceof ContainerDisk disk && disk.order == order) {
            return disk;
        }
        final ResourceContainer above = container.parent();
        final ContainerDisk disk =
                new ContainerDisk(order, above == null ? null : of(above, order), container.diskOperationLimit());
        container.bindDisk(disk);
        return disk;
    }

    /** The nearest, from here up, that has as many operations in flight as it may; null if there is none. */
    ContainerDisk nearestFull() {
        ContainerDisk disk = this;
        while (disk != null && disk.hasRoom()) {
            disk = disk.parent;
        }
        return disk;
    }

    private boolean hasRoom() {
        return inFlight < limit;
    }

    /** One of this container's operations goes to the kernel. */
    void entered() {
        for (ContainerDisk disk = this; disk != null; disk = disk.parent) {
            disk.inFlight++;
        }
    }

    /** One is back. */
    void left() {
        for (ContainerDisk disk = this; disk != null; disk = disk.parent) {
            disk.inFlight--;
        }
        takeBackWhereThereIsRoom();
    }

    /** Sets an operation aside until there is room. */
    void setAside(DiskOperation operation, AdmissionWindow window) {
        for (final OperationHeap heap : setAside) {
            if (heap.window == window) {
                heap.add(operation);
                return;
            }
        }
        final OperationHeap heap = new OperationHeap(window, order);
        setAside = Arrays.copyOf(setAside, setAside.length + 1);
        setAside[setAside.length - 1] = heap;
        heap.add(operation);
    }

    /** One of this container's operations waits in {@code window} no longer: the next of each ancestor takes its place. */
    void stoppedWaiting(AdmissionWindow window) {
        for (ContainerDisk disk = this; disk != null; disk = disk.parent) {
            if (disk.hasRoom()) {
                disk.takeBack(window);
            }
        }
    }

    private void takeBackWhereThereIsRoom() {
        for (ContainerDisk disk = this; disk != null; disk = disk.parent) {
            if (disk.hasRoom()) {
                disk.takeBack(null);
            }
        }
    }

    /** The first of those set aside, in one window or in each of them. */
    private void takeBack(AdmissionWindow window) {
        for (final OperationHeap heap : setAside) {
            if (!heap.isEmpty() && (window == null || heap.window == window)) {
                heap.window.takeBack(heap);
            }
        }
    }

    @Override
    protected void effectivePriorityChanged(int effectivePriority) {
        order.prioritiesChanged();
        takeBackWhereThereIsRoom(); // the first of those set aside may be another one now
    }

    @Override
    protected void limitChanged(int operations) {
        limit = operations;
        takeBackWhereThereIsRoom();
    }
}
