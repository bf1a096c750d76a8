// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.timing.TimerWheel;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Javadoc of EventQueue and Timer says, sentence by sentence, where no test on the kernel says it already. */
class EventQueueSemanticsTest extends SimulatedQueueFixture {
    @Test
    void shouldServeSixtyFourBandsHighestFirstAndBandZeroLast() {
        final List<Object> expected = new ArrayList<>();
        for (int band = Priority.IDLE; band <= Priority.MAX; band++) {
            declareReadable(root.child("band", band), band);
            expected.add(0, band);
        }

        assertThat(dequeue(100)).isEqualTo(expected);
    }

    @Test
    void shouldServeBandZeroOnlyWhenNothingElseIsPending() {
        final ResourceContainer idle = root.child("idle", Priority.IDLE);
        declareReadable(idle, "idle 1");
        declareReadable(idle, "idle 2");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        assertThat(batch.next().attachment()).isEqualTo("idle 1");
        declareReadable(root.child("lowest", 1), "arrived meanwhile");

        assertThat(attachments(batch)).containsExactly("arrived meanwhile", "idle 2");
    }

    @Test
    void shouldServeContainersThatHaveUsedTheSameInTheOrderTheyCame() {
        for (int i = 0; i < 20; i++) {
            declareReadable(root.child("c" + i, Priority.NORMAL), i);
        }

        assertThat(dequeue(5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(dequeue(100)).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    }

    @Test
    void shouldHandOutTheEventsOfOneContainerInTheOrderTheyCame() {
        final int[] fds = new int[5];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = ring.host().open();
            events.declareInterest(fds[i], READABLE, normal, i);
        }
        letIn();
        for (final int i : new int[] {3, 0, 4, 1}) {
            ring.host().setReady(fds[i], PollMask.POLLIN);
        }

        assertThat(dequeue(100)).containsExactly(3, 0, 4, 1);
    }

    @Test
    void shouldHandOutAllSomeOrOneOfWhatIsPending() {
        for (int i = 0; i < 10; i++) {
            declareReadable(normal, i);
        }

        assertThat(dequeue(1)).containsExactly(0);
        assertThat(dequeue(3)).containsExactly(1, 2, 3);
        assertThat(dequeue(Integer.MAX_VALUE)).containsExactly(4, 5, 6, 7, 8, 9);
        assertThat(dequeue(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldHandOutInTheNextBatchWhatItsOwnerLeftWhenItGaveOneUp() {
        for (int i = 0; i < 4; i++) {
            declareReadable(normal, i);
        }
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        assertThat(batch.next().attachment()).isEqualTo(0);

        assertThat(dequeue(2)).containsExactly(1, 2);
        assertThat(dequeue(8)).containsExactly(3);
    }

    @Test
    void shouldNotReportTheStateAgainWhenOnlyContainerOrAttachmentChange() {
        final int fd = declareReadable(normal, "first");
        assertThat(dequeue(8)).containsExactly("first");

        final InterestKey key = events.declareInterest(fd, READABLE, urgent, "second");
        letIn();

        assertThat(dequeue(8)).as("nothing new arrived").isEmpty();
        assertThat(key.container()).isSameAs(urgent);
        ring.host().setReady(fd, PollMask.POLLIN);
        assertThat(dequeue(8)).containsExactly("second");
    }

    @Test
    void shouldLeaveAnOperationUnderWayWithTheContainerItWasBegunFor() {
        final PollOperation operation =
                new PollOperation(events.operations(), ring.host().open());
        events.declareInterest(operation.fd, InterestOps.WRITABLE, bulk, "descriptor");
        events.operations().begin(operation, bulk, "operation");
        events.operations().submit(operation);
        letIn();

        events.declareInterest(operation.fd, InterestOps.WRITABLE, urgent, "descriptor");
        ring.host().setReady(operation.fd, PollMask.POLLIN | PollMask.POLLOUT);
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);

        assertThat(batch.next().container()).isSameAs(urgent);
        final Event completion = batch.next();
        assertThat(completion.attachment()).isEqualTo("operation");
        assertThat(completion.container()).isSameAs(bulk);
        ring.advance(1_000L);
        assertThat(batch.next()).isNull();
        assertThat(bulk.usage().cpuNs())
                .as("and it is charged for the handling")
                .isEqualTo(1_000L);
        assertThat(urgent.usage().cpuNs()).isZero();
    }

    @Test
    void shouldMoveWhatIsPendingWhenTheContainersPriorityIsLoweredAndRaised() {
        declareReadable(normal, "normal");
        declareReadable(urgent, "urgent");
        declareReadable(bulk, "bulk");
        letIn();

        urgent.setPriority(1);
        assertThat(dequeue(1)).containsExactly("normal");
        urgent.setPriority(Priority.MAX);
        assertThat(dequeue(8)).containsExactly("urgent", "bulk");
    }

    @Test
    void shouldMoveWhatIsPendingForDescendantsWhenAClassIsPostponed() {
        final ResourceContainer connection = urgent.child("connection");
        declareReadable(connection, "of the class");
        declareReadable(normal, "normal");
        letIn();

        urgent.setPriority(Priority.LOW);

        assertThat(dequeue(8)).containsExactly("normal", "of the class");
    }

    @Test
    void shouldReturnTheKeysOfASetInTheOrderOfItsDescriptors() {
        final int[] fds = {readable(), readable(), readable()};

        final List<InterestKey> keys = events.declareInterest(fds, READABLE, normal, new Object[] {"a", "b", "c"});

        assertThat(keys).extracting(InterestKey::fd).containsExactly(fds[0], fds[1], fds[2]);
        assertThat(keys).extracting(InterestKey::attachment).containsExactly("a", "b", "c");
        assertThat(keys).allMatch(InterestKey::isValid).allMatch(key -> key.interestOps() == READABLE);
        assertThat(events.keyOf(fds[1])).isSameAs(keys.get(1));
        assertThat(keys.get(1)).asString().contains("fd=" + fds[1], "root/normal", "valid=true");
        events.revokeInterest(keys);
        assertThat(keys).noneMatch(InterestKey::isValid);
        assertThat(events.keyOf(fds[1])).isNull();
        assertThat(events.keyOf(-1)).isNull();
    }

    @Test
    void shouldRefuseASetOfOtherLengthOrWithADescriptorThatIsDeclaredAlreadyAndDeclareNone() {
        final int fd = readable();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(new int[] {fd}, READABLE, normal, new Object[2]))
                .withMessageContaining("fds=1, attachments=2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(
                        new int[] {readable(), fd, fd}, READABLE, normal, new Object[] {"a", "b", "c"}))
                .withMessageContaining("descriptor " + fd + " is declared already");
        letIn();

        assertThat(events.counters().interested()).isZero();
        assertThat(dequeue(8)).isEmpty();
        assertThat(events.counters().operationsUnderWay()).isZero();
    }

    @Test
    void shouldWaitNotAtAllForEverOrAsLongAsItIsTold() {
        assertThat(dequeue(1)).isEmpty();
        assertThat(ring.nanoTime()).as("a time-out of 0").isZero();

        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, 1L))).isEmpty();
        assertThat(ring.nanoTime()).isEqualTo(1L);

        events.newTimer(urgent, "hour").startAt(3_600_000_000_000L);
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).containsExactly("hour");
        assertThat(ring.nanoTime()).isBetween(3_600_000_000_000L, 3_600_000_000_000L + TimerWheel.TICK_NS);
    }

    @Test
    void shouldGoOnWaitingWhenOnlyWhatIsBelowTheLowestPriorityComes() {
        final int low = ring.host().open();
        events.declareInterest(low, READABLE, bulk, "low");
        ring.after(1_000L, () -> ring.host().setReady(low, PollMask.POLLIN));

        assertThat(attachments(events.dequeueNextEvents(8, Priority.NORMAL, 50_000L)))
                .isEmpty();

        assertThat(ring.nanoTime()).isEqualTo(50_000L);
        assertThat(events.counters().signalled()).isEqualTo(1);
        assertThat(events.oldestPendingNs(Priority.LOW)).isEqualTo(49_000L);
        assertThat(dequeue(8)).containsExactly("low");
    }

    @Test
    void shouldMakeTimersThatExpireTogetherPendingAFewAtATime() {
        for (int i = 0; i < 10_000; i++) {
            events.newTimer(normal, i).startAt(1L);
        }
        ring.advance(1_000_000L);
        final EventBatch batch = events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, 0L);
        assertThat(batch.next().attachment()).isEqualTo(0);
        assertThat(events.counters().signalled()).as("pending at once").isLessThan(200);
        declareReadable(urgent, "urgent");

        assertThat(batch.next().attachment()).isEqualTo("urgent");
        final List<Object> rest = attachments(batch);
        rest.addAll(dequeue(Integer.MAX_VALUE));
        assertThat(rest).hasSize(9_999).startsWith(1, 2, 3).endsWith(9_999);
    }

    @Test
    void shouldCountTheWaitOfATimersEventFromItsExpiryAndNotFromTheLastLookAtTheRing() {
        letIn();
        events.newTimer(bulk, "timer").startAt(500_000_000L);
        ring.advance(1_000_000_000L); // the thread does something else
        letIn();

        assertThat(events.oldestPendingNs(Priority.LOW)).isZero();
        ring.advance(7_000L);
        assertThat(events.oldestPendingNs(Priority.LOW)).isEqualTo(7_000L);
    }

    @Test
    void shouldNotDeliverTheExpiryOfATimerThatIsStartedAgainWhileItsEventIsPending() {
        final Timer timer = events.newTimer(normal, "timer");
        assertThat(timer.deadlineNs()).isZero();
        assertThat(timer.isStarted()).isFalse();
        assertThat(timer.cancel()).as("never started").isFalse();
        timer.start(0L);
        ring.advance(TimerWheel.TICK_NS);
        letIn();
        assertThat(events.counters().signalled()).isEqualTo(1);

        timer.start(5_000_000L);

        assertThat(dequeue(8)).isEmpty();
        final Event event = events.dequeueNextEvents(8, Priority.IDLE, -1L).next();
        assertThat(event.deadlineNs()).isEqualTo(timer.deadlineNs());
        assertThat(timer.cancel()).as("handed out already").isFalse();
        assertThat(timer).asString().contains("root/normal", Long.toString(timer.deadlineNs()));
    }
}
