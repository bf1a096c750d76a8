// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import java.util.Objects;

/**
 * How an {@link EventLoop} runs.
 *
 * @param maxEvents the most events of one turn, at least 1
 * @param maxTurnNs how long events of one turn are handed out, in nanoseconds, at least 1; the first one always is, and
 *     the handler that is running when the time is over is not interrupted
 * @param handler for events whose attachment is not an {@link EventHandler}
 * @param errorHandler told of handlers that throw
 * @param hook called once each turn
 */
public record EventLoopOptions(
        int maxEvents, long maxTurnNs, EventHandler handler, ErrorHandler errorHandler, TurnHook hook) {
    /**
     * Checks the values.
     *
     * @param maxEvents see {@link #maxEvents()}
     * @param maxTurnNs see {@link #maxTurnNs()}
     * @param handler see {@link #handler()}
     * @param errorHandler see {@link #errorHandler()}
     * @param hook see {@link #hook()}
     * @throws IllegalArgumentException if a bound is below 1
     */
    public EventLoopOptions {
        if (maxEvents < 1) {
            throw new IllegalArgumentException("maxEvents must be at least 1: maxEvents=" + maxEvents);
        }
        if (maxTurnNs < 1L) {
            throw new IllegalArgumentException("maxTurnNs must be at least 1: maxTurnNs=" + maxTurnNs);
        }
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(errorHandler, "errorHandler");
        Objects.requireNonNull(hook, "hook");
    }

    /**
     * 64 events or 2 ms a turn; an event whose attachment is no handler is an error; errors are logged by {@link
     * System.Logger} under the name of {@link EventLoop}; no hook.
     *
     * <p>A logger may write to a disk and so hold up the loop: a server gives an error handler of its own.
     *
     * @return the defaults
     */
    public static EventLoopOptions defaults() {
        return new EventLoopOptions(64, 2_000_000L, EventLoopOptions::unhandled, EventLoopOptions::log, TurnHook.NONE);
    }

    /**
     * Changes how many events a turn has.
     *
     * @param most see {@link #maxEvents()}
     * @return changed options
     * @throws IllegalArgumentException if it is below 1
     */
    public EventLoopOptions withMaxEvents(int most) {
        return new EventLoopOptions(most, maxTurnNs, handler, errorHandler, hook);
    }

    /**
     * Changes how long a turn takes.
     *
     * @param durationNs see {@link #maxTurnNs()}
     * @return changed options
     * @throws IllegalArgumentException if it is below 1
     */
    public EventLoopOptions withMaxTurnNs(long durationNs) {
        return new EventLoopOptions(maxEvents, durationNs, handler, errorHandler, hook);
    }

    /**
     * Changes who handles events whose attachment does not.
     *
     * @param fallback see {@link #handler()}
     * @return changed options
     */
    public EventLoopOptions withHandler(EventHandler fallback) {
        return new EventLoopOptions(maxEvents, maxTurnNs, fallback, errorHandler, hook);
    }

    /**
     * Changes who is told of handlers that throw.
     *
     * @param told see {@link #errorHandler()}
     * @return changed options
     */
    public EventLoopOptions withErrorHandler(ErrorHandler told) {
        return new EventLoopOptions(maxEvents, maxTurnNs, handler, told, hook);
    }

    /**
     * Changes what is called once each turn.
     *
     * @param called see {@link #hook()}
     * @return changed options
     */
    public EventLoopOptions withHook(TurnHook called) {
        return new EventLoopOptions(maxEvents, maxTurnNs, handler, errorHandler, called);
    }

    private static void unhandled(Event event) {
        throw new IllegalStateException("no handler for " + event + ": its attachment is not an EventHandler but "
                + (event.attachment() == null
                        ? "null"
                        : event.attachment().getClass().getName())
                + ", and the loop was given none");
    }

    private static void log(Event event, RuntimeException failure) {
        System.getLogger(EventLoop.class.getName())
                .log(System.Logger.Level.ERROR, "a handler failed, the loop goes on: " + event, failure);
    }
}
