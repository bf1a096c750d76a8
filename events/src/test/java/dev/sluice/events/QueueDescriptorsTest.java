// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import org.junit.jupiter.api.Test;

/** Descriptors that a layer above closes: forgotten, discarded, awaited. */
class QueueDescriptorsTest extends OperationPortTests {
    @Test
    void shouldForgetADescriptorThatIsAboutToBeClosed() {
        final int fd = declareReadable(normal, "closing");
        letIn();

        port.descriptors().closing(fd);
        port.descriptors().closing(fd);
        port.descriptors().closing(12_345);

        assertThat(dequeue(8)).isEmpty();
        assertThat(events.counters().interested()).isZero();
    }

    @Test
    void shouldDiscardADescriptorWithoutASlotOrAnEvent() {
        final SimulatedRing small = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
        try (EventQueue full =
                EventQueue.over(small, EventQueueOptions.defaults().withMaxOperations(1))) {
            final int fd = small.host().open();
            final InterestKey key = full.declareInterest(fd, READABLE, normal, null);
            final int idle = small.host().open();
            final int descriptors = small.host().openDescriptors();

            full.operations().descriptors().discard(idle);
            assertThat(full.counters().operationsUnderWay()).isEqualTo(2);
            full.operations().descriptors().discard(fd);

            assertThat(full.keyOf(fd)).as("the interest in " + key).isNull();
            for (int i = 0; i < 3; i++) {
                assertThat(full.dequeueNextEvents(8, Priority.IDLE, 0L).next()).isNull();
            }
            assertThat(full.counters().operationsUnderWay()).isZero();
            assertThat(small.host().openDescriptors()).isEqualTo(descriptors - 2);
        }
    }

    @Test
    void shouldAwaitTheCloseOfWhatIsDiscardedBeforeTheQueueCloses() {
        final int before = ring.host().openDescriptors();
        final int fd = ring.host().open();

        port.descriptors().discard(fd);
        assertThat(ring.host().openDescriptors()).as("not submitted yet").isEqualTo(before + 1);
        events.close();

        assertThat(ring.host().openDescriptors()).isEqualTo(before);
    }
}
