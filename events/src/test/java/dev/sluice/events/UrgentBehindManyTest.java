// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One urgent event that is behind very many low ones, in the kernel or in the wheel of timers. */
class UrgentBehindManyTest extends SimulatedQueueFixture {
    private static final int URGENT = -1;
    private static final int BESIDE = -2;

    /** What else there is while low events are served. */
    private enum Beside {
        NOTHING,
        TIMER,
        IDLE_PRINCIPAL
    }

    /** 512 enters of 20 completions each. */
    private static final int LET_IN_BEFORE_ONE_IS_SERVED = 10_240;

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 5_000})
    void shouldServeItFirstHoweverManyBecameReadyBefore(int lows) {
        becomeReady(lows, urgent);

        assertThat(servedBeforeTheUrgentOne()).isZero();
    }

    @Test
    void shouldServeOneEventWheneverItHasLetInAsManyAsTheBoundAllows() {
        becomeReady(2 * LET_IN_BEFORE_ONE_IS_SERVED + 100, urgent);

        assertThat(servedBeforeTheUrgentOne()).isEqualTo(2);
    }

    @Test
    void shouldLetInNoMoreThanNeededIfNothingMoreUrgentMayCome() {
        becomeReady(1_000, bulk);
        final long before = events.counters().enters();

        final Event event = events.dequeueNextEvents(64, Priority.IDLE, -1L).next();

        assertThat(event.attachment()).isEqualTo(0);
        assertThat(events.counters().enters() - before).isEqualTo(1L);
    }

    @Test
    void shouldServeOneThatBecomesReadyDuringABatchAfterTheHandlerUnderWay() {
        final int urgentFd = becomeReady(5_000, urgent);
        final EventBatch batch = events.dequeueNextEvents(6_000, Priority.IDLE, -1L);
        assertThat(batch.next().attachment()).isEqualTo(URGENT);
        assertThat(batch.next().attachment()).isNotEqualTo(URGENT);

        ring.host().setReady(urgentFd, PollMask.POLLIN);

        assertThat(batch.next().attachment()).isEqualTo(URGENT);
    }

    /** As beside a watch that has nothing to tell: what completes all the time is no more urgent than what is served. */
    @Test
    void shouldNotEnterForEachThingThatCouldBeMoreUrgentAndIsNot() {
        final int urgentFd = ring.host().open();
        events.declareInterest(urgentFd, InterestOps.READABLE, urgent, URGENT);
        final int[] lows = new int[120];
        for (int i = 0; i < lows.length; i++) {
            lows[i] = ring.host().open();
            events.declareInterest(lows[i], InterestOps.READABLE, bulk, i);
        }
        letIn();
        for (int i = 0; i < 60; i++) {
            ring.host().setReady(lows[i], PollMask.POLLIN);
        }
        final EventBatch batch = events.dequeueNextEvents(200, Priority.IDLE, -1L);
        final long before = events.counters().enters();

        for (int i = 0; i < 60; i++) {
            assertThat(batch.next().attachment()).isNotEqualTo(URGENT);
            ring.host().setReady(lows[60 + i], PollMask.POLLIN);
        }
        assertThat(events.counters().enters() - before).isBetween(10L, 30L);

        ring.host().setReady(urgentFd, PollMask.POLLIN);
        int handlers = 0;
        while (!batch.next().attachment().equals(URGENT)) {
            handlers++;
        }
        assertThat(handlers).as("before what is more urgent after all").isLessThanOrEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 4_000})
    void shouldServeItsTimerFirstHoweverManyExpireBefore(int lows) {
        for (int i = 0; i < lows; i++) {
            events.newTimer(bulk, i).start(1_000_000L);
        }
        events.newTimer(urgent, URGENT).start(1_000_000L);
        ring.advance(2_000_000L);

        assertThat(servedBeforeTheUrgentOne()).isZero();
    }

    @Test
    void shouldNotHoldUpWhatIsPendingForTimersThatAreNotMoreUrgent() {
        for (int i = 0; i < 1_000; i++) {
            events.newTimer(bulk, i).start(1_000_000L);
        }
        declareReadable(urgent, URGENT);
        letIn();
        ring.advance(2_000_000L);

        assertThat(events.dequeueNextEvents(64, Priority.IDLE, 0L).next().attachment())
                .isEqualTo(URGENT);
        assertThat(events.counters().signalled()).as("some of the timers").isLessThan(200);
    }

    /** With other principals beside, which have something pending, or only something under way. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeItFirstAmongPrincipalsToo(boolean pendingBeside) {
        root.child("beside").setFixedShare(ResourceContainer.DEFAULT_SHARE);
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(ResourceContainer.DEFAULT_SHARE);
        final ResourceContainer beside = guest.child("work", Priority.LOW);
        final int besideFd = ring.host().open();
        events.declareInterest(besideFd, InterestOps.READABLE, beside, BESIDE);
        becomeReady(1_000, urgent);
        if (pendingBeside) {
            ring.host().setReady(besideFd, PollMask.POLLIN);
        }

        assertThat(servedBeforeTheUrgentOne()).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldLetInWhatIsForAPrincipalThatHasNothingElse() {
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(ResourceContainer.DEFAULT_SHARE);
        becomeReady(1_000, guest.child("urgent", Priority.HIGH));

        assertThat(servedBeforeTheUrgentOne()).as("neither has used anything").isLessThanOrEqualTo(1);
    }

    /** What may come is not more urgent than what is pending, or it cannot come out of the ring. */
    @ParameterizedTest
    @EnumSource(Beside.class)
    void shouldEnterOnceForABatchBeside(Beside beside) {
        switch (beside) {
            case TIMER -> events.newTimer(urgent, "hour").start(3_600_000_000_000L);
            case IDLE_PRINCIPAL -> {
                final ResourceContainer guest = root.child("guest");
                guest.setFixedShare(ResourceContainer.DEFAULT_SHARE);
                events.declareInterest(
                        ring.host().open(), InterestOps.READABLE, guest.child("idle", Priority.LOW), "idle");
            }
            default -> {}
        }
        final int[] fds = new int[1_000];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = ring.host().open();
            events.declareInterest(fds[i], InterestOps.READABLE, bulk, i);
        }
        assertThat(dequeue(1)).isEmpty();
        for (final int fd : fds) {
            ring.host().setReady(fd, PollMask.POLLIN);
        }
        final long before = events.counters().enters();

        final EventBatch batch = events.dequeueNextEvents(1_000, Priority.IDLE, -1L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            ring.host().setReady(fds[(int) event.attachment()], 0); // a byte comes for it again
            ring.host().setReady(fds[(int) event.attachment()], PollMask.POLLIN);
        }

        assertThat(events.counters().enters() - before).isLessThanOrEqualTo(70L);
    }

    @Test
    void shouldServeItFirstOnARingThatEndsPollsBecauseItsQueueIsFull() {
        final SimulatedRing small = new SimulatedRing(1L, 64, 16, SimulatedFaults.NONE);
        final ResourceContainer tree = ResourceContainer.root("tree");
        try (EventQueue queue = EventQueue.over(small, EventQueueOptions.defaults())) {
            final int[] fds = new int[200];
            for (int i = 0; i < fds.length; i++) {
                fds[i] = small.host().open();
                final int band = i == 199 ? Priority.HIGH : Priority.LOW;
                queue.declareInterest(fds[i], InterestOps.READABLE, tree.child("c" + i, band), i);
            }
            queue.dequeueNextEvents(1, Priority.IDLE, 0L);
            for (final int fd : fds) {
                small.host().setReady(fd, PollMask.POLLIN);
            }

            assertThat(queue.dequeueNextEvents(64, Priority.IDLE, -1L).next().attachment())
                    .isEqualTo(199);
        }
    }

    /** Declares low descriptors and one of {@code last}, and has them become ready in this order; returns the last. */
    private int becomeReady(int lows, ResourceContainer last) {
        final int[] fds = new int[lows + 1];
        for (int i = 0; i <= lows; i++) {
            fds[i] = ring.host().open();
            events.declareInterest(fds[i], InterestOps.READABLE, i < lows ? bulk : last, i < lows ? i : URGENT);
        }
        assertThat(dequeue(1)).isEmpty();
        for (final int fd : fds) {
            ring.host().setReady(fd, PollMask.POLLIN);
        }
        return fds[lows];
    }

    private int servedBeforeTheUrgentOne() {
        int served = 0;
        while (true) {
            final EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, 0L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if (event.attachment().equals(URGENT)) {
                    return served;
                }
                served++;
            }
        }
    }
}
