// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.order.ModelEntry;
import dev.sluice.events.order.SchedulerModel;
import dev.sluice.events.order.Signal;
import dev.sluice.events.table.UserData;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A queue over a simulated ring, and what the model knows of it. Each step is taken on both; the parts are {@link
 * ModelledContainers}, {@link ModelledInterest}, {@link ModelledOperations} and {@link ModelledTimers}.
 */
final class ModelledQueue {
    /** Above every container: dequeues from here up only let the ring's completions in. */
    private static final int NOBODY = Priority.MAX;

    /** What an event that is pending must show. */
    interface Expected {
        ModelEntry entry();

        void assertShownBy(Event event, String where);

        /** The application asked for the next event. */
        default void handled() {}
    }

    final SplittableRandom random;
    final SimulatedRing ring;
    final EventQueue events;
    final SchedulerModel order;
    final ModelledContainers containers;
    final ModelledInterest interest;
    final ModelledOperations operations;
    final ModelledTimers timers;
    final Map<Signal, Expected> expected = new HashMap<>();

    /** When the queue began to wait, by the ring's clock: also in between, as when timers move in their wheel. */
    private final List<Long> waitsNs = new ArrayList<>();

    String where = "opening";
    private int attachments;
    private boolean takesNothing;

    ModelledQueue(SplittableRandom random) {
        this.random = random;
        final long starvationLimitNs = random.nextInt(3) / 2 * 300_000L;
        ring = new SimulatedRing(random.nextLong(), 256, 1024, waitsNoticed());
        events = EventQueue.over(ring, EventQueueOptions.defaults().withStarvationLimitNs(starvationLimitNs));
        order = new SchedulerModel(starvationLimitNs);
        containers = new ModelledContainers(this);
        interest = new ModelledInterest(this);
        operations = new ModelledOperations(this);
        timers = new ModelledTimers(this);
        letIn();
    }

    private SimulatedFaults waitsNoticed() {
        return new SimulatedFaults() {
            @Override
            public int accepted(int claimed, SplittableRandom ofTheRing) {
                return takesNothing ? 0 : claimed;
            }

            @Override
            public boolean interrupted(SplittableRandom ofTheRing) {
                waitsNs.add(ring.nanoTime());
                return false;
            }
        };
    }

    Object nextAttachment() {
        return ++attachments;
    }

    void signalled(Signal signal, Expected shown) {
        order.add(shown.entry(), signal);
        expected.put(signal, shown);
    }

    void dropped(Signal signal) {
        order.remove(expected.remove(signal).entry(), signal);
    }

    /** Takes a step while the kernel has no memory for requests and the submission queue is full, and asks it in vain for long. */
    void whileTheKernelTakesNothing(Runnable step) {
        takesNothing = true;
        for (Sqe sqe = ring.tryClaim(); sqe != null; sqe = ring.tryClaim()) {
            sqe.prepNop().userData(UserData.encode(0L, UserData.KIND_NOTHING, 0));
        }
        step.run();
        for (int i = random.nextInt(100); i >= 0; i--) {
            ring.submit();
        }
        takesNothing = false;
    }

    /** Lets the ring have what is claimed, and the queue what has completed and expired. */
    void letIn() {
        for (int i = 0; i < 2; i++) { // the second for what the first one polls anew
            order.advanceTo(ring.nanoTime());
            timers.expire();
            interest.ringEntered();
            assertThat(events.dequeueNextEvents(1, NOBODY, 0L).next()).as(where).isNull();
            assertThat(order.take(NOBODY)).as(where).isNull();
        }
    }

    /** As {@link EventQueue#dequeueNextEvents}; returns how many events were handed out. */
    int dequeue(int max, int minPriority, long timeoutNs, Runnable handler) {
        final EventBatch batch = events.dequeueNextEvents(max, minPriority, timeoutNs);
        for (int count = 0; count < max; count++) {
            final long entersBefore = ring.statistics().enters();
            final Event event = batch.next();
            timers.expire();
            if (ring.statistics().enters() != entersBefore) { // when to, is the queue's affair
                interest.ringEntered();
            }
            final Signal due = order.take(minPriority);
            if (due == null) {
                assertThat(event).as(where).isNull();
                return count;
            }
            final Expected shown = expected.remove(due);
            assertThat(event).as(where).isNotNull();
            assertThat(event.container()).as(where).isSameAs(shown.entry().container);
            shown.assertShownBy(event, where);
            handler.run();
            final long costNs = random.nextLong(40_000L);
            ring.advance(costNs);
            order.endService(costNs, ring.nanoTime());
            shown.handled();
        }
        assertThat(batch.next()).as(where).isNull();
        return max;
    }

    /** With nothing of the priority pending: waits until a timer of it expires or the time is over, and takes nothing. */
    void waitFor(int minPriority, long timeoutNs) {
        final long endNs = timeoutNs < 0L ? Long.MAX_VALUE : order.nowNs + timeoutNs;
        waitsNs.clear();
        events.dequeueNextEvents(1, minPriority, timeoutNs);
        while (order.nowNs < endNs && !order.hasAtLeast(minPriority)) {
            order.advanceTo(
                    Math.min(Math.min(endNs, nextWaitNs()), Math.min(timers.nextExpiryNs(), order.nextRecoveryNs())));
            timers.expire();
        }
        assertThat(ring.nanoTime()).as(where).isEqualTo(order.nowNs);
    }

    /** The order may change whenever the queue looks at the clock. */
    private long nextWaitNs() {
        return waitsNs.stream()
                .mapToLong(Long::longValue)
                .filter(waitNs -> waitNs > order.nowNs)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    void assertAgrees() {
        assertThat(events.counters().signalled()).as(where).isEqualTo(expected.size());
        final int band = random.nextInt(ModelledContainers.BANDS);
        assertThat(events.oldestPendingNs(band)).as(where).isEqualTo(order.oldestPendingNs(band));
        timers.assertAgree();
    }

    /** Closes the queue with whatever is pending and under way, from inside a handler or not. */
    void close() {
        assertThat(events.counters().interested()).as(where).isEqualTo(interest.size());
        assertThat(events.counters().staleCompletions()).as(where).isZero();
        final EventBatch batch =
                random.nextBoolean() ? events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, 0L) : null;
        final boolean insideHandler = batch != null && batch.next() != null;
        assertThat(insideHandler).as(where).isEqualTo(batch != null && !expected.isEmpty());
        events.close();
        ring.advance(random.nextLong(10_000_000L)); // timers would be due
        if (batch != null) {
            assertThat(batch.next()).as(where).isNull();
        }
        interest.assertClosed();
        operations.assertClosed();
        timers.assertClosed();
    }
}
