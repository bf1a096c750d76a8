package dev.sluice.aio;

import dev.sluice.events.Operation;
import dev.sluice.uring.Errno;

/** An operation on one descriptor, which waits for all of them before it closes. */
abstract class DescriptorOperation extends Operation {
    final AsyncIo io;
    AsyncDescriptor target;

    /** The target's list of what is under way. */
    DescriptorOperation next;

    DescriptorOperation previous;

    DescriptorOperation(AsyncIo io) {
        super(io.port());
        this.io = io;
    }

    /** SQEs may be claimed: does what {@link AsyncIo#submitSoon} was called for. */
    void submit() {
        io.port().submit(this);
    }

    /** The kernel is done, or was never asked: queue the terminal event. */
    final void end(int result, int flags) {
        target.ended(this);
        finish(result);
        io.port().finish(this, result, flags);
    }

    /** Gives back what the kernel no longer needs. */
    abstract void finish(int result);

    @Override
    protected void withdrawn() {
        io.notSoon(this);
        target.ended(this);
        finish(-Errno.ECANCELED);
    }

    /** Tells what the application may not stop: a close that is under way. */
    boolean isCancellable() {
        return true;
    }
}
