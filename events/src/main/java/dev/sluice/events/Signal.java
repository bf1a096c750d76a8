package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import java.nio.ByteBuffer;

/**
 * One entry of SIGNALLED_EVENTS: a descriptor's readiness, one completion, or what else {@link EventKind} names. Subclasses are pooled by whoever makes
 * them; a server author sees them only through {@link Event}.
 *
 * <p>Belongs to the thread of its queue.
 */
public abstract class Signal {
    /** Where the container is queued and counted; null while the entry is not in use. */
    ContainerQueue place;

    Object attachment;

    /** The circle of what is pending for the container, while queued. */
    Signal next;

    Signal previous;

    /** When it was queued, by the ring's clock. */
    long signalledNs;

    boolean queued;

    /** For subclasses. */
    protected Signal() {}

    /**
     * Returns the container that this event is for.
     *
     * @return the container; null while the entry is not in use
     */
    public final ResourceContainer container() {
        return place == null ? null : place.container;
    }

    /**
     * Returns what the application gave with the declaration or the operation.
     *
     * @return the attachment, may be null
     */
    public final Object attachment() {
        return attachment;
    }

    /**
     * Returns what this tells.
     *
     * @return the kind
     */
    protected abstract EventKind kind();

    /**
     * Returns the mask shown as {@link Event#readyMask()}.
     *
     * @return poll bits; 0 for a completion
     */
    protected int readyMask() {
        return 0;
    }

    /**
     * Returns the opcode shown as {@link Event#operation()}.
     *
     * @return an io_uring opcode; NOP for what is neither readiness nor a completion
     */
    protected int operation() {
        return Opcode.NOP;
    }

    /**
     * Returns the number shown as {@link Event#result()}.
     *
     * @return the kernel's result, negative for an errno
     */
    protected int result() {
        return 0;
    }

    /**
     * Returns the number shown as {@link Event#flags()}.
     *
     * @return the flags of the completion
     */
    protected int flags() {
        return 0;
    }

    /**
     * Returns the buffer shown as {@link Event#buffer()}.
     *
     * @return the operation's buffer, or null
     */
    protected ByteBuffer buffer() {
        return null;
    }

    /**
     * Hands the descriptor that this event carries over to the application.
     *
     * @return the descriptor
     * @throws IllegalStateException if it carries none, or it was taken already
     */
    protected int takeDescriptor() {
        throw new IllegalStateException("this event carries no descriptor: " + describe());
    }

    /**
     * Returns the object shown as {@link Event#message()}. Called once, when the event is handed out.
     *
     * @return what this brings beside numbers, or null
     */
    protected Object message() {
        return null;
    }

    /** Returns the number shown as {@link Event#deadlineNs()}. */
    long deadlineOfEventNs() {
        throw new IllegalStateException("this event has no deadline: " + describe());
    }

    /**
     * Says for messages what this is.
     *
     * @return for example {@code READ -> EIO}
     */
    protected abstract String describe();

    /** The application is done with the event: it asked for the next one. The entry may be used again from now on. */
    protected abstract void delivered();

    /** The queue is closed with the event undelivered: release what it holds. */
    protected abstract void discarded();
}
