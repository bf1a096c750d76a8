package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Descriptors;
import java.util.Objects;

/**
 * A descriptor with operations under way. Closing cancels them, awaits their terminal events and only then closes.
 *
 * <p>The object may be used again for another descriptor after its close has been reported. Belongs to the thread of
 * its queue.
 */
public abstract class AsyncDescriptor {
    private static final int NONE = -1;

    final AsyncIo io;
    private final CloseOperation close;

    private int fd = NONE;
    private ResourceContainer container;
    private Object attachment;
    private DescriptorOperation underWay;

    /** Operations that have ended and whose events are not handled yet. */
    private int unreported;

    /** Who is told what ends here in place of the application; null for what the application has. */
    DescriptorOwner owner;

    /** Neighbours in the list of open descriptors. */
    AsyncDescriptor nextOpen;

    AsyncDescriptor previousOpen;

    AsyncDescriptor(AsyncIo io) {
        this.io = Objects.requireNonNull(io, "io");
        this.close = new CloseOperation(io);
    }

    /**
     * Sets the container that is charged for operations that name none, and what their events carry. The paper's
     * declaration of interest in a disk descriptor; a socket's too, while its operations stand for readiness.
     *
     * @param newContainer at whose priority events come
     * @param newAttachment handed out with the events, may be null
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public final void declareInterest(ResourceContainer newContainer, Object newAttachment) {
        io.port().checkUsable();
        Objects.requireNonNull(newContainer, "container");
        if (fd >= 0) { // also while it is being closed
            io.descriptors().move(1L, container, newContainer);
        }
        container = newContainer;
        attachment = newAttachment;
    }

    /**
     * Tells whether operations can be started.
     *
     * @return true from opening until {@link #close()}
     */
    public final boolean isOpen() {
        return fd >= 0 && !close.isUnderWay();
    }

    /**
     * Returns the descriptor.
     *
     * @return its number
     * @throws IllegalStateException if it is not open, or the queue is closed
     */
    public final int fd() {
        if (!isOpen()) {
            io.checkNotClosed();
            throw new IllegalStateException(
                    fd < 0 ? "not open: " + getClass().getSimpleName() : "descriptor " + fd + " is being closed");
        }
        return fd;
    }

    /**
     * Closes: cancels what is under way, awaits the terminal event of each, closes the descriptor. Interest declared in
     * it is revoked. The event of the close is the descriptor's last: it waits until those of operations that were charged to
     * containers of lower priority are handled.
     *
     * <p>A file whose close may have to wait for the disk is closed by a kernel worker, in its turn: one that was opened for writing, that is
     * larger than 64 KiB, or has lost its last name. A smaller one is closed at once; what it may have become within the last 100 ms
     * is not looked for.
     *
     * @return the operation's id; it cannot be cancelled. {@link OperationPort#BACK_PRESSURED} with nothing started when
     *     too many operations are under way
     * @throws IllegalStateException if it is not open
     */
    public final long close() {
        io.port().checkUsable();
        final int closing = fd();
        close.target = this;
        final long id = io.port().begin(close, container, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            return id;
        }
        io.port().closing(closing);
        DescriptorOperation operation = underWay;
        while (operation != null) {
            final DescriptorOperation following = operation.next;
            io.port().cancel(operation);
            operation = following;
        }
        closeWhenIdle();
        return id;
    }

    /**
     * Closes what nothing is under way on, without an event: for who has no use for the close's result. The object may be used anew at
     * once. Who closes it is as for {@link #close()}.
     *
     * @throws IllegalStateException if it is not open, or an operation is under way: {@link #close()} cancels and awaits them
     */
    public final void discard() {
        io.port().checkUsable();
        final int closing = fd();
        checkNothingUnderWay();
        if (closeMayWait() && !isClosedAtOnce(closing)) {
            io.port().closing(closing);
            io.closeByWorker(closing, container);
            leftToWorker();
        } else {
            io.port().discard(closing);
            closed();
        }
    }

    /** Tells whether workers have so much to close that {@code fd} is closed without one, since it frees nothing at the moment. */
    boolean isClosedAtOnce(int fd) {
        return false;
    }

    /** Tells whether the kernel may have to wait when it is closed: then a worker does it. */
    boolean closeMayWait() {
        return false;
    }

    final ResourceContainer container() {
        return container;
    }

    final Object attachment() {
        return attachment;
    }

    /** Is there already, and counts for the container, whatever that may have. */
    final void opened(int newFd) {
        io.descriptors().took(1L, container);
        openedAndCounted(newFd);
    }

    /** Has come of an operation that has waited for it. */
    final void openedBy(DescriptorOperation opener, int newFd) {
        opener.handOverDescriptor(container);
        openedAndCounted(newFd);
    }

    /** Counts for the container already. */
    final void openedAndCounted(int newFd) {
        fd = newFd;
        io.track(this);
    }

    /** Begins {@code operation} on this descriptor, or returns {@link OperationPort#BACK_PRESSURED}. */
    final long begin(DescriptorOperation operation, ResourceContainer charged, Object eventAttachment) {
        operation.target = this;
        final long id = io.port().begin(operation, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            addUnderWay(operation);
        }
        return id;
    }

    /** Goes on with an operation that has ended its part on another descriptor. */
    final void goOnWith(DescriptorOperation operation) {
        operation.target = this;
        addUnderWay(operation);
    }

    private void addUnderWay(DescriptorOperation operation) {
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

    final void ended(DescriptorOperation operation) {
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
        if (underWay == null && close.isHeld()) {
            close.submitSoon();
        }
    }

    /** The event of {@code operation} is to come: that of the close comes after it, also if its container ranks higher. */
    final boolean closeWaitsFor(DescriptorOperation operation) {
        if (operation == close) {
            return false;
        }
        unreported++;
        return true;
    }

    final void reported() {
        if (--unreported == 0) {
            close.reportIfClosed();
        }
    }

    /** The event of the close is still to come. */
    final boolean isClosing() {
        return close.isUnderWay();
    }

    final boolean hasUnreported() {
        return unreported > 0;
    }

    /** The number to close, whatever state this is in. */
    final int fdToClose() {
        return fd;
    }

    final void closed() {
        leftToWorker();
        io.descriptors().gaveBack(1L, container);
    }

    /** A worker closes it, and gives it back then. */
    final void leftToWorker() {
        fd = NONE;
        io.untrack(this);
    }

    /** Closes without asking the queue; what may have to wait, by another thread. Returns 0 or a negated errno. */
    final int closeNow() {
        final int closing = fd;
        int result = 0;
        if (closeMayWait()) {
            io.port().closeAside(closing);
        } else {
            result = Descriptors.tryClose(closing);
        }
        closed();
        return result;
    }
}
