// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a handler may do to the queue in the middle of a batch: on the real kernel, with pipes as descriptors. */
class InsideHandlerIT extends EventQueueFixture {
    @Test
    void shouldEndTheBatchWhenAHandlerClosesTheQueue() {
        final EventQueue closing = EventQueue.open();
        final ResourceContainer mine = ResourceContainer.root("mine");
        for (int i = 0; i < 3; i++) {
            closing.declareInterest(readablePipe().readEnd, READABLE, mine, i);
        }
        final EventBatch batch = closing.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        final Event event = batch.next();

        closing.close();

        assertThat(batch.next()).isNull();
        assertThat(batch.next()).isNull();
        assertThat(mine.usage().events())
                .as("the handler that closed is charged")
                .isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(event::result);
        assertThatIllegalStateException()
                .isThrownBy(() -> closing.dequeueNextEvents(1, Priority.IDLE, 0L))
                .withMessageContaining("closed");
    }

    @Test
    void shouldHandOutInTheSameBatchWhatAHandlerDeclares() {
        final TestPipe declaredByHandler = readablePipe();
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "handler");
        for (int i = 0; i < 40; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }
        final EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("handler");

        events.declareInterest(declaredByHandler.readEnd, READABLE, urgent, "declared");

        assertThat(attachmentsOf(batch)).hasSize(41).contains("declared").endsWith("bulk");
    }

    @Test
    void shouldDeliverNothingMoreOfTheDescriptorThatItsOwnHandlerRevokes() {
        final TestPipe pipe = readablePipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "revoked");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        final Event event = batch.next();

        assertThat(events.revokeInterest(key)).isTrue();
        pipe.write();

        assertThat(event.attachment()).isEqualTo("revoked");
        assertThat(event.container()).isSameAs(normal);
        assertThat(batch.next()).isNull();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 20_000_000L)))
                .isEmpty();
    }

    @Test
    void shouldReportTheStateAgainWhenAHandlerRevokesAndDeclaresItsDescriptor() {
        final TestPipe pipe = readablePipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "first");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("first");
        events.revokeInterest(key);
        events.declareInterest(pipe.readEnd, READABLE, normal, "second");

        final List<Object> later = attachmentsOf(batch); // in this batch already if the handler took long
        if (later.isEmpty()) {
            later.addAll(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)));
        }
        assertThat(later).containsExactly("second");
    }

    @Test
    void shouldMoveTheDescriptorThatItsOwnHandlerDeclaresForAnotherContainerAndChargeTheOldOne() {
        final TestPipe pipe = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, normal, "before");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        final Event event = batch.next();
        events.declareInterest(pipe.readEnd, READABLE, urgent, "after");
        assertThat(event.container()).isSameAs(normal);
        assertThat(batch.next()).isNull();
        assertThat(normal.usage().events()).isEqualTo(1);
        assertThat(urgent.usage().events()).isZero();
        pipe.write();

        final Event next = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS).next();
        assertThat(next.container()).isSameAs(urgent);
        assertThat(next.attachment()).isEqualTo("after");
    }

    @Test
    void shouldCancelAndStartTimersFromInsideTheHandlerOfATimer() {
        final Timer first = events.newTimer(normal, "first");
        final Timer second = events.newTimer(normal, "second");
        final long deadlineNs = events.nanoTime();
        first.startAt(deadlineNs);
        second.startAt(deadlineNs);
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("first");

        assertThat(second.cancel()).isTrue();
        first.start(1_000_000L);

        assertThat(batch.next()).isNull();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("first");
    }
}
