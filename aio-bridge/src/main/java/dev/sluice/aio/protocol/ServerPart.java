// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/**
 * Something of a {@link Server} beside its connections: what lets clients in, or is closed when they have gone. Called on the thread of the
 * server. What one of these methods throws reaches {@link dev.sluice.events.ErrorHandler#hookFailed}, and the other parts have their turn.
 */
public interface ServerPart {
    /** Called between turns of the loop, as {@link dev.sluice.events.TurnHook#betweenTurns}, also while the server stops. */
    default void betweenTurns() {}

    /** Called when the wait for events is over, as {@link dev.sluice.events.TurnHook#turnBegins}. */
    default void turnBegins() {}

    /** Called once when the server stops, before its connections are drained: nobody more is let in. */
    default void stop() {}

    /**
     * Called between turns once the server stops: closes what the connections need, if none is left.
     *
     * @param isLast no connection is left
     * @return true if nothing is left to be done; so it is, too, if this throws
     */
    boolean isStopped(boolean isLast);
}
