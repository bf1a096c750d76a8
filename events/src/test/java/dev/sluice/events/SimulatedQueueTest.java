// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue without a kernel: as many descriptors as memory holds, and time that passes only in waits. */
class SimulatedQueueTest extends SimulatedQueueFixture {
    private static final int DESCRIPTORS = 100_000;

    @Test
    void shouldServeTheFewThatAreReadyOfAHundredThousand() {
        final int[] fds = new int[DESCRIPTORS];
        for (int i = 0; i < DESCRIPTORS; i++) {
            fds[i] = ring.host().open();
            events.declareInterest(fds[i], InterestOps.READABLE, i % 2 == 0 ? bulk : urgent, i);
        }
        assertThat(attachments(events.dequeueNextEvents(10, Priority.IDLE, 0L))).isEmpty();

        for (final int i : new int[] {40_000, 99_999, 2, 7}) {
            ring.host().setReady(fds[i], PollMask.POLLIN);
        }

        assertThat(attachments(events.dequeueNextEvents(10, Priority.IDLE, -1L)))
                .containsExactly(99_999, 7, 40_000, 2);
    }

    @Test
    void shouldWaitOnTheRingsClock() {
        final int fd = ring.host().open();
        events.declareInterest(fd, InterestOps.READABLE, bulk, "late");
        ring.after(5_000_000L, () -> ring.host().setReady(fd, PollMask.POLLIN));

        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, 2_000_000L)))
                .isEmpty();
        assertThat(ring.nanoTime()).isEqualTo(2_000_000L);
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).containsExactly("late");
        assertThat(ring.nanoTime()).isEqualTo(5_000_000L);
    }

    @Test
    void shouldCountHowLongTheEntersTookThatWereNotToWait() {
        final QueueCounters before = events.counters();

        for (int i = 0; i < 2; i++) {
            events.declareInterest(ring.host().open(), InterestOps.READABLE, bulk, null);
            dequeue(1);
        }
        events.dequeueNextEvents(1, Priority.IDLE, 1_000L);

        final QueueCounters after = events.counters();
        assertThat(after.enterTimes().countFrom(0L)).isBetween(2L, after.enters() - 1L);
        assertThat(before.enterTimes().countFrom(0L)).as("a snapshot").isZero();
    }

    @Test
    void shouldNotEnterTheKernelThatHasNothingToDo() {
        final int fd = ring.host().open();
        events.declareInterest(fd, InterestOps.READABLE, bulk, "ready");
        dequeue(1);
        final long enters = events.counters().enters();

        dequeue(1);
        dequeue(1);
        assertThat(events.counters().enters()).isEqualTo(enters);

        ring.host().setReady(fd, PollMask.POLLIN);
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, 0L))).containsExactly("ready");
    }

    @Test
    void shouldArmAgainWhatTheFullCompletionQueueEnded() {
        final SimulatedRing small = new SimulatedRing(1L, 64, 4, SimulatedFaults.NONE);
        final ResourceContainer container = ResourceContainer.root("small");
        try (EventQueue queue = EventQueue.over(small, EventQueueOptions.defaults())) {
            final int[] fds = new int[40];
            for (int i = 0; i < fds.length; i++) {
                fds[i] = small.host().open();
                queue.declareInterest(fds[i], InterestOps.READABLE, container, i);
            }
            for (int round = 0; round < 3; round++) {
                assertThat(attachments(queue.dequeueNextEvents(100, Priority.IDLE, 0L)))
                        .isEmpty();
                for (final int fd : fds) {
                    small.host().setReady(fd, PollMask.POLLIN);
                }
                final List<Object> seen = new ArrayList<>();
                while (seen.size() < fds.length) {
                    final EventBatch batch = queue.dequeueNextEvents(100, Priority.IDLE, 1_000L);
                    for (Event event = batch.next(); event != null; event = batch.next()) {
                        seen.add(event.attachment());
                        small.host().setReady(fds[(Integer) event.attachment()], 0);
                    }
                    assertThat(small.nanoTime()).as("waited in vain").isLessThan(1_000_000L);
                }
                assertThat(seen).hasSize(fds.length).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void shouldTakeMessagesOfAnotherQueueThoughItsRingCannotSendThem() {
        final SimulatedRing other = new SimulatedRing(2L, 64, 64, SimulatedFaults.NONE);
        final ResourceContainer container = ResourceContainer.root("other");
        try (EventQueue queue = EventQueue.over(other, EventQueueOptions.defaults())) {
            final Mailbox<String> mailbox = queue.newMailbox(2, container, "mailbox");
            queue.newTimer(container, "timer").start(1_000_000L);

            assertThat(mailbox.offerFrom(events, "first")).isTrue();
            assertThat(mailbox.offerFrom(events, "second")).isTrue();
            assertThat(mailbox.offerFrom(events, "third")).isFalse();

            assertThat(attachments(queue.dequeueNextEvents(8, Priority.IDLE, -1L)))
                    .containsExactly("mailbox", "mailbox");
            assertThat(other.nanoTime()).as("it did not wait").isZero();
            assertThat(attachments(queue.dequeueNextEvents(8, Priority.IDLE, -1L)))
                    .containsExactly("timer");
        }
    }
}
