// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One operation as a future, for code that is written in those: it is what handles the operation's event, which completes it. The loop
 * must not wait for it.
 *
 * <pre>{@code
 * OperationFuture<Integer> read = OperationFuture.of(io, "index", future -> file.handledBy(future).read(buffer, 0L));
 * OperationFuture<DirectoryPage> page = OperationFuture.ofMessage(
 *         io, "photos", DirectoryPage.class, future -> work.list(root, "photos", 0L, container, future));
 * OperationFuture<FileStatus> asked = OperationFuture.of(
 *         io, "index", future -> paths.statx(root, "index", true, status, container, future), event -> status);
 * }</pre>
 *
 * <p>An {@link dev.sluice.events.EventLoop} completes it by itself; who hands events out by hand gives each to {@link #complete(Event)}.
 *
 * <p>It completes with the event's result, its message or what is made of it, and then {@link #message()} has what the event brought beside
 * its result; or exceptionally:
 * with an {@link IOException} that names operation and errno, such as {@link java.nio.file.NoSuchFileException}; with {@code
 * EAGAIN} if the operation was back-pressured and not started; with what a {@linkplain BlockingWork#call job} has thrown; with an
 * {@link IOException}, if the queue is closed before the event is handed out.
 *
 * <p>Until then the buffer belongs to the kernel, so nothing else completes it: {@link #cancel} and {@link #orTimeout} ask for
 * the operation's end, {@link #complete(Object)} and {@link #completeExceptionally} do nothing. It is completed on the thread
 * of the queue, and so runs there what depends on it, unless that is given an executor.
 *
 * <p>An operation that has many events, such as {@link AsyncSocket#receiveInto(ReceiveBuffers)}, is no future: it is ended with
 * its first event, whose buffer is given back, and the future fails.
 *
 * @param <T> what it completes with
 */
public final class OperationFuture<T extends @Nullable Object> extends CompletableFuture<T> implements EventHandler {
    private final AsyncIo io;
    private final String subject;
    private final Function<Event, T> outcome;
    private long id = AsyncIo.BACK_PRESSURED;
    private boolean manyEvents;
    private volatile @Nullable Object message;

    private OperationFuture(AsyncIo io, String subject, Function<Event, T> outcome) {
        this.io = Objects.requireNonNull(io, "io");
        this.subject = subject;
        this.outcome = outcome;
    }

    /**
     * Starts an operation that has one event, for its result: bytes, as a rule.
     *
     * @param io where it is started
     * @param subject what it is done to, such as a path: for the message of a failure
     * @param start starts it with what it is given as its handler, and returns its id
     * @return completed by the operation's event, or already, if it was back-pressured
     * @throws IllegalArgumentException or whatever else {@code start} throws
     */
    public static OperationFuture<Integer> of(AsyncIo io, String subject, ToLongFunction<EventHandler> start) {
        return of(io, subject, start, Event::result);
    }

    /**
     * Starts an operation that has one event, for what its success means, such as a socket that is connected.
     *
     * @param <T> what that is
     * @param io where it is started
     * @param subject what it is done to, such as a path: for the message of a failure
     * @param start starts it with what it is given as its handler, and returns its id
     * @param outcome what the future completes with; is given an event that has not failed, which is valid for the call, on the thread of the
     *     queue. If it throws, the future fails with that
     * @return completed by the operation's event, or already, if it was back-pressured
     * @throws IllegalArgumentException or whatever else {@code start} throws
     */
    public static <T extends @Nullable Object> OperationFuture<T> of(
            AsyncIo io, String subject, ToLongFunction<EventHandler> start, Function<Event, T> outcome) {
        final OperationFuture<T> future =
                new OperationFuture<>(io, subject, Objects.requireNonNull(outcome, "outcome"));
        future.start(start);
        return future;
    }

    /**
     * Starts an operation that has one event, for the message of that: the page of a listing, a buffer that was waited for.
     *
     * @param <T> of the message
     * @param io where it is started
     * @param subject what it is done to, such as a path: for the message of a failure
     * @param type of the message; a message of another type fails the future with a {@link ClassCastException}
     * @param start starts it with what it is given as its handler, and returns its id
     * @return completed by the operation's event, or already, if it was back-pressured
     * @throws IllegalArgumentException or whatever else {@code start} throws
     */
    public static <T> OperationFuture<T> ofMessage(
            AsyncIo io, String subject, Class<T> type, ToLongFunction<EventHandler> start) {
        return of(io, subject, start, event -> type.cast(event.message()));
    }

    private void start(ToLongFunction<EventHandler> start) {
        id = start.applyAsLong(this);
        if (id == AsyncIo.BACK_PRESSURED) {
            fail(new IOException("nothing was started on " + subject
                    + ": EAGAIN (11); too many operations are under way: start it again after the next event"));
        } else {
            io.futures().add(this);
        }
    }

    /**
     * Completes the future that {@code event} is for.
     *
     * @param event just handed out
     * @return false if it is not that of a future
     */
    public static boolean complete(Event event) {
        if (!(event.attachment() instanceof OperationFuture<?> future)) {
            return false;
        }
        future.handle(event);
        return true;
    }

    /**
     * Completes this: for the loop.
     *
     * @param event of the operation
     */
    @Override
    public void handle(Event event) {
        if (!event.isLast()) {
            endOperationOfManyEvents(event.message());
        } else {
            io.futures().remove(this);
            completeWith(event);
        }
    }

    private void endOperationOfManyEvents(@Nullable Object unwanted) {
        if (unwanted instanceof IoBuffer block) {
            block.release();
        }
        if (!manyEvents) {
            manyEvents = true;
            io.cancel(id);
        }
    }

    private void completeWith(Event event) {
        final String operation = Opcode.name(event.operation());
        final int result = event.result();
        message = event.message() instanceof ReceivedDescriptors received ? received.takeAll() : event.message();
        if (manyEvents) {
            fail(new IllegalStateException(operation + " on " + subject + " has many events: it is no future"));
        } else if (message instanceof Throwable thrown) {
            fail(thrown);
        } else if (result >= 0) {
            succeed(event);
        } else if (result == -Errno.ETIME) {
            fail(new TimeoutException(Errno.describe(operation, subject, Errno.ETIME)));
        } else {
            fail(Errno.toIOException(operation, subject, -result));
        }
    }

    private void succeed(Event event) {
        final T value;
        try {
            value = outcome.apply(event);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        super.complete(value);
    }

    /** The queue is closed: there will be no event. */
    void queueClosed() {
        fail(new IOException(
                "the queue was closed before the event of an operation on " + subject + " was handed out"));
    }

    private void fail(Throwable cause) {
        super.completeExceptionally(cause);
    }

    /**
     * Returns what the event brought beside its result, as the method that started the operation says: the page of a listing, the
     * value of a job. {@link ReceivedDescriptors} do not end with the event here: each is to be taken.
     *
     * @return the message; null if there was none, and before completion
     */
    public @Nullable Object message() {
        return message;
    }

    /**
     * Asks for the operation's end; the future completes with its event. On the thread of the queue only.
     *
     * @param mayInterruptIfRunning without effect
     * @return false if the operation is not under way any more
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return !isDone() && io.cancel(id);
    }

    /**
     * Gives the operation a deadline, as {@link AsyncIo#cancelAfter}: if that stops it, its event completes this with a {@link
     * TimeoutException}. On the thread of the queue only.
     *
     * @param timeout from now on
     * @param unit of {@code timeout}
     * @return this
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    @Override
    public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        AsyncIo.checkTimeout(unit.toNanos(timeout));
        if (!isDone()) {
            io.cancelAfter(id, unit.toNanos(timeout));
        }
        return this;
    }

    /**
     * Not possible while the kernel has the buffer; {@link #orTimeout} with {@link #exceptionally} does what is meant.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException(
                "the operation's event completes this: orTimeout() and exceptionally()");
    }

    /**
     * Not possible while the kernel has the buffer.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        throw new UnsupportedOperationException("the operation's event completes this");
    }

    /**
     * Not possible while the kernel has the buffer.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void obtrudeValue(T value) {
        throw new UnsupportedOperationException("the operation's event completes this");
    }

    /**
     * Not possible while the kernel has the buffer.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void obtrudeException(Throwable exception) {
        throw new UnsupportedOperationException("the operation's event completes this");
    }

    /**
     * Does nothing: the operation's event completes this.
     *
     * @return false
     */
    @Override
    public boolean complete(T value) {
        return false;
    }

    /**
     * Does nothing: the operation's event completes this.
     *
     * @return false
     */
    @Override
    public boolean completeExceptionally(Throwable cause) {
        return false;
    }
}
