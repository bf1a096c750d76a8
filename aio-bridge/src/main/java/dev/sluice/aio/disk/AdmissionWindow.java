// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.Line;
import dev.sluice.aio.line.LineOperation;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.SetAside;
import dev.sluice.containers.Resource;
import dev.sluice.events.operation.OperationPort;

/**
 * How many operations of one kind may be with the kernel at a time. What the kernel has accepted cannot be reordered;
 * what waits here goes by {@link LineOrder}, but for what a container's limit keeps back, or finds no worker.
 */
public final class AdmissionWindow extends Line {
    private final OperationPort port;
    private final Places places;

    /** What it is a part of; null for that of the opens, which know no disk yet. */
    private final DiskLine line;

    /** Null as {@link #line} is. */
    private final TransferWorkers workers;

    private final boolean ofWrites;
    private final int widest;

    /** Null if the limit is fixed. */
    private final WindowTuner tuner;

    private int inFlight;

    /** Reads that went past the window and are not back yet. */
    private int passed;

    /** Those of them that the kernel has tried and not answered on the spot. */
    private int surprises;

    /** Those of them that passed on belief alone since the kernel was last entered. */
    private int believed;

    /** For opens and whatever else a worker carries out, so many at a time, some kept for high bands. */
    AdmissionWindow(OperationPort port, LineOrder order, int widest, int reservedForHigh) {
        this(port, order, new WorkerPlaces(reservedForHigh), null, null, false, widest, null);
    }

    private AdmissionWindow(
            OperationPort port,
            LineOrder order,
            Places places,
            DiskLine line,
            TransferWorkers workers,
            boolean ofWrites,
            int widest,
            WindowTuner tuner) {
        super(order, Resource.DISK_OPERATIONS);
        this.port = port;
        this.places = places;
        this.line = line;
        this.workers = workers;
        this.ofWrites = ofWrites;
        this.widest = widest;
        this.tuner = tuner;
    }

    /** For reads of a disk; the tuner may be null. */
    static AdmissionWindow ofReads(
            OperationPort port,
            LineOrder order,
            DiskLine line,
            TransferWorkers workers,
            int widest,
            WindowTuner tuner) {
        return new AdmissionWindow(port, order, new DiskPlaces(line, false), line, workers, false, widest, tuner);
    }

    /** For writes to a disk. */
    static AdmissionWindow ofWrites(
            OperationPort port, LineOrder order, DiskLine line, TransferWorkers workers, int widest) {
        return new AdmissionWindow(port, order, new DiskPlaces(line, true), line, workers, true, widest, null);
    }

    /** Submits {@code operation} when its turn comes; that may be at once. Not while completions are drained. */
    public void submit(AdmittedOperation operation) {
        await(operation);
        admit();
    }

    /** Has {@code operation} wait: {@link #admit()} submits it when its turn comes. */
    public void await(AdmittedOperation operation) {
        operation.window = this;
        operation.worker = AdmittedOperation.Worker.NOT_KNOWN;
        enqueue(operation, 1L, operation.costBytes());
    }

    /** Submits what there is room for. Not while completions are drained. */
    public void admit() {
        for (LineOperation next = next(); next != null; next = next()) {
            admit((AdmittedOperation) next);
        }
        settled();
    }

    @Override
    protected boolean hasRoom(LineOperation operation) {
        return places.hasRoom(operation, limit(), surprises + believed);
    }

    /** What finds no worker waits there. */
    @Override
    protected SetAside keptBackIn(LineOperation operation) {
        return line == null || !((AdmittedOperation) operation).takesWorker() || workers.isFor(this)
                ? null
                : workers.setAside();
    }

    @Override
    protected void stoppedWaiting() {
        if (line != null) {
            workers.stoppedWaiting(this);
        }
    }

    /** Submits what {@link #next()} said, unless another queue has taken the last place meanwhile. */
    public void admit(AdmittedOperation next) {
        if (!places.take(limit(), surprises + believed)) {
            return;
        }
        inFlight++;
        if (next.worker == AdmittedOperation.Worker.TAKES_ONE) {
            workers.take(this);
        }
        admitted(next);
        next.admittedNs = port.nowNs();
        if (tuner != null) {
            next.tunerRound = tuner.round();
        }
        try {
            next.carryOut(port);
        } catch (RuntimeException | Error e) {
            endUnsubmitted(next);
            throw e;
        }
    }

    private void endUnsubmitted(AdmittedOperation operation) {
        left(operation);
        operation.endUnsubmitted();
    }

    /** All that may go has gone. */
    void settled() {
        if (tuner != null && isAwaited()) {
            tuner.turnedAway();
        }
    }

    /** How many may be in flight now. */
    public int limit() {
        final int window = tuner == null ? widest : tuner.window();
        return line == null ? window : Math.min(window, line.disk.mostInFlight());
    }

    /** Lets {@code operation} go past the window: it is believed not to need the disk. */
    void pass(AdmittedOperation operation) {
        operation.window = this;
        operation.passedWindow = true;
        passed++;
        try {
            port.submit(operation);
        } catch (RuntimeException | Error e) {
            endUnsubmitted(operation);
            throw e;
        }
    }

    /** Takes out an operation that was cancelled while it waited. */
    void withdraw(AdmittedOperation operation) {
        takeOut(operation);
        operation.forgetTurn();
        operation.window = null;
    }

    /** A read has been answered, on the spot or after a wait. Before {@link #left}. */
    void answered(AdmittedOperation read, boolean atOnce) {
        if (!read.isAdmitted()) {
            return;
        }
        final long tookNs = port.nowNs() - read.admittedNs;
        if (!atOnce && line != null) {
            line.disk.readTook(tookNs);
        }
        if (tuner != null && atOnce) {
            tuner.tookNothing(read.tunerRound);
        } else if (tuner != null) {
            tuner.took(read.tunerRound, tookNs);
        }
    }

    /** The kernel is done with an operation that was admitted or passed. */
    void left(AdmittedOperation operation) {
        if (operation.passedWindow) {
            operation.passedWindow = false;
            passed--;
        } else if (operation.isAdmitted()) {
            inFlight--;
            places.giveBack();
            if (operation.worker == AdmittedOperation.Worker.TAKES_ONE) {
                workers.giveBack(this);
            }
            gaveBack(operation);
        }
        operation.window = null;
    }

    /** After an enter and its drain: whatever passed and is not back did need the disk after all. */
    void countSurprises() {
        surprises = passed;
        believed = 0;
    }

    /**
     * Whether a read may pass because it is believed to be cached: while nothing waits or is in flight, a mistake holds up nobody, and
     * all that can be mistaken before it shows is no more than may be in flight.
     */
    boolean mayBelieve() {
        return line.isIdle() && surprises == 0 && believed < Math.min(widest, line.disk.mostInFlight());
    }

    void believed() {
        believed++;
    }

    DiskLine line() {
        return line;
    }

    /** They go after the reads of their band. */
    boolean isOfWrites() {
        return ofWrites;
    }

    /** It must know of each read whether that was answered on the spot. */
    boolean isTuned() {
        return tuner != null;
    }

    int surprises() {
        return surprises;
    }

    public int inFlight() {
        return inFlight;
    }
}
