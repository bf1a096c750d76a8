package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;

/**
 * An operation on one descriptor, which waits for all of them before it closes; or, without a target, on what has none yet.
 *
 * <p>What may bring new descriptors has them counted for its container before the kernel is asked, and waits for that in the line of
 * {@link AsyncIo#descriptors()}. It gives them back when it ends, but for what became of them: that counts itself from then on.
 */
abstract class DescriptorOperation extends LineOperation implements Allowance.Waiter {
    final AsyncIo io;

    /** Null for what is no operation on an open descriptor. */
    AsyncDescriptor target;

    /** The target's list of what is under way. */
    DescriptorOperation next;

    DescriptorOperation previous;

    /** Whose close is reported after this; null if that need not wait. */
    private AsyncDescriptor reportsBeforeClose;

    /** How many its container has for what may come of it. */
    private long descriptors;

    DescriptorOperation(AsyncIo io) {
        super(io.port());
        this.io = io;
    }

    /** Goes on with {@link #submit()} when its container has so many descriptors for what may come of it; that may be at once. */
    final void submitWithDescriptors(long count) {
        if (tryTakeDescriptors(count)) {
            submit();
        } else {
            io.awaitDescriptors(this, count);
        }
    }

    final boolean tryTakeDescriptors(long count) {
        final Allowance allowance = io.descriptors();
        if (!allowance.mayTake(count, container())) {
            return false;
        }
        allowance.took(count, container());
        descriptors = count;
        return true;
    }

    @Override
    public void granted() {
        admitted = false;
        limits = null;
        descriptors = amount;
        io.submitSoon(this);
    }

    final boolean hasDescriptors() {
        return descriptors > 0L;
    }

    /** One has come of it, and counts for {@code container} from now on, whose it becomes. */
    final void handOverDescriptor(ResourceContainer container) {
        if (descriptors > 0L) {
            descriptors--;
            io.descriptors().move(1L, container(), container);
        } else {
            io.descriptors().took(1L, container);
        }
    }

    /** Has one that nobody wants closed by a worker, which gives it back. */
    final void closeByWorker(int fd) {
        handOverDescriptor(container());
        io.closeByWorker(fd, container());
    }

    final void giveBackDescriptors() {
        if (descriptors > 0L) {
            final long unused = descriptors;
            descriptors = 0L;
            io.descriptors().gaveBack(unused, container());
        }
    }

    /** What is done in place of the application, perhaps for several, is ended by who does it. */
    @Override
    public boolean isCancellable() {
        return target == null || target.owner == null;
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
            giveBackDescriptors();
            io.port().finish(this, result, flags);
        } else {
            endUnreported(result);
            owner.ended(this, result);
        }
    }

    /** Its submission has failed when nobody was there to be told: as if the kernel had refused it. */
    final void endUnsubmitted() {
        end(-Errno.EINVAL, 0);
    }

    /** As {@link #end}, for a step of which nobody is told. */
    final void endUnreported(int result) {
        leaveTarget();
        finish(result);
        giveBackDescriptors();
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
        if (heap != null) {
            ((Allowance) heap.line).withdraw(this); // what waits elsewhere has left there
            limits = null;
        }
        willReport();
        leaveTarget();
        finish(-Errno.ECANCELED);
        giveBackDescriptors();
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
