// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;

/**
 * The close of a descriptor by a worker. It ends silently. It waits for its turn among closes; the descriptor counts for its container
 * until it is closed.
 */
final class WorkerClose extends DiskOperation {
    private static final int NONE = -1;

    private int fd = NONE;
    private ResourceContainer charged;

    WorkerClose(IoContext io) {
        super(io);
    }

    void set(int newFd, ResourceContainer newCharged) {
        fd = newFd;
        charged = newCharged;
    }

    /** SQEs may be claimed: begins, unless too many operations are under way. */
    boolean begin() {
        if (io.port().begin(this, charged, null) == OperationPort.BACK_PRESSURED) {
            return false;
        }
        chargeFromNow();
        io.admission().closes().await(this);
        return true;
    }

    /** Not begun, and the queue is gone. */
    void closeNow() {
        io.port().descriptors().closeAside(fd);
        io.descriptors().gaveBack(1L, charged);
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepClose(fd).flags(SqeFlags.ASYNC);
    }

    @Override
    protected void completed(int result, int flags) {
        leaveWindow();
        charge();
        if (result == -Errno.ECANCELED) {
            io.port()
                    .descriptors()
                    .closeAside(fd); // the queue is closing, and no worker has begun: the descriptor is still there
        }
        io.descriptors().gaveBack(1L, charged);
        endSilently(result);
    }

    @Override
    protected void completedLate(int lateResult) {
        if (lateResult == -Errno.ECANCELED) {
            Descriptors.tryClose(fd); // no worker had begun
        }
    }

    @Override
    protected void withdrawn() {
        super.withdrawn();
        closeNow();
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
        super.released();
        fd = NONE;
        charged = null;
        io.workerCloses().released(this);
    }
}
