// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.aio.disk.AdmittedOperation;
import dev.sluice.aio.line.Supply;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.Errno;

/**
 * An operation on one descriptor, which waits for all of them before it closes; or, without a target, on what has none yet.
 *
 * <p>What may bring new descriptors has them counted for its container before the kernel is asked, and waits for that in the line of
 * {@code AsyncIo.descriptors()}. It gives them back when it ends, but for what became of them: that counts itself from then on.
 */
public abstract class DescriptorOperation extends AdmittedOperation implements Supply.Waiter {
    protected final IoContext io;

    /** Null for what is no operation on an open descriptor. */
    protected Descriptor target;

    /** The target's list of what is under way. */
    DescriptorOperation next;

    DescriptorOperation previous;

    /** Whose close is reported after this; null if that need not wait. */
    private Descriptor reportsBeforeClose;

    /** How many its container has for what may come of it. */
    private long descriptors;

    protected DescriptorOperation(IoContext io) {
        super(io.port());
        this.io = io;
    }

    /** Goes on with {@link #submit()} when its container has so many descriptors for what may come of it; that may be at once. */
    public final void submitWithDescriptors(long count) {
        if (tryTakeDescriptors(count)) {
            submit();
        } else {
            io.awaitDescriptors(this, count);
        }
    }

    public final boolean tryTakeDescriptors(long count) {
        final Supply supply = io.descriptors();
        if (!supply.mayTake(count, container())) {
            return false;
        }
        supply.took(count, container());
        descriptors = count;
        return true;
    }

    @Override
    public void granted() {
        forgetTurn();
        descriptors = amount();
        io.submitSoon(this);
    }

    protected final boolean hasDescriptors() {
        return descriptors > 0L;
    }

    /** One has come of it, and counts for {@code container} from now on, whose it becomes. */
    public final void handOverDescriptor(ResourceContainer container) {
        if (descriptors > 0L) {
            descriptors--;
            io.descriptors().move(1L, container(), container);
        } else {
            io.descriptors().took(1L, container);
        }
    }

    /** Has one that nobody wants closed by a worker, which gives it back. */
    public final void closeByWorker(int fd) {
        handOverDescriptor(container());
        io.closeByWorker(fd, container());
    }

    protected final void giveBackDescriptors() {
        if (descriptors > 0L) {
            final long unused = descriptors;
            descriptors = 0L;
            io.descriptors().gaveBack(unused, container());
        }
    }

    /** What is done in place of the application, perhaps for several, is ended by who does it. */
    @Override
    public boolean isCancellable() {
        return target == null || target.owner() == null;
    }

    /** Whether the close of the descriptor is to wait for it, if it has the time. */
    protected boolean mayGoOnAtClose() {
        return false;
    }

    /** Part of the close itself, and no more that others begin. */
    protected boolean isFarewell() {
        return false;
    }

    /** The descriptor is to be closed now. Not while completions are drained. */
    protected void cutShort() {
        io.port().cancel(this);
    }

    /** SQEs may be claimed: does what {@link IoContext#submitSoon} was called for. */
    protected void submit() {
        io.port().submit(this);
    }

    /** The kernel is done, or was never asked: queue the terminal event, or tell the descriptor's owner in its place. */
    public final void end(int kernelResult, int flags) {
        final int result = verdict(kernelResult);
        final DescriptorOwner owner = target == null ? null : target.owner();
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

    @Override
    public final void endUnsubmitted() {
        end(-Errno.EINVAL, 0);
    }

    /** As {@link #endUnreported}, for what the kernel has not, but may be about to be given. */
    protected final void endUnsubmittedUnreported() {
        io.notSoon(this);
        endUnreported(-Errno.ECANCELED);
    }

    /** As {@link #end}, for a step of which nobody is told. */
    public final void endUnreported(int result) {
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
    protected abstract void finish(int result);

    @Override
    protected void withdrawn() {
        io.notSoon(this);
        leaveSupply(); // what waits for a disk has left there
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
            final Descriptor descriptor = reportsBeforeClose;
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
