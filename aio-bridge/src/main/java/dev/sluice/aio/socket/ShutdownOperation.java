// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** shutdown(2) of one or both directions. */
final class ShutdownOperation extends DescriptorOperation {
    private final SocketOperations sockets;
    private int how;

    ShutdownOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void set(int newHow) {
        how = newHow;
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepShutdown(target.fdToClose(), how);
    }

    @Override
    protected void completed(int result, int flags) {
        end(result, flags);
    }

    @Override
    protected void finish(int result) {}

    @Override
    protected int operation() {
        return Opcode.SHUTDOWN;
    }

    @Override
    protected void released() {
        target = null;
        sockets.shutdowns.giveBack(this);
    }
}
