// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.LineOperation;
import dev.sluice.events.EventQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What other threads have for operations that are under way, brought to the queue's thread. Bounded by those operations:
 * each is in here at most once.
 */
public final class Arrivals {
    private final Queue<LineOperation> posted = new ConcurrentLinkedQueue<>();
    private final EventQueue queue;

    public Arrivals(EventQueue queue) {
        this.queue = queue;
    }

    /** From any thread; what it did before is seen by {@link LineOperation#arrived()}. */
    public void post(LineOperation operation) {
        posted.add(operation);
        queue.wakeup();
    }

    /** On the queue's thread, before each enter and after each drain. */
    public void deliver() {
        LineOperation operation;
        while ((operation = posted.poll()) != null) {
            if (operation.isUnderWay()) {
                operation.arrived();
            }
        }
    }
}
