// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.call.Descriptors;

/** Sluice: eventfds, of which each write is an edge. */
final class RingBurst extends Burst {
    private static final int BATCH = 256;
    private static final int LOW = 10;
    private static final int URGENT = 40;

    private final EventQueue events = EventQueue.open();
    private final int urgentFd = Descriptors.eventFd();
    private final int[] lowFds;

    /** With {@code prioritised} false the urgent descriptor is one of the low container's: a queue in order of arrival. */
    RingBurst(int lows, long handlerNs, boolean prioritised) {
        super(handlerNs);
        final ResourceContainer server = ResourceContainer.root("server");
        final ResourceContainer low = server.child("low", LOW);
        lowFds = new int[lows];
        for (int i = 0; i < lows; i++) {
            lowFds[i] = Descriptors.eventFd();
            events.declareInterest(lowFds[i], InterestOps.READABLE, low, null);
        }
        final ResourceContainer urgent = prioritised ? server.child("urgent", URGENT) : low;
        events.declareInterest(urgentFd, InterestOps.READABLE, urgent, urgentFd);
        events.dequeueNextEvents(1, Priority.IDLE, 0L); // the kernel is told of the last of them
    }

    @Override
    void signalLow(int index) {
        Descriptors.signalEventFd(lowFds[index]);
    }

    @Override
    void signalUrgent() {
        Descriptors.signalEventFd(urgentFd);
    }

    @Override
    void serve() {
        final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, -1L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            if (event.attachment() == null) {
                lowServed(System.nanoTime());
            } else {
                urgentHandedOut();
            }
        }
    }

    @Override
    public void close() {
        events.close();
        Descriptors.close(urgentFd);
        for (final int fd : lowFds) {
            Descriptors.close(fd);
        }
    }
}
