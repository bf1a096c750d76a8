// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.Priority;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.timing.TimerWheel;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import org.junit.jupiter.api.Test;

/** Deadlines of operations, on a clock that moves only when told to. */
class OperationDeadlineTest extends SimulatedQueueFixture {
    private static final long TIMEOUT_NS = 10 * TimerWheel.TICK_NS;

    private final OperationPort port = events.operations();
    private final PollOperation operation = new PollOperation(port, ring.host().open());

    private void begin() {
        port.begin(operation, normal, "operation");
    }

    private void submit() {
        begin();
        port.submit(operation);
        letIn();
    }

    /** The one event that is pending, or comes within the given time. */
    private int resultWithin(long timeoutNs) {
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, timeoutNs);
        final Event event = batch.next();
        assertThat(event).isNotNull();
        assertThat(event.kind()).isEqualTo(EventKind.COMPLETION);
        final int result = event.result();
        assertThat(batch.next()).isNull();
        assertThat(operation.isBusy()).isFalse();
        return result;
    }

    @Test
    void shouldEndWithETIMEWhereverItIs() {
        begin();
        assertThat(port.cancelAfter(operation, TIMEOUT_NS)).isTrue();
        assertThat(resultWithin(2 * TIMEOUT_NS)).as("held").isEqualTo(-Errno.ETIME);
        assertThat(ring.nanoTime()).as("never early, late by a tick").isBetween(TIMEOUT_NS, 11 * TimerWheel.TICK_NS);

        submit();
        assertThat(port.cancelAfter(operation, TIMEOUT_NS)).isTrue();
        assertThat(resultWithin(2 * TIMEOUT_NS)).as("in the kernel").isEqualTo(-Errno.ETIME);
        assertThat(operation.releases).isEqualTo(2);
    }

    @Test
    void shouldEndAWaitThatHasNoTimeOutOfItsOwn() {
        submit();
        port.cancelAfter(operation, TIMEOUT_NS);
        assertThat(resultWithin(-1L)).isEqualTo(-Errno.ETIME);
    }

    @Test
    void shouldKeepAResultThatCameBefore() {
        submit();
        port.cancelAfter(operation, TIMEOUT_NS);
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        letIn();
        ring.advance(2 * TIMEOUT_NS);
        assertThat(resultWithin(0L)).isEqualTo(PollMask.POLLIN);
        assertThat(events.counters().cancels()).isZero();
    }

    @Test
    void shouldNotConcernTheNextUseOfTheSameObject() {
        submit();
        port.cancelAfter(operation, TIMEOUT_NS);
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        resultWithin(0L);
        ring.host().setReady(operation.fd, 0);
        submit();
        ring.advance(2 * TIMEOUT_NS);
        letIn();
        assertThat(operation.isUnderWay()).isTrue();
        port.cancel(operation);
        assertThat(resultWithin(0L)).isEqualTo(-Errno.ECANCELED);
    }

    @Test
    void shouldTakeTheLastDeadlineGiven() {
        submit();
        port.cancelAfter(operation, TIMEOUT_NS);
        port.cancelAfter(operation, 100 * TIMEOUT_NS);
        ring.advance(2 * TIMEOUT_NS);
        letIn();
        assertThat(operation.isUnderWay()).isTrue();
        port.cancelAfter(operation, 0L);
        assertThat(resultWithin(TIMEOUT_NS)).isEqualTo(-Errno.ETIME);
    }

    @Test
    void shouldTellACancellationThatCameFirst() {
        submit();
        port.cancelAfter(operation, TIMEOUT_NS);
        port.cancel(operation);
        ring.advance(2 * TIMEOUT_NS); // both are past before the kernel answers
        assertThat(resultWithin(0L)).isEqualTo(-Errno.ECANCELED);
    }

    @Test
    void shouldPassOverWhatCannotBeCancelled() {
        final PollOperation goesOn = new PollOperation(port, ring.host().open()) {
            @Override
            public boolean isCancellable() {
                return false;
            }
        };
        port.begin(goesOn, normal, "goes on");
        port.submit(goesOn);
        port.cancelAfter(goesOn, TIMEOUT_NS);
        ring.advance(2 * TIMEOUT_NS);
        letIn();
        assertThat(goesOn.isUnderWay()).isTrue();
        assertThat(goesOn.cancelRequested()).isFalse();
    }

    @Test
    void shouldRefuseWhatHasEndedAndNegativeTimes() {
        assertThat(port.cancelAfter(operation, TIMEOUT_NS)).as("idle").isFalse();
        submit();
        assertThatIllegalArgumentException().isThrownBy(() -> port.cancelAfter(operation, -1L));
        port.cancel(operation);
        letIn();
        assertThat(port.cancelAfter(operation, TIMEOUT_NS)).as("signalled").isFalse();
    }

    @Test
    void shouldEndWithItsOperationWithoutAnEvent() {
        begin();
        port.cancelAfter(operation, TIMEOUT_NS);
        port.endSilently(operation);
        ring.advance(2 * TIMEOUT_NS);
        assertThat(dequeue(8)).isEmpty();
        assertThat(operation.releases).isEqualTo(1);
    }
}
