package dev.sluice.aio;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.PollMask;
import dev.sluice.uring.Sqe;

/** Waits for records of an inotify instance, for as long as that is open. */
final class PollOperation extends DescriptorOperation {
    PollOperation(AsyncIo io) {
        super(io);
    }

    void start() {
        io.port().submit(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepPollMultishot(target.fdToClose(), PollMask.POLLIN);
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0 && !isCancelRequested()) {
            ((FileWatches) target).drain(target.fdToClose());
        }
        if ((flags & CqeFlags.F_MORE) != 0) {
            return;
        }
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags);
        } else if (result >= 0) {
            io.submitSoon(this);
        } else {
            end(result, flags);
        }
    }

    @Override
    void finish(int result) {}

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    protected int operation() {
        return Opcode.POLL_ADD;
    }

    @Override
    protected void released() {
        target = null;
    }
}
