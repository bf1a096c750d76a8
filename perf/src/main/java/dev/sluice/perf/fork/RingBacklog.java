// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.call.Descriptors;

/** Sluice: low eventfds that their handler writes again, so that all of them are always pending, and an urgent one. */
final class RingBacklog implements LowBacklog {
    private static final int BATCH = 256;
    private static final int LOW = 10;
    private static final int URGENT = 40;

    private final EventQueue events = EventQueue.open();
    private final int urgentFd = Descriptors.eventFd();
    private final int[] lowFds;
    private final long handlerNs;

    /** With {@code prioritised} false the urgent descriptor is one of the low container's: a queue in order of arrival. */
    RingBacklog(int pending, long handlerNs, boolean prioritised) {
        this.handlerNs = handlerNs;
        final ResourceContainer server = ResourceContainer.root("server");
        final ResourceContainer low = server.child("low", LOW);
        events.declareInterest(
                urgentFd, InterestOps.READABLE, prioritised ? server.child("urgent", URGENT) : low, null);
        lowFds = new int[pending];
        for (int i = 0; i < pending; i++) {
            lowFds[i] = Descriptors.eventFd();
            events.declareInterest(lowFds[i], InterestOps.READABLE, low, lowFds[i]);
            Descriptors.signalEventFd(lowFds[i]);
        }
    }

    @Override
    public void sendUrgent() {
        Descriptors.signalEventFd(urgentFd);
    }

    @Override
    public void serve(UrgentSamples urgent) {
        while (!urgent.enough()) {
            final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, -1L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                final long startNs = System.nanoTime();
                if (event.attachment() == null) {
                    urgent.handedOut(startNs);
                } else {
                    Descriptors.signalEventFd((Integer) event.attachment());
                    Handling.until(startNs, handlerNs);
                }
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
