// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.call.Descriptors;
import java.util.Objects;

/**
 * A descriptor with operations under way. Closing cancels them, awaits their ends and only then closes. The object may be used
 * again for another descriptor after its close has ended.
 */
public abstract class Descriptor {
    private static final int NONE = -1;

    protected final IoContext io;
    private final String face;
    private final CloseOperation close;

    private int fd = NONE;
    private ResourceContainer container;
    private Object attachment;
    private DescriptorOperation underWay;

    /** Operations that have ended and are not released yet. */
    private int unreleased;

    /** Who is told what ends here in place of the application; null for what the application has. */
    private DescriptorOwner owner;

    /** Neighbours in the list of open descriptors. */
    Descriptor nextOpen;

    Descriptor previousOpen;

    /** {@code face}: what the application calls it. */
    protected Descriptor(IoContext io, String face) {
        this.io = Objects.requireNonNull(io, "io");
        this.face = face;
        this.close = new CloseOperation(io);
    }

    public final void declareInterest(ResourceContainer newContainer, Object newAttachment) {
        io.port().checkUsable();
        Objects.requireNonNull(newContainer, "container");
        if (fd >= 0) { // also while it is being closed
            io.descriptors().move(1L, container, newContainer);
        }
        movedTo(newContainer);
        container = newContainer;
        attachment = newAttachment;
    }

    /** Declares what the operation was begun with that opens this. */
    protected final void declareBy(ResourceContainer newContainer, Object opening) {
        declareInterest(newContainer, opening instanceof EventHandler handler ? handler.ofDescriptor() : opening);
    }

    /** What counts for the container is another's from now on. */
    protected void movedTo(ResourceContainer newContainer) {}

    public final boolean isOpen() {
        return fd >= 0 && !close.isUnderWay();
    }

    public final int fd() {
        if (!isOpen()) {
            io.checkNotClosed();
            throw new IllegalStateException(fd < 0 ? "not open: " + face : "descriptor " + fd + " is being closed");
        }
        return fd;
    }

    /** Throws if this stands for something already; {@code opening}: what it is about to stand for, or null. */
    protected final void checkFree(String opening) {
        if (opening != null || fd >= 0 || isClosing()) {
            final String what = isClosing() ? "one whose close has not ended" : "descriptor " + fd;
            throw new IllegalStateException(
                    "this " + face + " already stands for " + (opening == null ? what : opening) + "; close it first");
        }
    }

    public final long close(ResourceContainer charged, Object eventAttachment) {
        final long id = beginClose(charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            cancelUnderWay();
            closeWhenIdle();
        }
        return id;
    }

    private long beginClose(ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        final int closing = fd();
        close.target = this;
        final long id = io.port().begin(close, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            io.port().descriptors().closing(closing);
        }
        return id;
    }

    /**
     * Closes when the operations that the {@linkplain DescriptorOperation#isAwaitedByClose close awaits} have ended, and with them its {@linkplain
     * DescriptorOperation#isFarewell farewell}, which has begun. It cancels the others now, and all of them when the time is over.
     */
    protected final long closeAfterFarewell(long timeoutNs, ResourceContainer charged, Object eventAttachment) {
        final long id = beginClose(charged, eventAttachment);
        if (id == OperationPort.BACK_PRESSURED) {
            return id;
        }
        io.port().cancelAfter(close, timeoutNs);
        DescriptorOperation operation = underWay;
        while (operation != null) {
            final DescriptorOperation following = operation.next;
            if (!operation.isAwaitedByClose()) {
                io.port().cancel(operation);
            }
            operation = following;
        }
        closeWhenIdle();
        return id;
    }

    final void cancelUnderWay() {
        DescriptorOperation operation = underWay;
        while (operation != null) {
            final DescriptorOperation following = operation.next;
            operation.cutShort();
            operation = following;
        }
    }

    /** What the event of the close is to tell, if nothing goes wrong with that itself: 0 or a negated errno. */
    protected final void closeTells(int result) {
        close.tells(result);
    }

    public final void discard() {
        io.port().checkUsable();
        final int closing = fd();
        checkNothingUnderWay();
        if (closeMayWait() && !isClosedAtOnce(closing)) {
            io.port().descriptors().closing(closing);
            io.closeByWorker(closing, container);
            leftToWorker();
        } else {
            io.port().descriptors().discard(closing);
            closed();
        }
    }

    /** Tells whether workers have so much to close that {@code fd} is closed without one, since it frees nothing at the moment. */
    protected boolean isClosedAtOnce(int fd) {
        return false;
    }

    /** Tells whether the kernel may have to wait when it is closed: then a worker does it. */
    public boolean closeMayWait() {
        return false;
    }

    /** Of the queue that this is on. */
    public final IoContext context() {
        return io;
    }

    public final String face() {
        return face;
    }

    final DescriptorOwner owner() {
        return owner;
    }

    /** Who is told from now on; null for the application. */
    public final void ownedBy(DescriptorOwner newOwner) {
        owner = newOwner;
    }

    public final ResourceContainer container() {
        return container;
    }

    public final Object attachment() {
        return attachment;
    }

    /** Is there already, and counts for the container, whatever that may have. */
    protected final void opened(int newFd) {
        io.descriptors().took(1L, container);
        openedAndCounted(newFd);
    }

    /** Has come of an operation that has waited for it. */
    public final void openedBy(DescriptorOperation opener, int newFd) {
        opener.handOverDescriptor(container);
        openedAndCounted(newFd);
    }

    /** Counts for the container already. */
    protected final void openedAndCounted(int newFd) {
        fd = newFd;
        io.openDescriptors().add(this);
    }

    /** Begins {@code operation} on this descriptor; or returns {@link OperationPort#BACK_PRESSURED}, and has released it. */
    public final long begin(DescriptorOperation operation, ResourceContainer charged, Object eventAttachment) {
        operation.target = this;
        final long id = io.port().begin(operation, charged, eventAttachment);
        if (id == OperationPort.BACK_PRESSURED) {
            operation.released();
        } else {
            addUnderWay(operation);
        }
        return id;
    }

    final void addUnderWay(DescriptorOperation operation) {
        operation.next = underWay;
        if (underWay != null) {
            underWay.previous = operation;
        }
        underWay = operation;
    }

    final void checkNothingUnderWay() {
        if (underWay != null) {
            throw new IllegalStateException(
                    "an operation is under way on descriptor " + fd + ": close() cancels and awaits it");
        }
    }

    final void removeUnderWay(DescriptorOperation operation) {
        if (operation == close) {
            return;
        }
        if (operation.previous == null) {
            underWay = operation.next;
        } else {
            operation.previous.next = operation.next;
        }
        if (operation.next != null) {
            operation.next.previous = operation.previous;
        }
        operation.next = null;
        operation.previous = null;
        closeWhenIdle();
    }

    private void closeWhenIdle() {
        if (!close.awaitsOthers()) {
            return;
        }
        DescriptorOperation operation = underWay;
        while (operation != null && operation.isFarewell()) {
            operation = operation.next;
        }
        if (underWay == null) {
            close.submitSoon();
        } else if (operation == null) {
            onlyFarewellLeft();
        }
    }

    /** What the close awaits has ended. May be called while completions are drained, and again. */
    protected void onlyFarewellLeft() {}

    /** {@code operation} ends: the close ends after its release, also if its container ranks higher. False for the close itself. */
    final boolean closeAwaits(DescriptorOperation operation) {
        if (operation == close) {
            return false;
        }
        unreleased++;
        return true;
    }

    final void operationReleased() {
        if (--unreleased == 0) {
            close.endIfClosed();
        }
    }

    /** The close has begun and has not ended. */
    protected final boolean isClosing() {
        return close.isUnderWay();
    }

    final boolean hasUnreleased() {
        return unreleased > 0;
    }

    /** The number to close, whatever state this is in. */
    public final int fdToClose() {
        return fd;
    }

    final void closed() {
        leftToWorker();
        io.descriptors().gaveBack(1L, container);
    }

    /** A worker closes it, and gives it back then. */
    final void leftToWorker() {
        fd = NONE;
        io.openDescriptors().remove(this);
        left();
    }

    /** It stands for nothing any more. May be called while completions are drained. */
    protected void left() {}

    /** Closes without asking the queue; what may have to wait, by another thread. Returns 0 or a negated errno. */
    protected final int closeNow() {
        final int closing = fd;
        int result = 0;
        if (closeMayWait()) {
            io.port().descriptors().closeAside(closing);
        } else {
            result = Descriptors.tryClose(closing);
        }
        closed();
        return result;
    }
}
