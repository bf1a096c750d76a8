// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;

/** Waits once until a socket can be received from or sent to, without a buffer. */
final class ReadinessOperation extends DescriptorOperation {
    private final SocketOperations sockets;
    private int pollMask;

    ReadinessOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void set(int newPollMask) {
        pollMask = newPollMask;
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepPollAdd(target.fdToClose(), pollMask);
    }

    @Override
    protected void completed(int result, int flags) {
        end(isCancelRequested() ? -Errno.ECANCELED : result, 0);
    }

    @Override
    protected void finish(int result) {}

    @Override
    protected int operation() {
        return Opcode.POLL_ADD;
    }

    @Override
    protected void released() {
        target = null;
        sockets.readiness.giveBack(this);
    }
}
