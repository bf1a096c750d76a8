// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.linux.Errno;

/** The close of a descriptor, which waits until nothing else is under way on it. */
final class CloseOperation extends DiskOperation {
    /** Nothing else is under way any more: to be submitted, or submitted. */
    private boolean onItsWay;

    /** It may have to wait for a disk. */
    private boolean byWorker;

    /** The descriptor is closed, and others of its operations are not released yet. */
    private boolean awaitsReleases;

    private int outcome;

    /** What became of what was done before: told if the close itself goes well. */
    private int told;

    CloseOperation(IoContext io) {
        super(io);
    }

    boolean awaitsOthers() {
        return isUnderWay() && !onItsWay;
    }

    void tells(int result) {
        told = result;
    }

    /** No more time for what is done before. */
    @Override
    protected void overdue() {
        if (awaitsOthers()) {
            told = -Errno.ETIME;
            target.cancelUnderWay();
        }
    }

    void submitSoon() {
        onItsWay = true;
        io.submitSoon(this);
    }

    @Override
    public void submit() {
        byWorker = target.closeMayWait();
        if (byWorker) {
            chargeFromNow();
            io.admission().closes().await(this);
        } else {
            super.submit();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepClose(target.fdToClose()).flags(byWorker ? SqeFlags.ASYNC : 0);
    }

    @Override
    protected void completed(int result, int flags) {
        if (byWorker) {
            leaveWindow();
            charge();
        }
        int closed = result;
        if (result == -Errno.ECANCELED) {
            closed = target.closeNow(); // cancelled on a worker before it began: the descriptor is still there
        } else {
            target.closed();
        }
        outcome = closed == 0 ? told : closed;
        if (target.hasUnreleased()
                && target.owner() == null
                && !isCancelRequested()) { // that only by the queue's close
            awaitsReleases = true;
        } else {
            end(outcome, 0);
        }
    }

    /** All other operations of the descriptor are released. */
    void endIfClosed() {
        if (awaitsReleases) {
            end(outcome, 0);
        }
    }

    @Override
    protected void ended(int result) {
        awaitsReleases = false;
        onItsWay = false;
        told = 0;
    }

    @Override
    protected void withdrawn() {
        final boolean open = !awaitsReleases;
        super.withdrawn();
        if (open) {
            io.openDescriptors().closeNow(target); // the queue is closing
        }
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    protected int operation() {
        return Opcode.CLOSE;
    }
}
