package dev.sluice.aio;

import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * One operation as a future, for code that is written in those: it is the attachment of the operation, and its terminal
 * event, which the loop's handler gives to {@link #complete(Event)}, completes it. The loop must not wait for it.
 *
 * <pre>{@code
 * OperationFuture read = OperationFuture.of(io, "index", future -> file.read(buffer, 0L, container, future));
 * ...
 * if (!OperationFuture.complete(event)) { ... } // in the handler: the event of something else
 * }</pre>
 *
 * <p>It completes with the event's result, and then {@link #message()} has what the event brought beside that; or exceptionally:
 * with an {@link IOException} that names operation and errno, such as {@link java.nio.file.NoSuchFileException}; with {@code
 * EAGAIN} if the operation was back-pressured and not started; with what a {@linkplain BlockingWork#call job} has thrown; with an
 * {@link IOException}, if the queue is closed before the event is handed out.
 *
 * <p>Until then the buffer belongs to the kernel, so nothing else completes it: {@link #cancel} and {@link #orTimeout} ask for
 * the operation's end, {@link #complete(Integer)} and {@link #completeExceptionally} do nothing. It is completed on the thread
 * of the queue, and so runs there what depends on it, unless that is given an executor.
 *
 * <p>An operation that has many events, such as {@link AsyncSocket#receiveInto(ReceiveBuffers)}, is no future: it is ended with
 * its first event, whose buffer is given back, and the future fails.
 */
public final class OperationFuture extends CompletableFuture<Integer> {
    private final AsyncIo io;
    private final String subject;
    private long id = AsyncIo.BACK_PRESSURED;
    private boolean manyEvents;
    private volatile Object message;

    private OperationFuture(AsyncIo io, String subject) {
        this.io = io;
        this.subject = subject;
    }

    /**
     * Starts an operation that has one event.
     *
     * @param io where it is started
     * @param subject what it is done to, such as a path: for the message of a failure
     * @param start starts it with what it is given as its attachment, and returns its id
     * @return completed by the operation's event, or already, if it was back-pressured
     * @throws IllegalArgumentException or whatever else {@code start} throws
     */
    public static OperationFuture of(AsyncIo io, String subject, ToLongFunction<Object> start) {
        final OperationFuture future = new OperationFuture(Objects.requireNonNull(io, "io"), subject);
        future.id = start.applyAsLong(future);
        if (future.id == AsyncIo.BACK_PRESSURED) {
            future.fail(new IOException("nothing was started on " + subject
                    + ": EAGAIN (11); too many operations are under way: start it again after the next event"));
        } else {
            io.futures().add(future);
        }
        return future;
    }

    /**
     * Completes the future that {@code event} is for.
     *
     * @param event just handed out
     * @return false if it is not that of a future
     */
    public static boolean complete(Event event) {
        if (!(event.attachment() instanceof OperationFuture future)) {
            return false;
        }
        if (!event.isLast()) {
            future.endOperationOfManyEvents(event.message());
        } else {
            future.io.futures().remove(future);
            future.completeWith(event);
        }
        return true;
    }

    private void endOperationOfManyEvents(Object unwanted) {
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
            super.complete(result);
        } else if (result == -Errno.ETIME) {
            fail(new TimeoutException(Errno.describe(operation, subject, Errno.ETIME)));
        } else {
            fail(Errno.toIOException(operation, subject, -result));
        }
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
    public Object message() {
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
     */
    @Override
    public CompletableFuture<Integer> orTimeout(long timeout, TimeUnit unit) {
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
    public CompletableFuture<Integer> completeOnTimeout(Integer value, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException(
                "the operation's event completes this: orTimeout() and exceptionally()");
    }

    /**
     * Not possible while the kernel has the buffer.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public CompletableFuture<Integer> completeAsync(Supplier<? extends Integer> supplier, Executor executor) {
        throw new UnsupportedOperationException("the operation's event completes this");
    }

    /**
     * Not possible while the kernel has the buffer.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void obtrudeValue(Integer value) {
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
    public boolean complete(Integer value) {
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
