// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.Priority;
import java.util.Objects;

/**
 * The duty cycle over an {@link EventQueue}: wait, hand events to their handlers, call the hook, again.
 *
 * <pre>{@code
 * EventLoop loop = new EventLoop(events, EventLoopOptions.defaults());
 * events.declareInterest(socketFd, READABLE, urgent, connection); // connection implements EventHandler
 * loop.run();
 * }</pre>
 *
 * <p>Every stage of a turn is bounded: the wait by {@link TurnHook#maxWaitNs()}, handing out by {@link
 * EventLoopOptions#maxEvents()} and {@link EventLoopOptions#maxTurnNs()}. What is still pending then stays in the queue
 * and is handed out, by priority, in the next turn, which does not wait.
 *
 * <p>A handler does not {@linkplain EventQueue#dequeueNextEvents dequeue} events itself, nor runs another loop on the queue: both are
 * refused, since what it took would not reach its handlers.
 *
 * <p>A handler or a hook that throws, or a layer's work between two events, reaches the {@link ErrorHandler}, and the loop goes on. An {@link Error} ends it. A turn whose
 * handlers run longer than {@link EventQueueOptions#stallThresholdNs()} is a stall: {@link #counters()} tells how many
 * there were, and {@link LoopCounters#lastStall()} who is to blame.
 *
 * <p><b>Threads.</b> {@link #run()} belongs to the thread of the queue, which must be a platform thread: a virtual one
 * moves between threads of the kernel, and the ring belongs to one of those. {@link #stop()}, {@link #isStopping()} and
 * {@link #counters()} are for any thread.
 */
public final class EventLoop {
    /** Of a hook that cannot say how long to wait: neither for ever nor not at all. */
    private static final long WAIT_AFTER_FAILURE_NS = 10_000_000L;

    private final EventQueue queue;
    private final EventLoopOptions options;
    private final LoopCounters counters;

    private volatile boolean stopping;

    /**
     * A loop that does not run yet.
     *
     * @param queue whose events are handled
     * @param options bounds, handlers, hook
     */
    public EventLoop(EventQueue queue, EventLoopOptions options) {
        this.queue = queue;
        this.options = Objects.requireNonNull(options, "options");
        counters = queue.loopCounters();
    }

    /**
     * Runs until {@link #stop()}: then the turn under way is ended as ever, and further ones follow until {@link
     * TurnHook#finish()} says that nothing is left to do. Events that are pending then stay in the queue. Returns also when a
     * handler or the hook has closed the queue, without another call of either.
     *
     * @throws IllegalStateException if the queue is closed already or belongs to another thread
     * @throws dev.sluice.uring.RingException if the ring is lost
     */
    public void run() {
        queue.checkUsable();
        queue.reaper().tasks.tellFailures(this::failed);
        try {
            turns(options.hook());
        } finally {
            queue.reaper().tasks.tellFailures(null);
        }
    }

    private void turns(TurnHook hook) {
        boolean finished = false;
        while (!finished && !queue.isClosed()) {
            betweenTurns(hook);
            if (!queue.isClosed()) {
                finished = stopping && finish(hook);
            }
            if (!finished && !queue.isClosed()) {
                turn(hook);
            }
        }
    }

    private void turn(TurnHook hook) {
        final long maxWaitNs = maxWaitNs(hook);
        if (queue.isClosed()) {
            return;
        }
        final EventBatch batch = queue.dequeueNextEvents(options.maxEvents(), Priority.IDLE, maxWaitNs);
        batch.limitTo(options.maxTurnNs());
        batch.ofLoop = true;
        try {
            turnBegins(hook);
            Event event;
            while ((event = batch.next()) != null) {
                dispatch(event);
            }
        } finally {
            batch.ofLoop = false;
        }
    }

    private void betweenTurns(TurnHook hook) {
        try {
            hook.betweenTurns();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private boolean finish(TurnHook hook) {
        try {
            return hook.finish();
        } catch (RuntimeException e) {
            failed(e);
            return true;
        }
    }

    private long maxWaitNs(TurnHook hook) {
        try {
            return hook.maxWaitNs();
        } catch (RuntimeException e) {
            failed(e);
            return WAIT_AFTER_FAILURE_NS;
        }
    }

    private void turnBegins(TurnHook hook) {
        try {
            hook.turnBegins();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void failed(RuntimeException failure) {
        queue.handlerFailed();
        options.errorHandler().hookFailed(failure);
    }

    private void dispatch(Event event) {
        final EventHandler handler = event.attachment() instanceof EventHandler own ? own : options.handler();
        try {
            handler.handle(event);
        } catch (RuntimeException e) {
            queue.handlerFailed();
            options.errorHandler().handlerFailed(event, e);
        }
    }

    /**
     * Asks for the end of {@link #run()}. From any thread, any number of times, also before it runs.
     */
    public void stop() {
        stopping = true;
        queue.wakeup();
    }

    /**
     * Tells whether the loop was asked to stop.
     *
     * @return true from the first {@link #stop()} on
     */
    public boolean isStopping() {
        return stopping;
    }

    /**
     * Returns what the loop counts.
     *
     * @return always the same object, for any thread
     */
    public LoopCounters counters() {
        return counters;
    }
}
