// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.aio.disk.AdmissionWindow;
import dev.sluice.aio.disk.AdmittedOperation;
import dev.sluice.aio.line.Supply;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.Operation;
import dev.sluice.uring.linux.Errno;

/**
 * An operation on one descriptor, which closes only when all of them have ended; or, without a target, on what has no descriptor yet.
 *
 * <p>The steps of its life, in the words of {@link Operation}:
 *
 * <pre>
 *   begin     {@link Descriptor#begin}: the descriptor knows it as under way
 *   wait      {@link #submitWithDescriptors}: in the line for descriptors, until {@link #granted}
 *             {@link AdmissionWindow#await}: in the window of a disk, until that submits it
 *             {@link IoContext#submitSoon}: until SQEs may be claimed; then {@link #submit}
 *   submit    {@link #submit}, which may have it wait first
 *   complete  {@link #completed}: ends it, or has it submitted again
 *   end       {@link #end}, {@link #endSilently}: {@link #ended} gives back what the kernel no longer needs
 *   release   {@link #released}: gives back the object
 *   withdraw  {@link #withdrawn}: leaves every line, then as at the end
 * </pre>
 *
 * <p>What may bring new descriptors takes them for its container before the kernel is asked. It gives them back when it ends, but for what became
 * of them: that counts by itself from then on.
 */
public abstract class DescriptorOperation extends AdmittedOperation implements Supply.Waiter {
    protected final IoContext io;

    /** Null for what is no operation on an open descriptor. */
    protected Descriptor target;

    /** The target's list of what is under way. */
    DescriptorOperation next;

    DescriptorOperation previous;

    /** It has ended, and the close of the target ends only after its release. */
    private boolean closeAwaitsRelease;

    /** How many its container has for what may come of it. */
    private long descriptors;

    protected DescriptorOperation(IoContext io) {
        super(io.port());
        this.io = io;
    }

    /** Submits it as {@link #submitWithDescriptors} does; or ends it, if the kernel knows no such operation. */
    public final void submitIfSupported(long descriptorCount) {
        if (io.port().features().supports(operation())) {
            submitWithDescriptors(descriptorCount);
        } else {
            end(-Errno.EOPNOTSUPP, 0);
        }
    }

    /** Submits it when its container has so many descriptors for what may come of it; that may be at once. */
    public final void submitWithDescriptors(long count) {
        if (count == 0L || tryTakeDescriptors(count)) {
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

    protected final void giveBackDescriptors() {
        if (descriptors > 0L) {
            final long unused = descriptors;
            descriptors = 0L;
            io.descriptors().gaveBack(unused, container());
        }
    }

    /** A step that an owner takes, perhaps for several who wait, is ended by that owner alone. */
    @Override
    public boolean isCancellable() {
        return owner() == null;
    }

    /** Whether the close of the descriptor is to wait for its end, if it has the time. */
    protected boolean isAwaitedByClose() {
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

    /** Submits it, or has it wait for its turn first. Not while completions are drained: {@link IoContext#submitSoon} is for that. */
    public void submit() {
        io.port().submit(this);
    }

    /** Does the rest on another descriptor: what it had to do on this one is done. */
    protected final void moveTo(Descriptor newTarget) {
        target.removeUnderWay(this);
        target = newTarget;
        newTarget.addUnderWay(this);
    }

    /** Ends it: the kernel is done, or was never asked. Its {@link #owner} is told, if there is one, in place of an event. */
    public final void end(int kernelResult, int flags) {
        final int result = verdict(kernelResult);
        final DescriptorOwner owner = owner();
        if (owner == null) {
            awaitReleaseBeforeClose();
            giveBackAll(result);
            io.port().end(this, result, flags);
        } else {
            endSilently(result);
            owner.ended(this, result);
        }
    }

    /** Who is told of the end in place of the application: whose the descriptor is; null for the application. */
    protected DescriptorOwner owner() {
        return target == null ? null : target.owner();
    }

    @Override
    public final void endUnsubmitted() {
        end(-Errno.EINVAL, 0);
    }

    /** As {@link #end}, for a step of which nobody is told. */
    public final void endSilently(int result) {
        giveBackAll(result);
        io.port().endSilently(this);
    }

    /** What the application is told of the kernel's last result. */
    int verdict(int kernelResult) {
        return kernelResult;
    }

    private void giveBackAll(int result) {
        if (target != null) {
            target.removeUnderWay(this);
        }
        ended(result);
        giveBackDescriptors();
    }

    /** Gives back what the kernel no longer needs; its event is not queued yet. */
    protected void ended(int result) {}

    @Override
    protected void withdrawn() {
        withdrawFromSubmissions();
        withdrawFromSupply(); // what waits for a disk has left there
        awaitReleaseBeforeClose();
        giveBackAll(-Errno.ECANCELED);
    }

    /** Has no submission ahead any more, whatever {@link IoContext#submitSoon} was called for. */
    protected final void withdrawFromSubmissions() {
        io.withdraw(this);
    }

    private void awaitReleaseBeforeClose() {
        closeAwaitsRelease = target != null && target.closeAwaits(this);
    }

    /** Before the object is given back: those that override it call it first. */
    @Override
    protected void released() {
        final Descriptor released = target;
        target = null;
        if (closeAwaitsRelease) {
            closeAwaitsRelease = false;
            released.operationReleased();
        }
    }
}
