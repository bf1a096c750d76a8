// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** An enter in which the kernel frees the blocks of a file: one that was to wait, and one that was not. */
class WaitStallTest {
    private static final long CLOSE_NS = 20_000_000L;

    private final SimulatedRing ring = new SimulatedRing(1L, 64, 256, new SimulatedFaults() {
        @Override
        public long lastCloseNs(int sizeBytes, SplittableRandom random) {
            return CLOSE_NS;
        }
    });

    @Test
    void shouldCountTheLastCloseOfAFileAsAStallOfTheWaitThatItHappensIn() {
        try (EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults())) {
            ring.host().file("file", new byte[1]);
            final int named = ring.host().openFile("file");
            events.operations().descriptors().discard(named);
            events.dequeueNextEvents(1, Priority.IDLE, CLOSE_NS);
            assertThat(events.counters().stalls())
                    .as("of a file that has a name")
                    .isZero();

            final int nameless = ring.host().openFile("file");
            ring.host().unlink("file");
            events.operations().descriptors().discard(nameless);
            events.dequeueNextEvents(1, Priority.IDLE, 5L * CLOSE_NS);

            final QueueCounters counters = events.counters();
            assertThat(counters.stalls()).isEqualTo(1L);
            assertThat(counters.waitStalls()).isEqualTo(1L);
            assertThat(counters.busyWaitMaxNs()).isEqualTo(CLOSE_NS);
            assertThat(counters.lastStall().handler()).isEqualTo("io_uring_enter(CLOSE)");
            assertThat(counters.lastStall().handlerNs()).isEqualTo(CLOSE_NS);
        }
    }

    @Test
    void shouldCountItAsAStallOfTheEnterThatWasNotToWait() {
        try (EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults())) {
            ring.host().file("file", new byte[1]);
            final int nameless = ring.host().openFile("file");
            ring.host().unlink("file");
            events.operations().descriptors().discard(nameless);
            events.dequeueNextEvents(1, Priority.IDLE, 0L);

            final QueueCounters counters = events.counters();
            assertThat(counters.stalls()).isEqualTo(1L);
            assertThat(counters.waitStalls()).isZero();
            assertThat(counters.lastStall()).isEqualTo(new Stall("", "io_uring_enter(CLOSE)", CLOSE_NS, CLOSE_NS));
        }
    }
}
