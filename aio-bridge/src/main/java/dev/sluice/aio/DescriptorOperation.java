package dev.sluice.aio;

import dev.sluice.uring.Errno;

/**
 * An operation on one descriptor, which waits for all of them before it closes; or, without a target, on what has none yet.
 */
abstract class DescriptorOperation extends LineOperation {
    final AsyncIo io;

    /** Null for what is no operation on an open descriptor. */
    AsyncDescriptor target;

    /** The target's list of what is under way. */
    DescriptorOperation next;

    DescriptorOperation previous;

    /** Whose close is reported after this; null if that need not wait. */
    private AsyncDescriptor reportsBeforeClose;

    DescriptorOperation(AsyncIo io) {
        super(io.port());
        this.io = io;
    }

    /** SQEs may be claimed: does what {@link AsyncIo#submitSoon} was called for. */
    void submit() {
        io.port().submit(this);
    }

    /** The kernel is done, or was never asked: queue the terminal event, or tell the descriptor's owner in its place. */
    final void end(int kernelResult, int flags) {
        final int result = verdict(kernelResult);
        final DescriptorOwner owner = target == null ? null : target.owner;
        if (owner == null) {
            willReport();
            leaveTarget();
            finish(result);
            io.port().finish(this, result, flags);
        } else {
            endUnreported(result);
            owner.ended(this, result);
        }
    }

    /** As {@link #end}, for a step of which nobody is told. */
    final void endUnreported(int result) {
        leaveTarget();
        finish(result);
        io.port().finishUnreported(this);
    }

    /** What the application is told of the kernel's last result. */
    int verdict(int kernelResult) {
        return kernelResult;
    }

    /** Gives back what the kernel no longer needs. */
    abstract void finish(int result);

    @Override
    protected void withdrawn() {
        io.notSoon(this);
        willReport();
        leaveTarget();
        finish(-Errno.ECANCELED);
    }

    private void willReport() {
        if (target != null && target.closeWaitsFor(this)) {
            reportsBeforeClose = target;
        }
    }

    @Override
    protected void reported() {
        if (reportsBeforeClose != null) {
            final AsyncDescriptor descriptor = reportsBeforeClose;
            reportsBeforeClose = null;
            descriptor.reported();
        }
    }

    private void leaveTarget() {
        if (target != null) {
            target.ended(this);
        }
    }
}
