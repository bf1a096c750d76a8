// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

/** Told by an {@link EventLoop} of every handler that threw: usually gives up what that handler was doing. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * A handler threw. When this returns, the loop goes on with the next event; when this throws, {@link EventLoop#run}
     * ends with that. Called on the loop's thread; must not block.
     *
     * @param event the event that was being handled, valid until this returns; its attachment tells whose it was. Void if the handler
     *     closed the queue
     * @param failure what the handler threw
     */
    void handlerFailed(Event event, RuntimeException failure);

    /**
     * The {@link TurnHook} threw, or what a layer above the queue does between events. When this returns, the loop goes on as {@link TurnHook} says; when this throws, {@link EventLoop#run} ends
     * with that. Called on the loop's thread; must not block. Logs an error, unless overridden.
     *
     * @param failure what was thrown
     */
    default void hookFailed(RuntimeException failure) {
        System.getLogger(EventLoop.class.getName())
                .log(
                        System.Logger.Level.ERROR,
                        "the hook between turns, or a layer's work between events, failed; the loop goes on",
                        failure);
    }
}
