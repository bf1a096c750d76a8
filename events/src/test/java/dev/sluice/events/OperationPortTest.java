// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.order.TestSignal;
import dev.sluice.events.table.OperationTable;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.RingException;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the Javadoc of OperationPort says, sentence by sentence, without a kernel. */
class OperationPortTest extends SimulatedQueueFixture {
    private final OperationPort port = events.operations();

    private PollOperation operation() {
        return new PollOperation(port, ring.host().open());
    }

    private PollOperation submitted() {
        final PollOperation operation = operation();
        port.begin(operation, normal, operation);
        port.submit(operation);
        letIn();
        return operation;
    }

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
    void shouldCancelWhatIsUnderWayForAContainerAndItsDescendants() {
        final ResourceContainer client = normal.child("client");
        final ResourceContainer connection = client.child("connection");
        final PollOperation inKernel = begun(client);
        port.submit(inKernel);
        final PollOperation twice = begun(connection);
        port.submit(twice);
        letIn();
        port.cancel(twice);
        final PollOperation claimed = begun(connection);
        port.submit(claimed);
        final PollOperation waiting = begun(client);
        final PollOperation done = begun(client);
        port.end(done, 7, 0);
        final PollOperation ofParent = begun(normal);
        port.submit(ofParent);
        final PollOperation goesOn = new PollOperation(port, ring.host().open()) {
            @Override
            public boolean isCancellable() {
                return false;
            }
        };
        port.begin(goesOn, client, goesOn);
        port.submit(goesOn);
        events.declareInterest(readable(), READABLE, connection, "interest");

        assertThat(port.cancelAll(client)).isEqualTo(4);

        letIn();
        final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, 0L);
        final Map<Object, Integer> results = new HashMap<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            assertThat(results.put(event.attachment(), event.result())).isNull();
        }
        assertThat(results)
                .containsOnlyKeys(inKernel, twice, claimed, waiting, done, "interest")
                .containsEntry(inKernel, -Errno.ECANCELED)
                .containsEntry(twice, -Errno.ECANCELED)
                .containsEntry(claimed, -Errno.ECANCELED)
                .containsEntry(waiting, -Errno.ECANCELED)
                .containsEntry(done, 7);
        assertThat(ofParent.isUnderWay()).isTrue();
        assertThat(goesOn.isUnderWay()).isTrue();
        assertThat(port.cancelAll(client)).isZero();
        assertThat(port.cancelAll(root)).isEqualTo(1);
    }

    private PollOperation begun(ResourceContainer container) {
        final PollOperation operation = operation();
        port.begin(operation, container, operation);
        return operation;
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
    void shouldEndACancelledOperationInOneTerminalEventWhereverItIs() {
        final PollOperation waiting = operation();
        port.begin(waiting, normal, waiting);
        final PollOperation inKernel = submitted();
        final PollOperation completing = submitted();

        assertThat(port.cancel(waiting)).isTrue();
        assertThat(port.cancel(waiting)).as("it has its result").isFalse();
        assertThat(port.cancel(inKernel)).isTrue();
        assertThat(port.cancel(inKernel)).isTrue();
        ring.host().setReady(completing.fd, PollMask.POLLIN);
        ring.submit(); // its completion is posted, not seen yet
        assertThat(port.cancel(completing)).isTrue();
        letIn();

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        final List<String> results = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            results.add((event.attachment() == completing ? "completing " : "") + event.result());
        }
        assertThat(results)
                .containsExactly("-" + Errno.ECANCELED, "-" + Errno.ECANCELED, "completing " + PollMask.POLLIN);
        assertThat(port.cancel(inKernel)).as("idle").isFalse();
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
    void shouldPauseAMultishotOperationThatIsSubmittedAgain() {
        final List<Integer> flagsSeen = new ArrayList<>();
        final PollOperation multishot = new PollOperation(port, ring.host().open()) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepPollMultishot(fd, PollMask.POLLIN);
            }

            @Override
            protected void completed(int completionResult, int completionFlags) {
                flagsSeen.add(completionFlags);
                if (isCancelRequested()) { // otherwise its owner goes on
                    super.completed(completionResult, completionFlags);
                }
            }
        };
        port.begin(multishot, normal, null);
        port.pause(multishot); // not in the kernel: nothing to end
        port.submit(multishot);
        ring.host().setReady(multishot.fd, PollMask.POLLIN);
        letIn();
        port.pause(multishot);
        letIn();
        assertThat(flagsSeen).containsExactly(CqeFlags.F_MORE, 0);

        port.submit(multishot);
        letIn();

        assertThat(flagsSeen).containsExactly(CqeFlags.F_MORE, 0, CqeFlags.F_MORE);
        assertThat(multishot.cancelRequested()).as("a pause is no cancellation").isFalse();
    }

    @Test
    void shouldTellWhatTheKernelAnsweredWithinTheEnterThatSubmittedIt() {
        final List<Boolean> inline = new ArrayList<>();
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void prepare(Sqe sqe) {
                port.expectInline();
                super.prepare(sqe);
            }

            @Override
            protected void completed(int completionResult, int completionFlags) {
                inline.add(port.completedInline(this));
                super.completed(completionResult, completionFlags);
            }
        };
        port.begin(operation, normal, null);
        port.submit(operation);
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        letIn();
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        assertThat(dequeue(1)).hasSize(1);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        ring.after(1L, () -> ring.host().setReady(operation.fd, PollMask.POLLIN));
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);

        assertThat(inline)
                .as("by a dequeue that would wait; later; in a wait, however short")
                .containsExactly(true, false, false);
    }

    @Test
    void shouldEnterOnceForWhatIsAnsweredOnTheSpotAndTwiceForWhatIsNot() {
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void prepare(Sqe sqe) {
                port.expectInline();
                super.prepare(sqe);
            }
        };
        port.begin(operation, normal, null);
        port.submit(operation);
        final long enters = port.enters();
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);
        assertThat(port.enters() - enters).isEqualTo(1L);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        ring.after(1L, () -> ring.host().setReady(operation.fd, PollMask.POLLIN));
        final long entersBefore = port.enters();
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);
        assertThat(port.enters() - entersBefore).isEqualTo(2L);
    }

    @Test
    void shouldRunWhatWaitsForClaimsBeforeEachEnterAndAfterEachDrain() {
        final List<String> runs = new ArrayList<>();
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void completed(int completionResult, int completionFlags) {
                runs.add("completed");
                super.completed(completionResult, completionFlags);
            }
        };
        port.begin(operation, normal, null);
        port.whenClaimable(() -> {
            runs.add("claimable");
            if (runs.size() == 1) {
                port.submit(operation);
            }
        });
        final long entersBefore = port.enters();

        assertThat(dequeue(1)).hasSize(1);

        assertThat(runs.subList(0, 1)).containsExactly("claimable");
        assertThat(runs).contains("completed").endsWith("claimable");
        assertThat(port.enters()).isEqualTo(entersBefore + 1L);
    }

    @Test
    void shouldEnterAfterAFewEventsForADeviceAndAfterABatchForTheRest() {
        assertThat(eventsBeforeTheEnter(port::submit)).isEqualTo(40);
        assertThat(eventsBeforeTheEnter(port::submitToDevice)).isBetween(2, 10);
    }

    /** Of 40 events, the first of which submits an operation. */
    private int eventsBeforeTheEnter(Consumer<PollOperation> submission) {
        for (int i = 0; i < 40; i++) {
            declareReadable(normal, i);
        }
        letIn();
        final EventBatch batch = events.dequeueNextEvents(40, Priority.IDLE, 0L);
        batch.next();
        final PollOperation operation = operation();
        port.begin(operation, normal, null);
        submission.accept(operation);
        final long enters = port.enters();
        int handedOut = 1;
        while (port.enters() == enters && batch.next() != null) {
            handedOut++;
        }
        port.cancel(operation);
        return handedOut;
    }

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
