// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Low descriptors that are ready before an urgent one, and a batch of long low handlers: on the rings of the system. */
class UrgentBehindManyIT {
    private static final int URGENT = -1;
    private static final long LOST_NS = 30_000_000_000L;

    /** So often is one event handed out while the rest is let in: 2 ms pass, or the machine stops for as long. */
    private static final int PAUSES = 2;

    private final ResourceContainer root = ResourceContainer.root("root");
    private final ResourceContainer low = root.child("low", Priority.LOW);
    private final ResourceContainer urgent = root.child("urgent", Priority.HIGH);

    @ParameterizedTest
    @CsvSource({"kernel, 100", "kernel, 1000", "kernel, 5000", "emulated, 100", "emulated, 1000", "emulated, 5000"})
    void shouldServeTheUrgentOneFirstHoweverManyBecameReadyBefore(String kind, int lows) {
        final int[] fds = eventFds(lows + 1);
        try (EventQueue events = open(kind)) {
            for (int i = 0; i <= lows; i++) {
                events.declareInterest(fds[i], InterestOps.READABLE, i < lows ? low : urgent, i < lows ? i : URGENT);
            }
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, 0L).next()).isNull();
            for (final int fd : fds) {
                Descriptors.signalEventFd(fd);
            }

            final EventBatch batch = events.dequeueNextEvents(lows + 1, Priority.IDLE, LOST_NS);
            int before = 0;
            while (!batch.next().attachment().equals(URGENT)) {
                before++;
            }

            assertThat(before).isLessThanOrEqualTo(PAUSES);
        } finally {
            close(fds);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "emulated"})
    void shouldServeAnUrgentLevelWheneverItIsReadyBesideABatchOfLongHandlers(String kind) {
        final int[] fds = eventFds(201);
        try (EventQueue events = open(kind)) {
            events.declareInterest(fds[0], InterestOps.READABLE | InterestOps.LEVEL, urgent, URGENT);
            for (int i = 1; i < fds.length; i++) {
                events.declareInterest(fds[i], InterestOps.READABLE, low, i);
                Descriptors.signalEventFd(fds[i]);
            }
            events.dequeueNextEvents(1, Priority.HIGH, 0L);
            final EventBatch batch = events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, LOST_NS);
            int served = 0;
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if (event.attachment().equals(URGENT)) {
                    Descriptors.drainEventFd(fds[0]);
                    served++;
                } else {
                    Descriptors.signalEventFd(fds[0]);
                }
            }

            assertThat(served).as("once for each of the others").isEqualTo(200);
        } finally {
            close(fds);
        }
    }

    private static EventQueue open(String kind) {
        final RingOptions options = RingOptions.defaults();
        final Ring ring = kind.equals("kernel") ? KernelRing.open(options) : EmulatedRing.open(options);
        return EventQueue.over(ring, EventQueueOptions.defaults());
    }

    private static int[] eventFds(int count) {
        final int[] fds = new int[count];
        for (int i = 0; i < count; i++) {
            fds[i] = Descriptors.eventFd();
        }
        return fds;
    }

    private static void close(int[] fds) {
        for (final int fd : fds) {
            Descriptors.close(fd);
        }
    }
}
