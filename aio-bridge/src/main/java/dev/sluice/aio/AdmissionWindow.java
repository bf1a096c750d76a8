package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;

/**
 * How many operations of one kind may be with the kernel at a time. What the kernel has accepted cannot be reordered;
 * what waits here goes by {@link DiskOrder}, but for what a container's limit keeps back.
 */
final class AdmissionWindow {
    private final OperationPort port;
    private final DiskOrder order;
    private final int limit;
    private final int reservedForHigh;

    /** Null if the limit is fixed. */
    private final WindowTuner tuner;

    private final OperationHeap waiting;

    /** Operations that wait for room in a container, not here. */
    private int setAside;

    private int inFlight;

    /** The virtual time of the last operation admitted: a container that was idle starts from here. */
    private long virtualTime;

    /** Reads that went past the window and are not back yet. */
    private int passed;

    /** Those of them that the kernel has tried and not answered on the spot. */
    private int surprises;

    private AdmissionWindow(OperationPort port, DiskOrder order, int limit, int reservedForHigh, WindowTuner tuner) {
        this.port = port;
        this.order = order;
        this.limit = limit;
        this.reservedForHigh = reservedForHigh;
        this.tuner = tuner;
        waiting = new OperationHeap(this, order);
    }

    static AdmissionWindow fixed(OperationPort port, DiskOrder order, int limit, int reservedForHigh) {
        return new AdmissionWindow(port, order, limit, reservedForHigh, null);
    }

    static AdmissionWindow tuned(OperationPort port, DiskOrder order, WindowTuner tuner) {
        return new AdmissionWindow(port, order, 0, 0, tuner);
    }

    /** Queues {@code operation}; {@link #admit()} lets it go when its turn comes. */
    void hold(DiskOperation operation) {
        final ResourceContainer container = operation.container();
        final ContainerDisk disk = ContainerDisk.of(container, order);
        operation.window = this;
        operation.disk = disk;
        operation.sequence = order.nextArrival();
        operation.virtualTime = Math.max(virtualTime, disk.virtualTime);
        disk.virtualTime = operation.virtualTime
                + (long) operation.costBytes() * ResourceContainer.DEFAULT_SHARE / container.share();
        waiting.add(operation);
    }

    /** Submits what there is room for. Not while completions are drained. */
    void admit() {
        for (DiskOperation next = next(); next != null; next = next()) {
            admit(next);
        }
        settled();
    }

    /** The operation that goes next, of those that may go now; null if there is none. */
    DiskOperation next() {
        DiskOperation first = waiting.first();
        while (first != null && hasRoom(first)) {
            final ContainerDisk full = first.admitted ? null : first.disk.nearestFull();
            if (full == null) {
                return first;
            }
            stopWaiting(first);
            full.setAside(first, this);
            setAside++;
            first = waiting.first();
        }
        return null;
    }

    /** Submits what {@link #next()} said, or hands it to the workers. */
    void admit(DiskOperation next) {
        virtualTime = Math.max(virtualTime, next.virtualTime);
        inFlight++;
        if (!next.admitted) {
            next.admitted = true;
            next.disk.entered();
        }
        stopWaiting(next);
        if (tuner != null) {
            next.admittedNs = port.nowNs();
            next.tunerRound = tuner.round();
        }
        final AdmissionWindow workers = next.device == null ? next.throughWorkers() : null;
        if (workers == null) {
            port.submitToDevice(next);
        } else {
            workers.handOver(next);
        }
    }

    /** Queues what has its place in the window of a device and needs one here, too. */
    private void handOver(DiskOperation operation) {
        operation.device = operation.window;
        operation.window = this;
        waiting.add(operation);
    }

    /** All that may go has gone. */
    void settled() {
        if (tuner != null && !waiting.isEmpty()) {
            tuner.turnedAway();
        }
    }

    private void stopWaiting(DiskOperation operation) {
        waiting.remove(operation);
        if (setAside > 0) {
            operation.disk.stoppedWaiting(this);
        }
    }

    /** The first of those that were set aside has room in that container now. */
    void takeBack(OperationHeap from) {
        final DiskOperation first = from.first();
        from.remove(first);
        setAside--;
        waiting.add(first);
    }

    private boolean hasRoom(DiskOperation operation) {
        final int usable = operation.band >= Priority.HIGH ? limit() : limit() - reservedForHigh;
        return inFlight + surprises < usable;
    }

    /** How many may be in flight now. */
    int limit() {
        return tuner == null ? limit : tuner.window();
    }

    /** Lets {@code operation} go past the window: it is believed not to need the disk. */
    void pass(DiskOperation operation) {
        operation.window = this;
        operation.passedWindow = true;
        passed++;
        port.submit(operation);
    }

    /** Takes a held operation out: it was cancelled. */
    void withdraw(DiskOperation operation) {
        if (operation.heap == waiting) {
            stopWaiting(operation);
            if (operation.admitted) {
                giveUpPlaces(operation);
            }
        } else if (operation.heap != null) {
            operation.heap.remove(operation);
            setAside--;
        }
        operation.disk = null;
        operation.window = null;
    }

    /** A read has been answered, on the spot or after a wait. Before {@link #left}. */
    void answered(DiskOperation read, boolean atOnce) {
        if (tuner == null || !read.admitted) {
            return;
        }
        if (atOnce) {
            tuner.tookNothing(read.tunerRound);
        } else {
            tuner.took(read.tunerRound, port.nowNs() - read.admittedNs);
        }
    }

    /** The kernel is done with an operation that was admitted or passed. */
    void left(DiskOperation operation) {
        if (operation.passedWindow) {
            operation.passedWindow = false;
            passed--;
        } else if (operation.admitted) {
            inFlight--;
            giveUpPlaces(operation);
        }
        operation.window = null;
    }

    /** In its container, and of the device if it went through the workers. */
    private static void giveUpPlaces(DiskOperation operation) {
        operation.admitted = false;
        if (operation.device != null) {
            operation.device.inFlight--;
            operation.device = null;
        }
        operation.disk.left();
        operation.disk = null;
    }

    /** After an enter and its drain: whatever passed and is not back did need the disk after all. */
    void countSurprises() {
        surprises = passed;
    }

    int surprises() {
        return surprises;
    }

    int inFlight() {
        return inFlight;
    }

    int heldCount() {
        return waiting.size() + setAside;
    }
}
