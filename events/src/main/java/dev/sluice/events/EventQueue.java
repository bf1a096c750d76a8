// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.interest.InterestSet;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.QueueResources;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.turns.TurnCounters;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingFeatures;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paper's event interface: a persistent INTERESTED set, and one SIGNALLED_EVENTS queue from which readiness of
 * sockets and completions of disk operations leave in the order of their containers' priority.
 *
 * <pre>{@code
 * events.declareInterest(socketFd, READABLE, urgent, connection);
 * for (EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, -1L); (event = batch.next()) != null; ) {
 *     ((Connection) event.attachment()).handle(event);
 * }
 * }</pre>
 *
 * <p><b>Order.</b> 64 bands, higher first; band 0 is served only when nothing else is pending. Within a band the
 * container that has used least handler time for its {@linkplain ResourceContainer#setShare share} is next, to within
 * 16.4 us of time at the default share. Of containers closer than that those leave first whose event goes on with what was
 * begun, an open, stat, read or write of a file, and the others in the order they came, as a container's own events always do.
 * A container that had nothing pending starts level with the others: it has no claim on the past. It
 * still owes what its last handler took, until the others have used as much for their shares. So none gets more for its
 * share than one that always has something pending, however long handlers are, and though it asks for one thing at a time. While
 * its band has nothing to serve, time pays what is owed: as much as a container of the default share would have used, and
 * after an hour all. {@linkplain ResourceContainer#setFixedShare Principals}, where declared, get their shares first, and
 * these rules hold inside each.
 *
 * <p>Before an event is handed out, all that the kernel has completed is let in if something of a higher band may be among
 * it: for at most 2 ms or 512 enters (10,240 completions); then one event is handed out, and letting in goes on. The
 * same holds for up to 4,096 expired timers. Otherwise the ring is entered once for up to 64 events. Among principals, that
 * of one with nothing pending counts as higher than what is pending of the one to be served next, unless it has used more for
 * its share. What of a higher band waits to be submitted goes first, too.
 *
 * <p><b>Threads.</b> A queue belongs to the thread that opened it. Every method throws {@link IllegalStateException}
 * when called by another one, except {@link #wakeup()}, {@link #nanoTime()} and what never changes: {@link #binding()}, {@link #features()}
 * and {@link #operations()}. Other threads bring their results and requests by a {@link Mailbox}.
 *
 * @see "Banga, Druschel, Mogul 1998, section 4.2: declare_interest, revoke_interest, dequeue_next_events"
 */
public final class EventQueue implements AutoCloseable {
    private static final long CLOSE_LIMIT_NS = 30_000_000_000L;

    private final Reaper reaper;
    private final OperationPort port;
    private final EventBatch batch;
    private final InterestSet<InterestKey> interests;
    private final QueueClose queueClose;
    private final LoopCounters loopCounters;

    private EventQueue(Ring ring, EventQueueOptions options) {
        reaper = new Reaper(ring, options.maxOperations(), options.stallThresholdNs(), options.starvationLimitNs());
        interests = new InterestSet<>(reaper, InterestKey::new);
        final QueueResources resources = new QueueResources(reaper);
        port = new OperationPort(reaper, interests, resources);
        batch = new EventBatch(reaper);
        queueClose = new QueueClose(reaper, interests, batch, resources);
        loopCounters = new LoopCounters(reaper.turns.counters);
    }

    /**
     * Opens a queue over a new ring, with the defaults, for the calling thread.
     *
     * @return the queue
     * @throws dev.sluice.uring.RingUnavailableException as {@link #open(EventQueueOptions)}
     */
    public static EventQueue open() {
        return open(EventQueueOptions.defaults());
    }

    /**
     * Opens a queue over a new ring, for the calling thread: io_uring's, or, where the host refuses it, an {@link
     * dev.sluice.uring.emulated.EmulatedRing}, which a warning in the log says once with cause and remedy. The system property
     * {@code sluice.ring} insists: {@code kernel} on the first, {@code emulated} on the second.
     *
     * @param options sizes and thresholds
     * @return the queue
     * @throws dev.sluice.uring.RingUnavailableException if native calls are not possible at all, or io_uring is insisted
     *     on and the host refuses it; names cause and remedy
     * @throws IllegalArgumentException if {@code sluice.ring} is anything else
     * @throws IllegalStateException if the calling thread is a virtual one: a ring belongs to one thread of the kernel
     */
    public static EventQueue open(EventQueueOptions options) {
        return overOwn(RingChoice.open(options.ring()), options);
    }

    /** Also closes the ring if there will be no queue to do that. */
    static EventQueue overOwn(Ring ring, EventQueueOptions options) {
        try {
            return over(ring, options);
        } catch (RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    /**
     * Opens a queue over a ring that is not enabled yet, for the calling thread. The queue closes the ring; if this throws,
     * it is the caller's to close.
     *
     * @param ring exclusively for this queue
     * @param options thresholds; its ring sizes do not count here
     * @return the queue
     * @throws IllegalStateException if the ring is enabled already, or closed, or the calling thread is a virtual one
     * @throws dev.sluice.uring.RingException if the kernel does not enable it
     * @throws java.io.UncheckedIOException if there is no descriptor left for the wake-ups of other threads
     */
    public static EventQueue over(Ring ring, EventQueueOptions options) {
        ring.enable();
        return new EventQueue(ring, options);
    }

    /**
     * Declares a descriptor: from now on, and until it is revoked, its readiness is reported as events. What is ready
     * already is reported too, so nothing is lost between accepting a connection and declaring it.
     *
     * <p>Interest is in edges: an event comes when something new arrives, and folds with one that is still pending, so a
     * handler reads until nothing is left. With {@link InterestOps#LEVEL} an event comes again after each that was handled,
     * as long as the condition holds.
     *
     * <p>A descriptor that is declared already takes the new operations, container and attachment; readiness that is
     * pending moves along. The state is reported again if the operations, or edge and level, changed. Operations that are
     * under way on the descriptor stay with the container that they were begun for. A handler may declare too: what is
     * ready takes its place in the batch under way, or in the next one.
     *
     * @param fd a socket, pipe, eventfd, ...; revoke before closing it
     * @param interestOps what to report, a mask of {@link InterestOps}, and whether as a level
     * @param container at whose priority, and charged for the handling
     * @param attachment handed out with each event, may be null
     * @return the key to revoke with
     * @throws IllegalArgumentException if the descriptor is not open, or is a regular file or a directory: poll(2) finds those
     *     always ready; start a read, list the directory or watch it instead
     * @throws java.io.UncheckedIOException if it could not be found out which it is, for want of descriptors, memory or watches: this passes
     * @throws IllegalStateException if the queue's bound of operations is reached, the container is served by another
     *     queue, this queue is closed or belongs to another thread
     */
    public InterestKey declareInterest(
            int fd, int interestOps, ResourceContainer container, @Nullable Object attachment) {
        checkUsable();
        return interests.declare(fd, interestOps, container, attachment);
    }

    /**
     * As {@link #declareInterest(int, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param fd a socket, pipe, eventfd, ...; revoke before closing it
     * @param interestOps what to report, a mask of {@link InterestOps}, and whether as a level
     * @param container at whose priority, and charged for the handling
     * @param handler of its readiness, may be null
     * @return the key to revoke with
     */
    public InterestKey declareInterest(
            int fd, int interestOps, ResourceContainer container, @Nullable EventHandler handler) {
        return declareInterest(fd, interestOps, container, (Object) handler);
    }

    /**
     * Declares a set of descriptors for the same operations: all of them, or, if one is refused, none.
     *
     * @param fds the descriptors, none of them declared already
     * @param interestOps what to report, a mask of {@link InterestOps}
     * @param container at whose priority
     * @param attachments handed out with each descriptor's events, as many as there are descriptors; each may be null
     * @return the keys, in the order of the descriptors
     * @throws IllegalArgumentException as {@link #declareInterest(int, int, ResourceContainer, Object)}, if the arrays
     *     differ in length, or a descriptor is declared already
     * @throws IllegalStateException as {@link #declareInterest(int, int, ResourceContainer, Object)}
     */
    public List<InterestKey> declareInterest(
            int[] fds, int interestOps, ResourceContainer container, @Nullable Object[] attachments) {
        checkUsable();
        if (fds.length != attachments.length) {
            throw new IllegalArgumentException(
                    "fds and attachments must be as many: fds=" + fds.length + ", attachments=" + attachments.length);
        }
        return interests.declareAll(fds, interestOps, container, attachments);
    }

    /**
     * Ends a declaration. Readiness that is pending is dropped at once, the poll is cancelled in the kernel, and
     * nothing of it is delivered afterwards, even if the descriptor's number is in use again. A handler may revoke any
     * descriptor, its own too: the event that it handles stays valid until it asks for the next one.
     *
     * @param key from this queue
     * @return false if it was revoked already
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public boolean revokeInterest(InterestKey key) {
        checkUsable();
        return interests.revoke(key);
    }

    /**
     * Ends a set of declarations.
     *
     * @param keys from this queue
     * @return how many of them were not revoked already
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public int revokeInterest(Collection<InterestKey> keys) {
        checkUsable();
        int revoked = 0;
        for (final InterestKey key : keys) {
            if (revokeInterest(key)) {
                revoked++;
            }
        }
        return revoked;
    }

    /**
     * Submits what was asked for, waits if nothing is pending, and returns the cursor over at most {@code max} events.
     *
     * @param max the most events of this batch, at least 1
     * @param minPriority events below this band stay pending, 0 to 63
     * @param timeoutNs how long to wait for the first event, in nanoseconds; 0 does not wait, below 0 waits for ever
     * @return the queue's one cursor; empty after a time-out or a wake-up
     * @throws IllegalArgumentException if {@code max} or {@code minPriority} is out of range
     * @throws IllegalStateException if the queue is closed or belongs to another thread, or the caller is a handler of an {@link EventLoop}:
     *     the events would be taken from the loop
     * @throws dev.sluice.uring.RingException if the ring is lost
     */
    public EventBatch dequeueNextEvents(int max, int minPriority, long timeoutNs) {
        checkUsable();
        if (batch.ofLoop) {
            throw new IllegalStateException(
                    "a handler of an EventLoop dequeued events: those that it takes would not reach their"
                            + " handlers; return, and the loop hands out what comes");
        }
        Priority.check(minPriority);
        if (max < 1) {
            throw new IllegalArgumentException("max must be at least 1: max=" + max);
        }
        final long nowNs = reaper.ring.nanoTime();
        batch.endHandling(nowNs);
        reaper.turns.turn(nowNs);
        reaper.fill(minPriority, timeoutNs, nowNs);
        batch.begin(max, minPriority);
        return batch;
    }

    /**
     * Makes a timer, to be started as often as needed.
     *
     * @param container at whose priority its events come, and charged for their handling
     * @param attachment handed out with each event, may be null
     * @return the timer, not started
     * @throws IllegalStateException if the container is served by another queue, this queue is closed or belongs to
     *     another thread
     */
    public Timer newTimer(ResourceContainer container, @Nullable Object attachment) {
        checkUsable();
        return new Timer(reaper, container, attachment);
    }

    /**
     * As {@link #newTimer(ResourceContainer, Object)}, for a lambda.
     *
     * @param container at whose priority its events come, and charged for their handling
     * @param handler of its events, may be null
     * @return the timer, not started
     */
    public Timer newTimer(ResourceContainer container, @Nullable EventHandler handler) {
        return newTimer(container, (Object) handler);
    }

    /**
     * Makes a mailbox, by which other threads send messages to this queue's.
     *
     * @param capacity how many messages can wait, 1 to 2^30; rounded up to a power of two
     * @param container at whose priority the messages come, and charged for their handling
     * @param attachment handed out with each message, may be null
     * @param <T> what the messages are
     * @return the mailbox, empty; close it when it is not needed any more, the queue does so when it is closed
     * @throws IllegalArgumentException if the capacity is out of range
     * @throws IllegalStateException if the container is served by another queue, this queue is closed or belongs to
     *     another thread
     */
    public <T> Mailbox<T> newMailbox(int capacity, ResourceContainer container, @Nullable Object attachment) {
        checkUsable();
        final Mailbox<T> mailbox = new Mailbox<>(reaper, capacity, container, attachment);
        reaper.mailroom.opened(mailbox);
        return mailbox;
    }

    /**
     * As {@link #newMailbox(int, ResourceContainer, Object)}, for a lambda.
     *
     * @param capacity how many messages can wait, 1 to 2^30; rounded up to a power of two
     * @param container at whose priority the messages come, and charged for their handling
     * @param handler of the messages, may be null
     * @param <T> what the messages are
     * @return the mailbox, empty
     */
    public <T> Mailbox<T> newMailbox(int capacity, ResourceContainer container, @Nullable EventHandler handler) {
        return newMailbox(capacity, container, (Object) handler);
    }

    /**
     * Returns the queue's clock, by which timers and time-outs go. From any thread.
     *
     * @return nanoseconds, to be compared with each other only, as {@link System#nanoTime}
     */
    public long nanoTime() {
        return reaper.ring.nanoTime();
    }

    /**
     * Makes the current or next {@link #dequeueNextEvents} return without waiting. From any thread, also after close,
     * when it does nothing. Wake-ups fold.
     */
    public void wakeup() {
        reaper.wakeup.signal();
    }

    /**
     * Returns the door for layers that offer operations on this queue. A server has no use for it: its type is not exported to servers.
     *
     * @return the port
     */
    @SuppressWarnings("exports")
    public OperationPort operations() {
        return port;
    }

    /**
     * Returns the key under which a descriptor is declared.
     *
     * @param fd a descriptor
     * @return its key, or null if it is not declared
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public @Nullable InterestKey keyOf(int fd) {
        checkUsable();
        return interests.keyOf(fd);
    }

    /**
     * Returns how the ring is reached.
     *
     * @return for example {@code liburing.so.2}
     */
    public String binding() {
        return reaper.ring.binding();
    }

    /**
     * Returns what the ring can do. From any thread.
     *
     * @return the features
     */
    public RingFeatures features() {
        return reaper.ring.features();
    }

    /**
     * Returns how long the event of {@code band} that is handed out next has waited by now. While nothing of the band is
     * handed out that is its oldest, but for events of containers that have to pay for recent use first; otherwise it is
     * how long events of the band wait at present. With principals, the longest of theirs. An event's wait begins when
     * it is signalled, and again when its descriptor is declared for another container.
     *
     * @param band 0 to 63
     * @return nanoseconds; 0 if nothing of the band is pending
     * @throws IllegalArgumentException if {@code band} is out of range
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public long oldestPendingNs(int band) {
        checkUsable();
        return reaper.signalled.oldestPendingNs(Priority.check(band), reaper.ring.nanoTime());
    }

    /**
     * Returns what the queue has seen so far.
     *
     * @return a snapshot
     * @throws IllegalStateException if the queue is closed or belongs to another thread
     */
    public QueueCounters counters() {
        checkUsable();
        return QueueCounters.of(reaper, loopCounters, interests.size());
    }

    /**
     * Revokes everything, cancels every operation, waits until the kernel has let go of all of them, and releases the
     * ring and what the layers above registered. Events that are pending are dropped, with what they carry released: a
     * server that wants them dequeues them first. Timers end. {@linkplain Mailbox#close Mailboxes close}, before all else;
     * their messages are not lost. Closing again does nothing.
     *
     * <p>A handler may close the queue: its event is charged and not valid any more, and its batch is over.
     *
     * <p>When the owner has died any thread may close the queue. That ring, and one that is lost otherwise, may answer no more: then
     * nothing is waited for, everything is released but the memory that the kernel may still write to, and the log says so.
     *
     * @throws IllegalStateException if the calling thread does not own the queue, or the kernel does not let go within
     *     30 seconds: then the queue is not closed, and it can be tried again. Also, with everything else closed, if the close
     *     of something failed; what failed is suppressed in it
     */
    @Override
    public void close() {
        queueClose.run(CLOSE_LIMIT_NS, false);
    }

    /**
     * As {@link #close}, for who must come to an end though a disk hangs: nobody can end a thread that waits for it in the kernel. When the
     * time is over, everything is closed and released all the same, but for the memory that the kernel may still write to; one line of the
     * log names what it holds. Files whose close may have to wait for a disk are closed by a thread that goes on by itself, if they are not when
     * the time is over. So are those that an open brings only then; where the kernel does not let itself be watched after the end of a ring, as
     * before Linux 6.10, and where there are no descriptors left to do that, they stay open until the process ends.
     *
     * @param limitNs how long to wait at most for what was cancelled and, after a tenth of a second, for files to be closed, in nanoseconds
     * @throws IllegalStateException if the calling thread does not own the queue; or, with everything else closed, if the close of something
     *     failed; what failed is suppressed in it
     */
    public void closeWithin(long limitNs) {
        queueClose.run(limitNs, true);
    }

    Reaper reaper() {
        return reaper;
    }

    LoopCounters loopCounters() {
        return loopCounters;
    }

    /** A handler or the hook of the loop threw. */
    void handlerFailed() {
        reaper.turns.counters.count(TurnCounters.FAILURES);
    }

    boolean isClosed() {
        return reaper.closed;
    }

    void checkUsable() {
        reaper.checkUsable();
    }
}
