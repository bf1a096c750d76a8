// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;

/** What is asked of a socket without a buffer: to wait once until it is ready, or shutdown(2). */
final class SocketCommand extends DescriptorOperation {
    private final SocketOperations sockets;
    private int opcode;

    /** The poll mask, or which directions to shut down. */
    private int argument;

    SocketCommand(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void set(int newOpcode, int newArgument) {
        opcode = newOpcode;
        argument = newArgument;
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (opcode == Opcode.SHUTDOWN) {
            sqe.prepShutdown(target.fdToClose(), argument);
        } else {
            sqe.prepPollAdd(target.fdToClose(), argument);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        final boolean endsWait = opcode == Opcode.POLL_ADD && isCancelRequested();
        end(endsWait ? -Errno.ECANCELED : result, 0);
    }

    @Override
    protected int operation() {
        return opcode;
    }

    @Override
    protected void released() {
        super.released();
        sockets.commands.giveBack(this);
    }
}
