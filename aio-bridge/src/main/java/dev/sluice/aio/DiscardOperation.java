package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** The close of a descriptor that nobody waits for: it ends without an event. */
final class DiscardOperation extends DescriptorOperation {
    private int fd;

    DiscardOperation(AsyncIo io) {
        super(io);
    }

    void set(int newFd) {
        fd = newFd;
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepClose(fd);
    }

    @Override
    protected void completed(int result, int flags) {
        if (result == -Errno.ECANCELED) {
            Descriptors.close(fd); // cancelled on a worker before it began: the descriptor is still there
        }
        io.port().finishUnreported(this);
    }

    @Override
    void finish(int result) {}

    @Override
    protected void withdrawn() {
        Descriptors.close(fd); // the kernel took no submission when it was begun, and the queue is closing
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
        io.discards().giveBack(this);
    }
}
