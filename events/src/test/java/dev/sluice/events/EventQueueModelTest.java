// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever is declared, revoked, bound to another container, signalled, begun, completed, cancelled, started and
 * closed in between, the queue hands out what is due, to whom it is due, in the order promised, and each completion once.
 * Method: the same random steps on a queue over a simulated ring and on a naive model. Replay: -Dseed=N.
 */
class EventQueueModelTest {
    private static final int STEPS = 100_000;
    private static final int SOAK_STEPS = 5_000_000;

    /** A queue is closed, and the next one opened, after so many steps on average. */
    private static final int STEPS_OF_A_QUEUE = 10_000;

    private SplittableRandom random;
    private ModelledQueue queue;

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.events.Seeds#seeds")
    void shouldHandOutWhatTheModelExpects(long seed) {
        run(seed, STEPS);
    }

    @Tag("soak")
    @Timeout(3_600)
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.events.Seeds#seeds")
    void shouldHandOutWhatTheModelExpectsForMillionsOfSteps(long seed) {
        run(-seed, SOAK_STEPS);
    }

    private void run(long seed, int steps) {
        random = new SplittableRandom(seed);
        queue = new ModelledQueue(random);
        long compared = 0L;
        for (int step = 0; step < steps; step++) {
            queue.where = "seed=" + seed + " step=" + step;
            if (random.nextInt(STEPS_OF_A_QUEUE) == 0) {
                compared += queue.events.counters().events();
                queue.close();
                queue = new ModelledQueue(random);
            }
            if (random.nextInt(16) == 0) {
                queue.whileTheKernelTakesNothing(this::stepThatSubmits);
            } else {
                step();
            }
            queue.letIn();
            queue.assertAgrees();
        }
        compared += queue.events.counters().events();
        queue.close();
        assertThat(compared).as("events compared, seed=%d", seed).isGreaterThan(steps / 4L);
    }

    private void step() {
        switch (random.nextInt(32)) {
            case 0, 1, 2 -> queue.interest.declare();
            case 3 -> queue.interest.revoke();
            case 4 -> queue.interest.rebind();
            case 5 -> queue.interest.changeInterest();
            case 6, 7, 8, 9, 10 -> queue.interest.arrive();
            case 11 -> queue.interest.settleDown();
            case 12, 13 -> queue.operations.begin();
            case 14 -> queue.operations.beginAndCancelWhileHeld();
            case 15, 16 -> queue.operations.complete();
            case 17 -> queue.operations.cancel();
            case 18, 19 -> queue.timers.start();
            case 20 -> queue.timers.cancel();
            case 21 -> queue.containers.reprioritise();
            case 22 -> queue.containers.changeShare();
            case 23 -> seldom();
            case 24 -> waitForTimers();
            default -> dequeue();
        }
    }

    private void stepThatSubmits() {
        switch (random.nextInt(5)) {
            case 0 -> queue.interest.declare();
            case 1 -> queue.interest.revoke();
            case 2 -> queue.interest.changeInterest();
            case 3 -> queue.operations.begin();
            default -> queue.operations.cancel();
        }
    }

    private void seldom() {
        switch (random.nextInt(16)) {
            case 0 -> queue.containers.close();
            case 1, 2 -> queue.containers.changePrincipal();
            case 3, 4, 5 -> queue.containers.changeDecay();
            case 6 -> queue.interest.revokeSet();
            case 7, 8 -> queue.ring.advance(random.nextLong(2_000_000L)); // the thread does something else
            default -> queue.interest.settleDown();
        }
    }

    private void dequeue() {
        final int minPriority = random.nextInt(3) == 0 ? random.nextInt(ModelledContainers.BANDS) : Priority.IDLE;
        final int max = switch (random.nextInt(3)) {
            case 0 -> 1;
            case 1 -> random.nextInt(2, 12);
            default -> 200; // all there are, levels again and again
        };
        queue.dequeue(max, minPriority, 0L, this::handle);
    }

    /** With nothing of the priority pending: until the time is over, or a timer of that priority expires. */
    private void waitForTimers() {
        final int minPriority = random.nextInt(ModelledContainers.BANDS);
        if (queue.order.hasAtLeast(minPriority)) {
            return;
        }
        final boolean forEver = minPriority == Priority.IDLE && queue.timers.nextExpiryNs() != Long.MAX_VALUE;
        final long timeoutNs = forEver && random.nextBoolean() ? -1L : random.nextLong(1L, 5_000_000L);
        queue.waitFor(minPriority, timeoutNs);
    }

    /** What a handler does: now and then it changes what is declared, under way or the order. */
    private void handle() {
        switch (random.nextInt(20)) {
            case 0 -> queue.interest.rebind();
            case 1 -> queue.interest.revoke();
            case 2 -> queue.interest.declare();
            case 3 -> queue.operations.beginAndCancelWhileHeld();
            case 4 -> queue.timers.start();
            case 5 -> queue.timers.cancel();
            case 6 -> queue.containers.reprioritise();
            case 7 -> queue.containers.changeShare();
            case 8 -> {
                if (random.nextInt(20) == 0) {
                    seldomInHandler();
                }
            }
            default -> {}
        }
    }

    private void seldomInHandler() {
        switch (random.nextInt(3)) {
            case 0 -> queue.containers.changePrincipal();
            case 1 -> queue.containers.changeDecay();
            default -> queue.containers.close();
        }
    }
}
