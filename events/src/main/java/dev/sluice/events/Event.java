// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.order.Signal;
import dev.sluice.events.order.Signals;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One event, as {@link EventBatch#next()} hands it out. A flyweight: it shows the event handed out last and is valid
 * until the next one is asked for; nothing is allocated for it.
 *
 * <p>One type serves readiness, completions and everything else, so that a handler can be written for all of them.
 */
public final class Event {
    private @Nullable Signal signal;

    @SuppressWarnings("NullAway.Init") // an event is shown before it is handed out
    private Signal.Kind kind;

    private @Nullable ResourceContainer container;
    private @Nullable Object attachment;
    private int readyMask;
    private @Nullable Object message;

    Event() {}

    void show(Signal shown) {
        signal = shown;
        kind = Signals.kind(shown);
        container = Signals.container(shown);
        attachment = Signals.attachment(shown);
        readyMask = Signals.readyMask(shown);
        message = Signals.message(shown);
    }

    void clear() {
        signal = null;
        container = null;
        attachment = null;
        message = null;
    }

    /**
     * Returns what this event tells.
     *
     * @return the kind
     */
    public EventKind kind() {
        return EventKind.of(kind);
    }

    /**
     * Returns the container that is charged for the handling of this event.
     *
     * @return the container
     */
    @SuppressWarnings("NullAway") // null only when the event is valid no more
    public ResourceContainer container() {
        return container;
    }

    /**
     * Returns what was given when interest was declared, the operation started, the timer or the mailbox made.
     *
     * @return the attachment, may be null
     */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Returns what the descriptor is ready for.
     *
     * @return a mask of {@link InterestOps}; 0 for every other kind
     */
    public int readyMask() {
        return readyMask;
    }

    /**
     * Returns which operation this event is about.
     *
     * @return an opcode of {@link dev.sluice.uring.Opcode}; {@code POLL_ADD} for readiness, {@code NOP} for what io_uring has
     *     no opcode for
     */
    public int operation() {
        return Signals.operation(shown());
    }

    /**
     * Returns the operation's result.
     *
     * @return what the man page of the operation says, or a negative errno: the kernel's verdict on this one operation.
     *     For readiness 0, or a negative errno if the descriptor cannot be polled any more
     */
    public int result() {
        return Signals.result(shown());
    }

    /**
     * Returns the completion's flags.
     *
     * @return a mask of {@link dev.sluice.uring.CqeFlags}; {@code F_MORE} if the operation goes on
     */
    public int flags() {
        return Signals.flags(shown());
    }

    /**
     * Tells whether this is the last event of what it comes from: an operation has ended, or the descriptor can be polled no more. Until then
     * the kernel may use the operation's buffer, and {@link #flags()} have {@code F_MORE}.
     *
     * @return true for the only event of an operation and the last of a multishot one, for a timer, and for readiness that has failed;
     *     false for other readiness, and for messages of a {@link Mailbox}, of which there may always be more
     */
    public boolean isLast() {
        final int flags = flags();
        return switch (kind) {
            case COMPLETION -> (flags & CqeFlags.F_MORE) == 0;
            case READINESS -> failed();
            case TIMER -> true;
            default -> false;
        };
    }

    /**
     * Tells whether the kernel's verdict is an error.
     *
     * @return true if {@link #result()} is negative
     */
    public boolean failed() {
        return result() < 0;
    }

    /**
     * Returns the error.
     *
     * @return a number of {@link Errno}, above 0; 0 unless {@link #failed()}
     */
    public int errno() {
        return Math.max(0, -result());
    }

    /**
     * Returns the name of the error, for a log.
     *
     * @return such as {@code ENOENT}; empty unless {@link #failed()}
     */
    public String errnoName() {
        return failed() ? Errno.name(errno()) : "";
    }

    /**
     * Returns the operation's buffer, which is the application's again.
     *
     * @return the buffer, or null if the operation has none
     */
    public @Nullable ByteBuffer buffer() {
        return Signals.buffer(shown());
    }

    /**
     * Hands the descriptor of this event - an accepted connection - over to the caller. A descriptor that was not
     * taken when the next event is asked for is closed.
     *
     * @return the descriptor
     * @throws IllegalStateException if the event carries none, or it was taken already
     */
    public int takeDescriptor() {
        return Signals.takeDescriptor(shown());
    }

    /**
     * Returns when the timer of this event was to expire.
     *
     * @return as {@link EventQueue#nanoTime} counts
     * @throws IllegalStateException if this is not an event of {@link EventKind#TIMER}
     */
    public long deadlineNs() {
        return Signals.deadlineNs(shown());
    }

    /**
     * Returns the message of this event, which is the handler's from now on: for {@link EventKind#MESSAGE} what was given to
     * {@link Mailbox#offer}, for others what the method that the event comes from says.
     *
     * @return the message, or null if the event has none
     */
    public @Nullable Object message() {
        return message;
    }

    private Signal shown() {
        if (signal == null) {
            throw new IllegalStateException("an event is valid only until the next one is asked for");
        }
        return signal;
    }

    @Override
    public String toString() {
        return signal == null
                ? "Event[none]"
                : "Event[" + Signals.describe(signal) + ", container="
                        + container().path() + "]";
    }
}
