// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

/**
 * What an application does once each turn of its {@link EventLoop}, on the loop's thread. What it throws reaches {@link
 * ErrorHandler#hookFailed}, and the loop goes on with what comes next: after {@link #maxWaitNs()} with a wait of at most 10 ms.
 * If {@link #finish()} throws, nothing is left that could be finished.
 */
public interface TurnHook {
    /** Does nothing, lets the loop wait for as long as no event comes, and has nothing to finish. */
    TurnHook NONE = new TurnHook() {};

    /** Called before the loop submits and waits: what was put off while events were handled is done here. */
    default void betweenTurns() {}

    /**
     * Called after {@link #betweenTurns()}: bounds the wait for the first event.
     *
     * @return nanoseconds; 0 does not wait, below 0 waits for ever
     */
    default long maxWaitNs() {
        return -1L;
    }

    /** Called when the wait is over, before the first event of the turn is handed out, and also if there is none. */
    default void turnBegins() {}

    /**
     * Called between turns once {@link EventLoop#stop()} was: begins, and goes on with, whatever must be finished. Turns
     * go on until the answer is true.
     *
     * @return true if nothing is left to finish: {@link EventLoop#run} returns
     */
    default boolean finish() {
        return true;
    }
}
