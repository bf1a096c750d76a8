// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

/**
 * Handles events on the thread of their queue. An attachment that implements it is called by {@link EventLoop} for the
 * events it is attached to.
 */
@FunctionalInterface
public interface EventHandler {
    /**
     * Handles one event. Must not block: everything else that is pending waits for the return.
     *
     * @param event valid until this returns
     */
    void handle(Event event);

    /**
     * Returns who is declared with the descriptor that an operation with this handler opens: its events are those that name nobody, such as that
     * of a close.
     *
     * @return this one, unless it is for the events of one operation alone
     */
    default EventHandler ofDescriptor() {
        return this;
    }
}
