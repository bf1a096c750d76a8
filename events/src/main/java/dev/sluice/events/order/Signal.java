// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * One entry of SIGNALLED_EVENTS: a descriptor's readiness, one completion, or what else {@link Kind} names. Subclasses are pooled by whoever makes
 * them; a server author sees them only through the event that is handed out.
 *
 * <p>What is asked of a signal by those who hand it out goes through {@link Signals}, so that what servers hold and is a signal too, as a timer,
 * offers them nothing of it. Belongs to the thread of its queue.
 */
@NullMarked
public abstract class Signal {
    /** What a signal can tell, in the words of the event's kinds. */
    public enum Kind {
        /** A declared descriptor is ready. */
        READINESS,

        /** An operation has completed, or goes on. */
        COMPLETION,

        /** A timer has expired. */
        TIMER,

        /** Another thread has left a message. */
        MESSAGE
    }

    /** Where the container is queued and counted; null while the entry is not in use. */
    @Nullable
    ContainerQueue place;

    @Nullable
    Object attachment;

    /** The circle of what is pending for the container, while queued. */
    @Nullable
    Signal next;

    @Nullable
    Signal previous;

    /** When it was queued, by the ring's clock. */
    long signalledNs;

    boolean queued;

    /** For subclasses. */
    protected Signal() {}

    /**
     * Returns the container that this event is for. What servers hold describes it in its own words; who hands out asks {@link Signals}.
     *
     * @return the container; null while the entry is not in use
     */
    public @Nullable ResourceContainer container() {
        return place == null ? null : place.container;
    }

    /**
     * Returns what the application gave with the declaration or the operation.
     *
     * @return the attachment, may be null
     */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Tells whether the event is pending.
     *
     * @return true from when it is signalled until it is handed out or withdrawn
     */
    protected final boolean isQueued() {
        return queued;
    }

    /** Belongs to no container and has no attachment any more. */
    protected final void unassign() {
        place = null;
        attachment = null;
    }

    /**
     * Returns what this tells.
     *
     * @return the kind
     */
    protected abstract Kind kind();

    /**
     * Returns the mask shown as the event's {@code readyMask}.
     *
     * @return poll bits; 0 for a completion
     */
    protected int readyMask() {
        return 0;
    }

    /**
     * Tells whether this goes on with what was begun, so that it is better completed before more is begun: while all that it needs is in the
     * processor's caches, and before others take memory, too.
     *
     * @return false for what begins something, such as a request that has come
     */
    protected boolean continues() {
        return false;
    }

    /**
     * Returns the opcode shown as the event's {@code operation}.
     *
     * @return an io_uring opcode; NOP for what is neither readiness nor a completion
     */
    protected int operation() {
        return Opcode.NOP;
    }

    /**
     * Returns the number shown as the event's {@code result}.
     *
     * @return the kernel's result, negative for an errno
     */
    protected int result() {
        return 0;
    }

    /**
     * Returns the number shown as the event's {@code flags}.
     *
     * @return the flags of the completion
     */
    protected int flags() {
        return 0;
    }

    /**
     * Returns the buffer shown as the event's {@code buffer}.
     *
     * @return the operation's buffer, or null
     */
    protected @Nullable ByteBuffer buffer() {
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
     * Returns the object shown as the event's {@code message}. Called once, when the event is handed out.
     *
     * @return what this brings beside numbers, or null
     */
    protected @Nullable Object message() {
        return null;
    }

    /**
     * Returns the number shown as the event's {@code deadlineNs}.
     *
     * @return by the queue's clock
     * @throws IllegalStateException if it has none
     */
    protected long deadlineOfEventNs() {
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
