// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.order.TestSignal;
import dev.sluice.events.table.OperationTable;
import dev.sluice.uring.RingException;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import org.junit.jupiter.api.Test;

/** What the Javadoc of OperationPort says of an operation from its begin to its event, sentence by sentence. */
class OperationPortTest extends OperationPortTests {
    @Test
    void shouldAnswerBackPressureWithNothingBegunWhenTheBoundIsReached() {
        final SimulatedRing small = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
        try (EventQueue bounded =
                EventQueue.over(small, EventQueueOptions.defaults().withMaxOperations(2))) {
            final OperationPort door = bounded.operations();
            final PollOperation first = new PollOperation(door, small.host().open());
            final PollOperation refused = new PollOperation(door, small.host().open());
            assertThat(door.begin(first, normal, null)).isNotNegative();
            bounded.declareInterest(small.host().open(), READABLE, normal, null);

            assertThat(door.begin(refused, normal, null)).isEqualTo(OperationPort.BACK_PRESSURED);

            assertThat(refused.isBusy()).isFalse();
            assertThat(refused.attachment()).isNull();
            door.cancel(first);
            assertThat(door.begin(refused, normal, null)).as("a slot is free").isNotNegative();
        }
    }

    @Test
    void shouldHaveAnOperationWaitUntilItIsSubmittedAndEndItInOneEvent() {
        final PollOperation operation = operation();
        final long id = port.begin(operation, normal, "given");
        assertThat(operation.isBusy()).isTrue();
        assertThat(operation.isUnderWay()).isTrue();
        assertThat(operation.id()).isEqualTo(id);
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        letIn();
        assertThat(events.counters().signalled()).as("waiting").isZero();

        port.submit(operation);
        letIn();

        assertThat(operation.isUnderWay()).as("the result is known").isFalse();
        assertThat(port.find(id)).isNull();
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        final Event event = batch.next();
        assertThat(event.kind()).isEqualTo(EventKind.COMPLETION);
        assertThat(event.attachment()).isEqualTo("given");
        assertThat(event.result()).isEqualTo(PollMask.POLLIN);
        assertThat(event.readyMask()).isZero();
        assertThat(event).asString().contains("POLL_ADD", "root/normal");
        assertThat(operation.isBusy()).isTrue();
        assertThat(batch.next()).isNull();
        assertThat(operation.isBusy()).isFalse();
        assertThat(operation.releases).isEqualTo(1);
    }

    @Test
    void shouldRefuseToBeginSubmitOrEndInTheWrongState() {
        final PollOperation operation = operation();
        assertThatIllegalStateException()
                .isThrownBy(() -> port.submit(operation))
                .withMessageContaining("submitted twice or not begun: POLL_ADD IDLE");
        port.begin(operation, normal, null);
        assertThatIllegalStateException()
                .isThrownBy(() -> port.begin(operation, normal, null))
                .withMessageContaining("begun twice");
        port.submit(operation);
        assertThatIllegalStateException()
                .isThrownBy(() -> port.submit(operation))
                .withMessageContaining("SUBMITTED");
        assertThatIllegalStateException()
                .isThrownBy(() -> port.end(operation, 0, 0))
                .withMessageContaining("ended in the kernel");
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        letIn();
        assertThatIllegalStateException()
                .isThrownBy(() -> port.end(operation, 0, 0))
                .withMessageContaining("or twice");
        assertThat(events.counters().signalled()).isEqualTo(1);
    }

    @Test
    void shouldLeaveNothingInTheKernelOfAnOperationWhosePrepareThrows() {
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void prepare(Sqe sqe) {
                super.prepare(sqe);
                throw new ArithmeticException("of the layer");
            }
        };
        port.begin(operation, normal, "failing");

        assertThatThrownBy(() -> port.submit(operation)).isInstanceOf(ArithmeticException.class);
        letIn();

        assertThat(operation.isUnderWay()).isTrue();
        assertThat(events.counters().staleCompletions()).isZero();
        assertThat(events.counters().signalled()).as("it was not polled").isZero();
        assertThat(port.cancel(operation)).isTrue();
        assertThat(dequeue(8)).containsExactly("failing");
        assertThat(operation.isBusy()).isFalse();
    }

    @Test
    void shouldFindAnOperationByItsIdAndNothingElse() {
        final PollOperation operation = operation();
        final long id = port.begin(operation, normal, null);
        final InterestKey key = events.declareInterest(ring.host().open(), READABLE, normal, null);

        assertThat(port.find(id)).isSameAs(operation);
        assertThat(port.find(OperationTable.userDataOf(key)))
                .as("a declared descriptor")
                .isNull();
        assertThat(port.find(~id)).isNull();
        port.cancel(operation);
        letIn();
        dequeue(1);
        final long next = port.begin(operation, normal, null);
        assertThat(next).as("the slot is the same, the id is not").isNotEqualTo(id);
        assertThat(port.find(id)).isNull();
    }

    @Test
    void shouldSignalEventsOfAnOperationThatGoesOnAtItsPlaceAndNeverFoldThem() {
        final PollOperation source = operation();
        port.begin(source, urgent, "source");
        declareReadable(normal, "normal");
        letIn();

        port.signal(new TestSignal(), source);
        port.signal(new TestSignal(), source);

        assertThat(dequeue(8)).containsExactly("source", "source", "normal");
        assertThat(source.isUnderWay()).isTrue();
    }

    @Test
    void shouldSayThatTheRingTakesNoBuffers() {
        assertThatThrownBy(() -> port.resources().openBufferRing(4, 100))
                .isInstanceOf(RingException.class)
                .hasMessage("registerBufferRing failed: EOPNOTSUPP (95)");
    }

    @Test
    void shouldTellTheLastReadingOfTheClock() {
        declareReadable(normal, "event");
        ring.advance(500L);
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        batch.next();
        ring.advance(900L);

        assertThat(port.nowNs()).as("as the handler was called").isEqualTo(500L);
        batch.next();
        assertThat(port.nowNs()).isEqualTo(1_400L);
        assertThat(port.features().kernelRelease()).isEqualTo("simulated");
    }
}
