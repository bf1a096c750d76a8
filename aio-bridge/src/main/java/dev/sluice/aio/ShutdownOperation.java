package dev.sluice.aio;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** shutdown(2) of one or both directions. */
final class ShutdownOperation extends DescriptorOperation {
    private int how;

    ShutdownOperation(AsyncIo io) {
        super(io);
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
    void finish(int result) {}

    @Override
    protected int operation() {
        return Opcode.SHUTDOWN;
    }

    @Override
    protected void released() {
        target = null;
        io.sockets().shutdowns.giveBack(this);
    }
}
