package dev.sluice.aio;

import dev.sluice.events.Event;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
 * <p>It completes with the event's result, or exceptionally with an {@link IOException} that names operation and errno, such as
 * {@link java.nio.file.NoSuchFileException}; with {@code EAGAIN} if the operation was back-pressured and not started. Until
 * then the buffer belongs to the kernel, so {@link #cancel} does not complete it but asks for the operation's end. It is
 * completed on the thread of the queue, and so runs there what depends on it, unless that is given an executor.
 */
public final class OperationFuture extends CompletableFuture<Integer> {
    private final AsyncIo io;
    private final String subject;
    private long id = OperationPort.BACK_PRESSURED;

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
        if (future.id == OperationPort.BACK_PRESSURED) {
            future.completeExceptionally(new IOException("nothing was started on " + subject
                    + ": EAGAIN (11); too many operations are under way or the arena is"
                    + " exhausted: start it again after the next event"));
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
        final int result = event.result();
        if (result >= 0) {
            future.complete(result);
        } else {
            future.completeExceptionally(Errno.toIOException(Opcode.name(event.operation()), future.subject, -result));
        }
        return true;
    }

    /**
     * Asks for the operation's end; the future completes with its event. On the thread of the queue only.
     *
     * @param mayInterruptIfRunning without effect
     * @return false if the operation is not under way any more
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return io.cancel(id);
    }
}
