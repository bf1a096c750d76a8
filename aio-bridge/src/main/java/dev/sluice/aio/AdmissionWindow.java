package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.events.OperationPort;

/**
 * How many operations of one kind may be with the kernel at a time. What the kernel has accepted cannot be reordered;
 * what waits here goes by {@link LineOrder}, but for what a container's limit keeps back.
 */
final class AdmissionWindow extends Line {
    private final OperationPort port;
    private final int limit;
    private final int reservedForHigh;

    /** Null if the limit is fixed. */
    private final WindowTuner tuner;

    private int inFlight;

    /** Reads that went past the window and are not back yet. */
    private int passed;

    /** Those of them that the kernel has tried and not answered on the spot. */
    private int surprises;

    private AdmissionWindow(OperationPort port, LineOrder order, int limit, int reservedForHigh, WindowTuner tuner) {
        super(order, Resource.DISK_OPERATIONS);
        this.port = port;
        this.limit = limit;
        this.reservedForHigh = reservedForHigh;
        this.tuner = tuner;
    }

    static AdmissionWindow fixed(OperationPort port, LineOrder order, int limit, int reservedForHigh) {
        return new AdmissionWindow(port, order, limit, reservedForHigh, null);
    }

    static AdmissionWindow tuned(OperationPort port, LineOrder order, WindowTuner tuner) {
        return new AdmissionWindow(port, order, 0, 0, tuner);
    }

    /** Queues {@code operation}; {@link #admit()} lets it go when its turn comes. */
    void hold(DiskOperation operation) {
        operation.window = this;
        enqueue(operation, 1L, operation.costBytes());
    }

    /** Submits what there is room for. Not while completions are drained. */
    void admit() {
        for (LineOperation next = next(); next != null; next = next()) {
            admit((DiskOperation) next);
        }
        settled();
    }

    /** Submits what {@link #next()} said, or hands it to the workers. */
    void admit(DiskOperation next) {
        inFlight++;
        admitted(next);
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
        enqueueAdmitted(operation);
    }

    /** All that may go has gone. */
    void settled() {
        if (tuner != null && isAwaited()) {
            tuner.turnedAway();
        }
    }

    @Override
    boolean hasRoom(LineOperation operation) {
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
        leave(operation);
        if (operation.admitted) {
            giveUpPlaces(operation);
        }
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
    private void giveUpPlaces(DiskOperation operation) {
        if (operation.device != null) {
            operation.device.inFlight--;
            operation.device = null;
        }
        gaveBack(operation);
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
}
