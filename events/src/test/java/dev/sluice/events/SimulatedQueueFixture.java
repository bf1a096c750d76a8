// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A queue without a kernel, whose time passes only in waits, and three containers. */
abstract class SimulatedQueueFixture {
    final SimulatedRing ring = new SimulatedRing(1L, 1024, 4096, SimulatedFaults.NONE);
    final EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
    final ResourceContainer root = ResourceContainer.root("root");
    final ResourceContainer urgent = root.child("urgent", Priority.HIGH);
    final ResourceContainer normal = root.child("normal", Priority.NORMAL);
    final ResourceContainer bulk = root.child("bulk", Priority.LOW);

    @AfterEach
    void close() {
        events.close();
    }

    final int readable() {
        final int fd = ring.host().open();
        ring.host().setReady(fd, PollMask.POLLIN);
        return fd;
    }

    final int declareReadable(ResourceContainer container, Object attachment) {
        final int fd = readable();
        events.declareInterest(fd, InterestOps.READABLE, container, attachment);
        return fd;
    }

    /** Everything that has happened becomes pending; nothing is handed out. */
    final void letIn() {
        events.dequeueNextEvents(1, Priority.MAX, 0L);
        events.dequeueNextEvents(1, Priority.MAX, 0L);
    }

    final List<Object> dequeue(int max) {
        return attachments(events.dequeueNextEvents(max, Priority.IDLE, 0L));
    }

    static List<Object> attachments(EventBatch batch) {
        final List<Object> attachments = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            attachments.add(event.attachment());
        }
        return attachments;
    }
}
