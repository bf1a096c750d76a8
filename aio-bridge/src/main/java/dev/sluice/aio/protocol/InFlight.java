// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import dev.sluice.uring.Opcode;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has in flight: starts operations, hands each one's events to its own handler, knows how many are still to end, cancels them
 * together. While too many operations are under way on the queue, what is to be started waits here, in order: nobody who starts something by
 * {@link #start} keeps a list of what was refused.
 *
 * <pre>{@code
 * InFlight copies = new InFlight(events, io, container, this::settle);
 * copies.start(a -> file.open(root, "data", OpenOptions.READ, container, a), event -> opened(file, event));
 * ...
 * void settle() {            // after each event
 *     if (copies.count() == 0) { ... }   // the kernel holds nothing any more
 * }
 * }</pre>
 *
 * <p>In steady state it allocates nothing beside what its callers' lambdas are. Belongs to the thread of its queue.
 */
public final class InFlight {
    /** What to do to start one operation. */
    @FunctionalInterface
    public interface Start {
        /**
         * Starts it. Called again later if it was refused, so it must find then what it finds now.
         *
         * @param attachment to be given to the operation as its attachment
         * @return what the starting method returned: the id, or that nothing was started
         */
        long start(EventHandler attachment);
    }

    /** Until what was refused is tried again, at the latest. */
    private static final long RETRY_NS = 1_000_000L;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    /** Of a file or a socket that was opened here: its close alone may be of no interest to anybody. */
    private static final EventHandler OF_DESCRIPTOR = event -> {
        if (event.failed() || event.operation() != Opcode.CLOSE) {
            throw new IllegalStateException(
                    event + " names no handler: it was started by a method that takes none, on what was opened through"
                            + " InFlight.start; one that takes a container and an attachment, or declareInterest, says whose it is");
        }
    };

    private final EventQueue events;
    private final AsyncIo io;
    private final ResourceContainer container;
    private final Runnable settled;
    private final Thread owner = Thread.currentThread();

    /** What is under way, in the order of its start, linked. */
    private @Nullable Started first;

    private @Nullable Started last;
    private int startedCount;

    /** To be used again, linked by what comes next. */
    private @Nullable Started unused;

    private final ArrayDeque<BooleanSupplier> waiting = new ArrayDeque<>(1);
    private @Nullable Timer retry;

    /** What others have in flight, by {@link #hold}. */
    private int held;

    /** How many of those were there when all was cancelled: they end first. */
    private int heldCancelled;

    private int handling;

    /** An operation has ended since somebody asked. */
    private boolean ended;

    /** Gives up whatever a handler that threw was about. */
    Runnable atFailure = () -> {};

    /**
     * Nothing in flight yet.
     *
     * @param events the queue
     * @param io of that queue
     * @param container at whose priority what was refused is tried again
     * @param settled called after each event handled here, and after each {@link #letGo()} outside of one: the place to look at {@link
     *     #count()} and to start more
     */
    public InFlight(EventQueue events, AsyncIo io, ResourceContainer container, Runnable settled) {
        this.events = Objects.requireNonNull(events, "events");
        this.io = Objects.requireNonNull(io, "io");
        this.container = Objects.requireNonNull(container, "container");
        this.settled = Objects.requireNonNull(settled, "settled");
    }

    /**
     * Starts an operation, now or as soon as the queue has room for one more. The handler is for its events alone: what it opens is closed by {@link
     * dev.sluice.aio.AsyncDescriptor#discard()}, or, where the result of the close matters, by a start of its own: {@code a -> file.close(container,
     * a)}.
     *
     * @param start calls the starting method with the attachment that it is given
     * @param handler called for each of the operation's events. If it throws, that goes on to who called it, the loop, after the operation
     *     is counted as ended
     */
    public void start(Start start, EventHandler handler) {
        startFor(start, handler, NO_LIMIT);
    }

    /**
     * As {@link #start(Start, EventHandler)}, with a limit of its time, that of waiting for room included: when it has passed, the end of the
     * operation is asked for as by {@link AsyncIo#cancelAfter}, and the event has the result {@code ETIME} if that stops it. A close, and a
     * blocking job that runs, have no limit.
     *
     * @param start calls the starting method with the attachment that it is given
     * @param handler called for each of the operation's events
     * @param limitNs from now on, in nanoseconds, 0 or more
     * @throws IllegalArgumentException if {@code limitNs} is negative
     */
    public void start(Start start, EventHandler handler, long limitNs) {
        if (limitNs < 0L) {
            throw new IllegalArgumentException("limitNs must not be negative: limitNs=" + limitNs);
        }
        startFor(start, handler, limitNs);
    }

    private void startFor(Start start, EventHandler handler, long limitNs) {
        checkThread();
        final Started operation = take();
        operation.start = Objects.requireNonNull(start, "start");
        operation.handler = Objects.requireNonNull(handler, "handler");
        operation.limitNs = limitNs;
        operation.askedNs = limitNs == NO_LIMIT ? 0L : events.nanoTime();
        attempt(operation);
    }

    private Started take() {
        final Started operation = unused;
        if (operation == null) {
            return new Started();
        }
        unused = operation.next;
        operation.next = null;
        return operation;
    }

    /** All that changes something belongs to the thread that this was made on. */
    void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "a connection, and what it has in flight, belong to the thread of their queue, "
                            + owner.getName() + ", not to "
                            + Thread.currentThread().getName()
                            + ": a Mailbox brings it there");
        }
    }

    /**
     * Does something that may be refused, now or again until it is not: such as to read ahead with a {@link
     * dev.sluice.aio.SequentialReader}. What waits counts as in flight.
     *
     * @param attempt returns false if it was refused because too many operations are under way
     */
    public void attempt(BooleanSupplier attempt) {
        checkThread();
        Objects.requireNonNull(attempt, "attempt");
        if (!waiting.isEmpty() || !attempt.getAsBoolean()) {
            waiting.add(attempt);
            if (retry == null) {
                retry = events.newTimer(container, around(event -> {}));
            }
            if (!retry.isStarted()) {
                retry.start(RETRY_NS);
            }
        }
    }

    @SuppressWarnings("NullAway") // what waits has made the timer
    private void retry() {
        while (!waiting.isEmpty()) {
            final BooleanSupplier first = waiting.peekFirst();
            boolean refused = false;
            try {
                refused = !first.getAsBoolean();
            } finally {
                if (!refused) {
                    waiting.remove(first); // also if it threw: it would do so again
                }
            }
            if (refused) {
                retry.start(RETRY_NS);
                return;
            }
        }
        if (retry != null) {
            retry.cancel();
        }
    }

    /**
     * Counts something as in flight that is not started here, until {@link #letGo()}: such as what an object with handlers of its own has.
     */
    public void hold() {
        checkThread();
        held++;
    }

    /**
     * Ends one {@link #hold()}.
     *
     * @throws IllegalStateException if there is none
     */
    public void letGo() {
        checkThread();
        if (held == 0) {
            throw new IllegalStateException("letGo without hold");
        }
        held--;
        heldCancelled = Math.max(0, heldCancelled - 1);
        if (handling == 0) {
            settled.run();
        }
    }

    /**
     * Makes a handler for who starts operations by itself, such as a {@link dev.sluice.aio.SequentialReader}: its events are handled as those
     * of what is started here. Whether something is in flight is said by {@link #hold()} and {@link #letGo()}.
     *
     * @param handler called for each event
     * @return to be given as the attachment
     */
    public EventHandler around(EventHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return event -> handle(event, handler);
    }

    /** Whose expiries are handled as the events of what is started here; it counts as in flight by {@link #hold()} alone. */
    Timer newTimer(EventHandler handler) {
        return events.newTimer(container, around(handler));
    }

    /**
     * Asks for the end of everything that was started here: the events still come, with {@code ECANCELED} or what could not be stopped any
     * more. What was still waiting to be started is forgotten, and no event comes of it. What is {@linkplain #hold() held} its holder ends: nobody
     * waits for that any more than for what was cancelled.
     */
    public void cancelAll() {
        checkThread();
        for (final BooleanSupplier attempt : waiting) {
            if (attempt instanceof Started operation) {
                recycle(operation);
            }
        }
        waiting.clear();
        if (retry != null) {
            retry.cancel();
        }
        for (Started operation = first; operation != null; operation = operation.next) {
            operation.cancelled = true;
            io.cancel(operation.id);
        }
        heldCancelled = held;
    }

    /** Tells whether nothing is in flight that anybody waits for: what was cancelled may hang. */
    boolean isDone() {
        boolean done = waiting.isEmpty() && held == heldCancelled;
        for (Started operation = first; operation != null && done; operation = operation.next) {
            done = operation.cancelled;
        }
        return done;
    }

    /** Asks for the end of everything that was started here, unless something waits, or has an event that was not handled; tells whether it did. */
    boolean tryCancelAll() {
        boolean none = waiting.isEmpty() && held == 0;
        for (Started operation = first; operation != null && none; operation = operation.next) {
            none = io.cancel(operation.id);
        }
        return none;
    }

    /**
     * Returns how much is in flight: as long as it is not 0, an event is to come, and the kernel may hold buffers and files.
     *
     * @return operations whose last event was not handled, what waits to be started, and what is {@linkplain #hold() held}
     */
    public int count() {
        return startedCount + waiting.size() + held;
    }

    /** Tells whether an operation has ended since the last call. */
    boolean takeEnded() {
        final boolean one = ended;
        ended = false;
        return one;
    }

    /** Tells whether a handler runs, after which {@code settled} is called. */
    boolean isHandling() {
        return handling > 0;
    }

    private void handle(Event event, EventHandler handler) {
        handling++;
        try {
            handler.handle(event);
        } catch (RuntimeException e) {
            throw givenUp(e);
        } finally {
            left();
        }
    }

    private RuntimeException givenUp(RuntimeException failure) {
        try {
            atFailure.run();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void left() {
        if (--handling == 0) {
            try {
                retry(); // what has ended made room
            } catch (RuntimeException e) {
                throw givenUp(e); // a start that was refused and now throws is its owner's, as at first
            } finally {
                settled.run();
            }
        }
    }

    @SuppressWarnings("NullAway") // not in use from here on
    private void recycle(Started operation) {
        operation.start = null;
        operation.handler = null;
        operation.next = unused;
        unused = operation;
    }

    /** One operation, from its start to its last event. */
    @SuppressWarnings("NullAway.Init") // given what it is about before it is used
    private final class Started implements EventHandler, BooleanSupplier {
        private Start start;
        private EventHandler handler;
        private long limitNs;
        private long askedNs;
        private long id;
        private @Nullable Started previous;
        private @Nullable Started next;
        private boolean cancelled;

        @Override
        public boolean getAsBoolean() {
            final long newId = start.start(this);
            if (newId == AsyncIo.BACK_PRESSURED) {
                return false;
            }
            id = newId;
            cancelled = false;
            link(); // only now: a start may have started others
            if (limitNs != NO_LIMIT) {
                io.cancelAfter(id, Math.max(0L, limitNs - (events.nanoTime() - askedNs)));
            }
            return true;
        }

        /** This is used again for another operation. */
        @Override
        public EventHandler ofDescriptor() {
            return OF_DESCRIPTOR;
        }

        @Override
        public void handle(Event event) {
            final boolean last = event.isLast();
            handling++;
            try {
                handler.handle(event);
            } catch (RuntimeException e) {
                throw givenUp(e);
            } finally {
                if (last) {
                    end();
                }
                left();
            }
        }

        private void end() {
            ended = true;
            unlink();
            recycle(this);
        }

        private void link() {
            previous = last;
            if (last == null) {
                first = this;
            } else {
                last.next = this;
            }
            last = this;
            startedCount++;
        }

        private void unlink() {
            if (previous == null) {
                first = next;
            } else {
                previous.next = next;
            }
            if (next == null) {
                last = previous;
            } else {
                next.previous = previous;
            }
            previous = null;
            next = null;
            startedCount--;
        }
    }
}
