// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.linux.Errno;

/** The close of a descriptor, held until nothing else is under way on it. */
final class CloseOperation extends DiskOperation {
    /** On its way to the kernel: nothing else is under way any more. */
    private boolean submitted;

    /** It may have to wait for a disk. */
    private boolean byWorker;

    /** The descriptor is closed, and others of its events are still to be handled. */
    private boolean awaitsReports;

    private int outcome;

    /** What became of what was done before: told if the close itself goes well. */
    private int told;

    CloseOperation(IoContext io) {
        super(io);
    }

    boolean isHeld() {
        return isUnderWay() && !submitted;
    }

    void tells(int result) {
        told = result;
    }

    /** No more time for what is done before. */
    @Override
    protected void overdue() {
        if (isHeld()) {
            told = -Errno.ETIME;
            target.cancelUnderWay();
        }
    }

    void submitSoon() {
        submitted = true;
        io.submitSoon(this);
    }

    @Override
    protected void submit() {
        byWorker = target.closeMayWait();
        if (byWorker) {
            markBegun();
            io.admission().closes().hold(this);
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
        if (target.hasUnreported()
                && target.owner() == null
                && !isCancelRequested()) { // that only by the queue's close
            awaitsReports = true;
        } else {
            end(outcome, 0);
        }
    }

    /** All other events of the descriptor are handled. */
    void reportIfClosed() {
        if (awaitsReports) {
            end(outcome, 0);
        }
    }

    @Override
    protected void finish(int result) {
        awaitsReports = false;
        submitted = false;
        told = 0;
    }

    @Override
    protected void withdrawn() {
        final boolean open = !awaitsReports;
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

    @Override
    protected void released() {
        target = null;
    }
}
