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
}
