// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.operation.Descriptor;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor with operations under way. Closing cancels them, awaits their terminal events and only then closes.
 *
 * <p>The object may be used again for another descriptor after its close has been reported. Belongs to the thread of
 * its queue.
 */
public abstract class AsyncDescriptor {
    final Descriptor descriptor;

    /** Charged for what is started through this object; null for what the descriptor was declared for. */
    private final @Nullable ResourceContainer charged;

    /** Of the events of what is started through this object; null for what the descriptor was declared with. */
    private final @Nullable EventHandler handler;

    AsyncDescriptor(Descriptor descriptor) {
        this(descriptor, null, null);
    }

    AsyncDescriptor(Descriptor descriptor, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        this.descriptor = descriptor;
        this.charged = charged;
        this.handler = handler;
    }

    final ResourceContainer container() {
        return charged == null ? descriptor.container() : charged;
    }

    final @Nullable Object attachment() {
        return handler == null ? descriptor.attachment() : handler;
    }

    /**
     * Sets the container that is charged for operations that name none, and what their events carry. The paper's
     * declaration of interest in a disk descriptor; a socket's too, while its operations stand for readiness.
     *
     * @param newContainer at whose priority events come
     * @param newAttachment handed out with the events, may be null
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public final void declareInterest(ResourceContainer newContainer, @Nullable Object newAttachment) {
        descriptor.declareInterest(newContainer, newAttachment);
    }

    /**
     * As {@link #declareInterest(ResourceContainer, Object)}, for a lambda.
     *
     * @param newContainer at whose priority events come
     * @param newHandler of the events, may be null
     */
    public final void declareInterest(ResourceContainer newContainer, @Nullable EventHandler newHandler) {
        descriptor.declareInterest(newContainer, newHandler);
    }

    /**
     * Tells whether operations can be started.
     *
     * @return true from opening until {@link #close()}
     */
    public final boolean isOpen() {
        return descriptor.isOpen();
    }

    /**
     * Returns the descriptor.
     *
     * @return its number
     * @throws IllegalStateException if it is not open, or the queue is closed
     */
    public final int fd() {
        return descriptor.fd();
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
     * @return the operation's id; it cannot be cancelled. {@link AsyncIo#BACK_PRESSURED} with nothing started when
     *     too many operations are under way
     * @throws IllegalStateException if it is not open
     */
    public final long close() {
        return descriptor.close(container(), attachment());
    }

    /**
     * As {@link #close()}, for another container and with another attachment than was declared.
     *
     * @param eventContainer charged for the close, and at whose priority its event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException as {@link #close()}
     */
    public final long close(ResourceContainer eventContainer, @Nullable Object eventAttachment) {
        return descriptor.close(eventContainer, eventAttachment);
    }

    /**
     * Closes what nothing is under way on, without an event: for who has no use for the close's result. The object may be used anew at
     * once. Who closes it is as for {@link #close()}.
     *
     * @throws IllegalStateException if it is not open, or an operation is under way: {@link #close()} cancels and awaits them
     */
    public final void discard() {
        descriptor.discard();
    }
}
