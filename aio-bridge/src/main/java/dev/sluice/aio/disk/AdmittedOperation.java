// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOperation;
import dev.sluice.events.operation.OperationPort;

/** An operation as a window sees it, which admits it before it is submitted. One that needs no disk never meets a window. */
public abstract class AdmittedOperation extends LineOperation {
    protected static final int BLOCK_BYTES = 4096;

    /** Whether a kernel worker carries it out, which waits for the disk in place of the queue's thread. */
    enum Worker {
        NOT_KNOWN,
        NEEDS_NONE,
        TAKES_ONE
    }

    /** Where it waits, or was admitted; null while it needs no window. */
    AdmissionWindow window;

    /** Went past the window because the page cache was believed to have it. */
    boolean passedWindow;

    /** A read of what the page cache did not have when it was begun, by the word of the kernel. */
    boolean toldCold;

    /** Decided when its turn comes. */
    Worker worker = Worker.NOT_KNOWN;

    long admittedNs;

    /** Of a window that tunes itself, when it was admitted. */
    int tunerRound;

    protected AdmittedOperation(OperationPort port) {
        super(port);
    }

    /** What it counts for in the order of shares, in bytes: as much as a block, if nothing better is known. */
    protected int costBytes() {
        return BLOCK_BYTES;
    }

    /** Its turn has come: whether a worker must carry it out, because to submit it otherwise would wait for the disk. */
    protected boolean needsWorker() {
        return false;
    }

    final boolean takesWorker() {
        if (worker == Worker.NOT_KNOWN) {
            worker = needsWorker() ? Worker.TAKES_ONE : Worker.NEEDS_NONE;
        }
        return worker == Worker.TAKES_ONE;
    }

    /** Whether it has had its turn, and a worker carries it out. */
    protected final boolean isByWorker() {
        return isAdmitted() && worker == Worker.TAKES_ONE;
    }

    /** Whether nothing is to be learnt from when it is answered: that the enter which submits it may wait. */
    protected final boolean isToldCold() {
        return toldCold;
    }

    /** Its turn at the disk has come: gives it to the kernel. Not while completions are drained. */
    protected void carryOut(OperationPort port) {
        port.submitToDevice(this);
    }

    /** The kernel is done with it. */
    protected final void leaveWindow() {
        if (window != null) {
            window.left(this);
        }
    }

    /** It was cancelled, and waits no more. */
    protected final void withdrawFromWindow() {
        if (window != null) {
            window.withdraw(this);
        }
    }

    /** It could not be submitted, when nobody was there to be told: ends as if the kernel had refused it. */
    public abstract void endUnsubmitted();
}
