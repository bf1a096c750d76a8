// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Timers as events of a queue on the real kernel. */
class TimerIT extends EventQueueFixture {
    private static final long MILLISECOND_NS = 1_000_000L;

    @Test
    void shouldEndTheWaitAtTheDeadlineAndNeverBefore() {
        final Timer timer = events.newTimer(normal, "timer");
        for (int round = 0; round < 20; round++) {
            final long startNs = events.nanoTime();
            timer.start(round * MILLISECOND_NS / 2);
            assertThat(timer.isStarted()).isTrue();

            final Event event =
                    events.dequeueNextEvents(8, Priority.IDLE, 10 * SECOND_NS).next();

            final long tookNs = events.nanoTime() - startNs;
            assertThat(tookNs).isBetween(round * MILLISECOND_NS / 2, SECOND_NS);
            assertThat(event.kind()).isEqualTo(EventKind.TIMER);
            assertThat(event.attachment()).isEqualTo("timer");
            assertThat(event.container()).isSameAs(normal);
            assertThat(event.readyMask()).isZero();
            assertThat(event.deadlineNs()).isEqualTo(timer.deadlineNs()).isBetween(startNs, events.nanoTime());
            assertThat(timer.isStarted()).isFalse();
        }
    }

    @Test
    void shouldExpireInTheOrderOfDeadlinesAndOfStartsWithinATick() {
        final long nowNs = events.nanoTime();
        for (final int delayMs : new int[] {5, 1, 3}) {
            for (int i = 0; i < 3; i++) {
                events.newTimer(normal, delayMs + "ms " + i).startAt(nowNs + delayMs * MILLISECOND_NS);
            }
        }
        waitUntil(nowNs + 6 * MILLISECOND_NS);

        assertThat(attachmentsOf(events.dequeueNextEvents(16, Priority.IDLE, 0L)))
                .containsExactly("1ms 0", "1ms 1", "1ms 2", "3ms 0", "3ms 1", "3ms 2", "5ms 0", "5ms 1", "5ms 2");
    }

    @Test
    void shouldHandOutAnUrgentTimerNextThatExpiresWhileABatchIsHandedOut() {
        final Timer timer = events.newTimer(urgent, "urgent");
        for (int i = 0; i < 3; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("bulk");
        timer.start(MILLISECOND_NS);
        waitUntil(timer.deadlineNs() + MILLISECOND_NS);

        assertThat(attachmentsOf(batch)).containsExactly("urgent", "bulk", "bulk");
    }

    @Test
    void shouldNotDeliverATimerThatIsCancelledWhileItsEventIsPending() {
        final Timer timer = events.newTimer(normal, "cancelled");
        timer.start(0L);
        waitUntil(timer.deadlineNs() + MILLISECOND_NS);
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.MAX, 0L))).isEmpty();
        assertThat(events.counters().signalled()).isEqualTo(1);

        assertThat(timer.cancel()).isTrue();

        assertThat(timer.isStarted()).isFalse();
        assertThat(timer.cancel()).isFalse();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 5 * MILLISECOND_NS)))
                .isEmpty();
    }

    @Test
    void shouldExpireOnceForTheLastStart() {
        final Timer timer = events.newTimer(normal, "timer");
        timer.start(MILLISECOND_NS);
        timer.start(20 * MILLISECOND_NS);
        timer.start(3 * MILLISECOND_NS);
        final long deadlineNs = timer.deadlineNs();

        assertThat(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS).next().deadlineNs())
                .isEqualTo(deadlineNs);
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 30 * MILLISECOND_NS)))
                .isEmpty();
    }

    @Test
    void shouldShowTheDeadlineOfTheEventAlsoWhenItsHandlerStartsTheTimerAnew() {
        final Timer timer = events.newTimer(normal, "periodic");
        timer.start(MILLISECOND_NS);
        long expectedNs = timer.deadlineNs();
        for (int period = 0; period < 5; period++) {
            final Event event =
                    events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();
            timer.startAt(event.deadlineNs() + MILLISECOND_NS);

            assertThat(event.deadlineNs()).isEqualTo(expectedNs);
            expectedNs += MILLISECOND_NS;
            assertThat(timer.deadlineNs()).isEqualTo(expectedNs);
            assertThat(timer.isStarted()).isTrue();
        }
    }

    @Test
    void shouldReturnEmptyAfterTheTimeOutWhenTheNextDeadlineIsLaterOrBelowTheLowestPriority() {
        events.newTimer(urgent, "later").start(60 * SECOND_NS);
        events.newTimer(bulk, "low").start(2 * MILLISECOND_NS);
        final long startNs = events.nanoTime();

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.HIGH, 20 * MILLISECOND_NS)))
                .isEmpty();

        assertThat(events.nanoTime() - startNs).isGreaterThanOrEqualTo(20 * MILLISECOND_NS);
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 0L)))
                .containsExactly("low");
    }

    @Test
    void shouldExpireAtOnceWhatIsPastAndTakeDelaysOfAnyLength() {
        final Timer past = events.newTimer(normal, "past");
        past.startAt(events.nanoTime() - SECOND_NS);
        final Timer never = events.newTimer(normal, "never");
        never.start(Long.MAX_VALUE);

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("past");
        assertThat(never.isStarted()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> never.start(-1L)).withMessageContaining("delayNs=-1");
    }

    @Test
    void shouldEndTimersWhenTheQueueIsClosed() {
        final EventQueue closing = EventQueue.open();
        final ResourceContainer mine = ResourceContainer.root("mine");
        final Timer waiting = closing.newTimer(mine, "waiting");
        waiting.start(SECOND_NS);
        final Timer pending = closing.newTimer(mine, "pending");
        pending.start(0L);
        waitUntil(pending.deadlineNs() + MILLISECOND_NS);
        closing.dequeueNextEvents(1, Priority.MAX, 0L);

        closing.close();

        assertThat(waiting.isStarted()).isFalse();
        assertThat(pending.isStarted()).isFalse();
        assertThat(waiting.cancel()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> waiting.start(1L)).withMessageContaining("closed");
    }

    @Test
    void shouldAllocateNothingForAStartACancelOrAnExpiry() {
        final Timer[] timers = new Timer[1_000];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = events.newTimer(normal, i);
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 100; round++) {
            final long beforeBytes = threads.getCurrentThreadAllocatedBytes();
            final int handedOut = startCancelAndExpire(timers);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - beforeBytes);
            assertThat(handedOut).isEqualTo(500);
        }
        assertThat(leastBytes).isZero();
    }

    private int startCancelAndExpire(Timer[] timers) {
        for (int i = 0; i < timers.length; i++) {
            timers[i].start(i * 1_000L);
        }
        for (int i = 0; i < timers.length; i += 2) {
            timers[i].cancel();
        }
        int handedOut = 0;
        while (handedOut < timers.length / 2) {
            final EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, -1L);
            while (batch.next() != null) {
                handedOut++;
            }
        }
        return handedOut;
    }

    private void waitUntil(long deadlineNs) {
        while (events.nanoTime() - deadlineNs < 0L) {
            Thread.onSpinWait();
        }
    }
}
