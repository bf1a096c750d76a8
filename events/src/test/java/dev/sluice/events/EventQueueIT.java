// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.HUNG_UP;
import static dev.sluice.events.InterestOps.READABLE;
import static dev.sluice.events.InterestOps.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which events the queue hands out, and in which order: on the real kernel, with pipes as descriptors. */
class EventQueueIT extends EventQueueFixture {
    @Test
    void shouldReportWhatIsReadableAlreadyWhenItIsDeclared() {
        final TestPipe pipe = readablePipe();

        events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");
        final Event event =
                events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();

        assertThat(event.kind()).isEqualTo(EventKind.READINESS);
        assertThat(event.readyMask()).isEqualTo(READABLE);
        assertThat(event.attachment()).isEqualTo("pipe");
        assertThat(event.container()).isSameAs(normal);
    }

    @Test
    void shouldKeepReportingUntilInterestIsRevoked() {
        final TestPipe pipe = pipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");

        for (int round = 0; round < 3; round++) {
            pipe.write();
            assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                    .containsExactly("pipe");
            pipe.read();
        }
        assertThat(events.revokeInterest(key)).isTrue();
        pipe.write();

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 20_000_000L)))
                .isEmpty();
        assertThat(events.revokeInterest(key)).isFalse();
    }

    @Test
    void shouldFoldReadinessThatIsNotHandedOutYet() {
        final TestPipe pipe = readablePipe();
        final TestPipe other = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, bulk, "folded");
        events.declareInterest(other.readEnd, READABLE, urgent, "urgent");

        // The low event stays pending while more arrives for it.
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.HIGH, SECOND_NS)))
                .containsExactly("urgent");
        pipe.write();
        pipe.write();

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("folded");
    }

    @Test
    void shouldHandOutByPriorityOfTheContainers() {
        for (final ResourceContainer container : List.of(bulk, urgent, normal)) {
            events.declareInterest(readablePipe().readEnd, READABLE, container, container.name());
        }

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void shouldHandOutAnUrgentEventNextThatArrivesWhileABatchIsHandedOut() {
        final TestPipe late = pipe();
        events.declareInterest(late.readEnd, READABLE, urgent, "urgent");
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("bulk");
        late.write();

        assertThat(batch.next().attachment()).isEqualTo("urgent");
        assertThat(attachmentsOf(batch)).containsExactly("bulk", "bulk", "bulk", "bulk");
    }

    @Test
    void shouldSubmitWhatAnUrgentContainerStartsBeforeTheRestOfABatchIsHandedOut() {
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }
        final TestPipe started = readablePipe();

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("bulk");
        events.declareInterest(started.readEnd, READABLE, urgent, "urgent");

        assertThat(batch.next().attachment()).isEqualTo("urgent");
        assertThat(attachmentsOf(batch)).containsExactly("bulk", "bulk", "bulk", "bulk");
    }

    @Test
    void shouldMovePendingEventsWhenTheirContainersPriorityChanges() {
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "urgent");

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("urgent");
        bulk.setPriority(Priority.MAX);

        assertThat(attachmentsOf(batch)).containsExactly("bulk", "normal");
    }

    @Test
    void shouldLeaveWhatIsBelowTheLowestPriorityAskedFor() {
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.NORMAL, SECOND_NS)))
                .containsExactly("normal");
        assertThat(events.counters().signalled()).isEqualTo(1);
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("bulk");
    }

    @Test
    void shouldHandOutNoMoreThanWasAskedFor() {
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, normal, i);
        }

        assertThat(attachmentsOf(events.dequeueNextEvents(2, Priority.IDLE, SECOND_NS)))
                .hasSize(2);
        assertThat(attachmentsOf(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)))
                .hasSize(1);
        assertThat(attachmentsOf(events.dequeueNextEvents(64, Priority.IDLE, SECOND_NS)))
                .hasSize(2);
    }

    /** The poll's last completion comes after the number belongs to another pipe; it must not be taken for its. */
    @Test
    void shouldNotDeliverALateCompletionOfARevokedDescriptorWhoseNumberIsInUseAgain() {
        final TestPipe first = pipe();
        final InterestKey key = events.declareInterest(first.readEnd, READABLE, normal, "first");
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 0L)))
                .isEmpty(); // the poll is in the kernel
        first.write(); // its completion is due, and not seen yet

        events.revokeInterest(key);
        Descriptors.close(first.readEnd);
        final TestPipe second = pipe();
        assertThat(second.readEnd).isEqualTo(first.readEnd);
        final InterestKey again = events.declareInterest(second.readEnd, READABLE, normal, "second");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 50_000_000L)))
                .isEmpty();
        assertThat(events.counters().revokedCompletions()).isPositive();
        second.write();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("second");
        assertThat(again.isValid()).isTrue();
        first.closeWriteEnd();
        pipes.remove(first);
    }

    @Test
    void shouldDropReadinessThatIsPendingWhenInterestIsRevokedInsideAHandler() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "first");
        final InterestKey second = events.declareInterest(readablePipe().readEnd, READABLE, bulk, "second");

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("first");
        assertThat(events.counters().signalled()).isEqualTo(1);
        events.revokeInterest(second);

        assertThat(batch.next()).isNull();
    }

    @Test
    void shouldDeclareASetOfDescriptorsAllOrNone() {
        final TestPipe first = readablePipe();
        final TestPipe second = readablePipe();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(
                        new int[] {first.readEnd, 19_999}, READABLE, normal, new Object[] {"1", "2"}))
                .withMessageContaining("19999")
                .withMessageContaining("EBADF");
        assertThat(events.counters().interested()).isZero();

        final List<InterestKey> keys = events.declareInterest(
                new int[] {first.readEnd, second.readEnd}, READABLE, normal, new Object[] {"1", "2"});
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactlyInAnyOrder("1", "2");
        assertThat(events.revokeInterest(keys)).isEqualTo(2);
        assertThat(events.revokeInterest(keys)).isZero();
        assertThat(events.counters().interested()).isZero();
    }

    @Test
    void shouldMovePendingReadinessToTheContainerThatADescriptorIsDeclaredForAgain() {
        final TestPipe moving = readablePipe();
        events.declareInterest(moving.readEnd, READABLE, bulk, "moving");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.MAX, 0L); // all pending, none handed out
        assertThat(batch.next()).isNull();

        events.declareInterest(moving.readEnd, READABLE, urgent, "moved");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("moved", "normal");
    }

    @Test
    void shouldReportOnlyWhatADescriptorIsDeclaredForNow() {
        final int[] pair = Descriptors.socketPair();
        try {
            events.declareInterest(pair[0], WRITABLE, normal, "socket");
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)
                            .next()
                            .readyMask())
                    .isEqualTo(WRITABLE);
            events.declareInterest(pair[0], READABLE, normal, "socket");
            assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 50_000_000L)))
                    .isEmpty();

            events.declareInterest(pair[0], READABLE | WRITABLE, normal, "socket");
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)
                            .next()
                            .readyMask())
                    .isEqualTo(WRITABLE);
        } finally {
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
    }

    @Test
    void shouldReportAHangUpOnceForEachTimeItIsHandedOut() {
        final TestPipe pipe = pipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");
        pipe.closeWriteEnd();

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().readyMask() & HUNG_UP).isEqualTo(HUNG_UP);
        events.revokeInterest(key);

        assertThat(batch.next()).isNull();
    }
}
