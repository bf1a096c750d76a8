// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.mail.Letterbox;
import dev.sluice.events.mail.Mailroom;
import dev.sluice.events.order.Signals;
import dev.sluice.events.reaping.Reaper;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Messages from other threads, of which each arrives as an event of {@link EventKind#MESSAGE}, at the priority of the
 * mailbox's container. Made by {@link EventQueue#newMailbox}.
 *
 * <p><b>Order.</b> Messages of one sender arrive in the order in which they were accepted. The mailbox is one entry of its
 * container: after each message it is queued again behind what else the container has pending, so that a flood of messages
 * takes no more than the container's rank and share give it. A message that is offered while a batch is being handed out
 * takes its rank in that batch.
 *
 * <p><b>Back-pressure.</b> A mailbox holds at most {@link #capacity()} messages. A full one refuses: the sender keeps the
 * message, and {@link #rejected()} counts.
 *
 * <p><b>Cost.</b> Nothing is allocated for a message. A queue that waits is woken by one write to an eventfd, however many
 * messages follow; one that is busy sees them by reading memory. Between queues not even that write is needed: {@link
 * #offerFrom}.
 *
 * <p><b>Threads.</b> {@link #offer}, {@link #size()}, {@link #capacity()}, {@link #rejected()} and {@link #isClosed()} are for
 * any thread, also one that must not wait, such as the JVM's for signals; {@link #close()} for that of the queue.
 *
 * @param <T> what the messages are
 */
@SuppressWarnings("exports") // what it inherits is of packages that servers do not see
public final class Mailbox<T> extends Letterbox {
    private static final int MOST_MESSAGES = 1 << 30;

    /** The queue does not know of any message here: the next offer has to tell it. */
    private static final int RESTING = 0;

    /** An offer has left word in the mailroom, which the queue has not seen yet. */
    private static final int POSTED = 1;

    /** The queue knows, and will look again when it has handed out a message. */
    private static final int QUEUED = 2;

    private final Reaper reaper;
    private final Mailroom mailroom;

    /** Not the one on Unsafe, for which JDK 24 and later print a warning. Once closed, emptied by who holds its monitor. */
    private final MpscAtomicArrayQueue<T> messages;

    private final AtomicInteger state = new AtomicInteger(RESTING);
    private final AtomicLong rejected = new AtomicLong();
    private volatile boolean closed;

    /** What had been accepted and not handed out when it was closed. */
    private final List<T> undelivered = new ArrayList<>();

    /** What came too late, until its sender, who must have seen the close by then, has it back. */
    private final List<T> late = new ArrayList<>();

    Mailbox(Reaper reaper, int capacity, ResourceContainer container, @Nullable Object attachment) {
        if (capacity < 1 || capacity > MOST_MESSAGES) {
            throw new IllegalArgumentException("capacity must be 1.." + MOST_MESSAGES + ": capacity=" + capacity);
        }
        this.reaper = reaper;
        mailroom = reaper.mailroom;
        reaper.signalled.assign(this, container, attachment); // if that is refused there is no memory for the messages
        messages = new MpscAtomicArrayQueue<>(capacity);
    }

    /**
     * Returns the container at whose priority the messages come, and that is charged for their handling.
     *
     * @return the one that it was made for
     */
    @Override
    @SuppressWarnings("NullAway") // it has one from the beginning
    public ResourceContainer container() {
        return super.container();
    }

    /**
     * Returns what is handed out with each message.
     *
     * @return what it was made with, may be null
     */
    @Override
    public @Nullable Object attachment() {
        return super.attachment();
    }

    /**
     * Leaves a message. From any thread; never waits. What the caller did before is seen by the handler.
     *
     * @param message becomes the handler's, not null
     * @return false with nothing left, if the mailbox is full or {@linkplain #isClosed() closed}
     * @throws NullPointerException if the message is null
     */
    public boolean offer(T message) {
        if (!leave(message)) {
            return false;
        }
        if (state.get() == POSTED) {
            mailroom.wakeIfAsleep();
        }
        return true;
    }

    /**
     * Leaves a message from the thread of another queue, without a system call: if this mailbox's queue waits, it is woken
     * from ring to ring (IORING_OP_MSG_RING, Linux 5.18) with the sender's next enter, together with what else that submits.
     * So the sender must go on to its next event or dequeue; one that does something else first uses {@link #offer}. Its ring
     * is entered before it serves a band below that of this mailbox.
     *
     * <p>Where the kernel does not have the operation or refuses it, the eventfd does the same.
     *
     * @param sender the queue of the calling thread
     * @param message becomes the handler's, not null
     * @return false with nothing left, if the mailbox is full or {@linkplain #isClosed() closed}
     * @throws NullPointerException if the message is null
     * @throws IllegalStateException if the sender is closed or belongs to another thread
     */
    public boolean offerFrom(EventQueue sender, T message) {
        sender.checkUsable();
        if (!leave(message)) {
            return false;
        }
        if (state.get() == POSTED && mailroom.isAsleep()) {
            sender.reaper().wake(mailroom, Signals.band(this)); // of another thread: it may be one that was, of late
        }
        return true;
    }

    /** Returns with the message left, and word of it if need be. */
    private boolean leave(T message) {
        Objects.requireNonNull(message, "message");
        if (closed || !messages.offer(message)) {
            rejected.incrementAndGet();
            return false;
        }
        // The store of the message must not linger behind the looks that follow: queueOrRest() clears the state and
        // looks
        // again, close() says that it is closed and takes what has a place then.
        VarHandle.fullFence();
        if (closed && wasTooLate(message)) {
            rejected.incrementAndGet();
            return false;
        }
        if (state.get() == RESTING && state.compareAndSet(RESTING, POSTED)) {
            mailroom.post(this);
        }
        return true;
    }

    /**
     * Tells whether a message that was offered while the mailbox was being closed is none of those that were accepted. Of several
     * senders of the same object each may have the verdict on another's: it is as many that were accepted.
     */
    private boolean wasTooLate(T message) {
        synchronized (messages) {
            messages.drain(late::add);
            for (int i = 0; i < late.size(); i++) {
                if (late.get(i) == message) {
                    late.remove(i);
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Returns how many messages are waiting.
     *
     * @return at most {@link #capacity()}; 0 once it is closed
     */
    public int size() {
        return closed ? 0 : messages.size();
    }

    /**
     * Returns how many messages can wait.
     *
     * @return what was asked for, rounded up to a power of two
     */
    public int capacity() {
        return messages.capacity();
    }

    /**
     * Returns how many offers were refused because the mailbox was full or closed.
     *
     * @return the count
     */
    public long rejected() {
        return rejected.get();
    }

    /**
     * Tells whether no message can be left any more.
     *
     * @return true once the mailbox or its queue was closed
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Ends the mailbox. Each message that was ever accepted has been handed out, or is returned here; every offer from now on
     * is refused. Closing the queue closes its mailboxes; their messages are had by closing them again.
     *
     * @return what was accepted and not handed out, oldest first; the same when called again
     * @throws IllegalStateException if the queue belongs to another thread
     */
    public List<T> close() {
        reaper.checkOwner();
        if (!closed) {
            takeOutAll();
            if (isQueued()) {
                reaper.signalled.remove(this);
            }
            mailroom.closed(this);
        }
        return List.copyOf(undelivered);
    }

    /** All that has a place when it is closed was accepted; a sender who has not stored his message there yet is about to. */
    private void takeOutAll() {
        synchronized (messages) {
            closed = true;
            final long accepted = messages.currentProducerIndex() - messages.currentConsumerIndex();
            for (long i = 0L; i < accepted; i++) {
                undelivered.add(messages.poll());
            }
        }
    }

    @Override
    protected void queueCloses() {
        close();
    }

    @Override
    protected void collected() {
        if (!closed) {
            state.set(QUEUED);
            queueOrRest();
        }
    }

    /** Takes the message of the event that is handed out now; there is one. */
    @Override
    protected Object message() {
        final Object message = messages.relaxedPoll();
        queueOrRest();
        return message;
    }

    /**
     * Queues the mailbox if a message can be taken. Otherwise whoever is done with an offer from now on leaves word: also one
     * who has his place already but has not stored his message there, for whom the thread of the queue must not wait.
     */
    private void queueOrRest() {
        if (messages.relaxedPeek() == null) {
            state.set(RESTING);
            if (messages.relaxedPeek() == null || !state.compareAndSet(RESTING, QUEUED)) {
                return;
            }
        }
        reaper.signalled.add(this);
    }

    @Override
    protected Kind kind() {
        return Kind.MESSAGE;
    }

    @Override
    protected String describe() {
        return "mailbox, " + size() + " of " + capacity() + " messages waiting";
    }

    /** It may be queued for its next message already, so there is nothing to put back. */
    @Override
    protected void delivered() {}

    @Override
    protected void discarded() {}

    @Override
    public String toString() {
        return "Mailbox[" + describe() + ", rejected=" + rejected() + (closed ? ", closed" : "") + ", container="
                + container().path() + "]";
    }
}
