// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers that sink by what they use, and rise again. */
class DecayTest extends ServiceTests {
    /** 10 s at a half-life of 100 ms: 144 ms of recent use, 144 units, 7 doublings. */
    @ParameterizedTest
    @CsvSource({"1, 25", "25, 25", "30, 30", "40, 32"})
    void shouldSinkByUseToTheFloorAndNoLower(int floor, int sunkTo) {
        final ResourceContainer greedy = busy(root.child("greedy", Priority.NORMAL), 20L * MICROSECOND_NS);
        greedy.setDecay(new DecayByUse(100L * MILLISECOND_NS, MILLISECOND_NS, floor));
        serveUntil(10_000L * MILLISECOND_NS);
        final ResourceContainer below = root.child("below", sunkTo - 1);
        final ResourceContainer above = root.child("above", sunkTo + 1);
        signalOnce(below, 0L);
        signalOnce(above, 0L);

        assertThat(serveOne(Priority.IDLE)).isSameAs(above);
        assertThat(serveOne(Priority.IDLE)).isSameAs(greedy);
        assertThat(greedy.effectivePriority()).isEqualTo(Priority.NORMAL);
    }

    @Test
    void shouldRiseAgainWhenItUsesLittle() {
        final ResourceContainer greedy = busy(root.child("greedy", Priority.NORMAL), 20L * MICROSECOND_NS);
        greedy.setDecay(new DecayByUse(10L * MILLISECOND_NS, MILLISECOND_NS, 1));
        serveUntil(100L * MILLISECOND_NS);
        final ResourceContainer rival = busy(root.child("rival", Priority.NORMAL - 1), 20L * MICROSECOND_NS);
        assertThat(serveOne(Priority.IDLE)).as("use is fresh").isSameAs(rival);

        busy.remove(greedy);
        events.remove(events.placeOf(greedy).first());
        serveUntil(nowNs + 100L * MILLISECOND_NS);
        busy(greedy, 20L * MICROSECOND_NS);

        assertThat(serveOne(Priority.IDLE)).as("use is long ago").isSameAs(greedy);
    }

    @ParameterizedTest
    @CsvSource({"10, 40", "10, 39"})
    void shouldRiseAgainWhileItsEventWaits(long halfLifeMs, int rivalPriority) {
        final ResourceContainer greedy = busy(root.child("greedy", 40), 20L * MILLISECOND_NS);
        greedy.setDecay(new DecayByUse(halfLifeMs * MILLISECOND_NS, MICROSECOND_NS, 1));
        serveOne(Priority.IDLE);
        busy(root.child("rival", rivalPriority), 50L * MICROSECOND_NS);
        final long sunkNs = nowNs;

        serveUntilServed(greedy);

        // 20 ms are 20,000 units, more than 2 to the power of 14: in the band of its rival, or above, one half-life
        // each.
        final double halfLives = Math.log(20_000.0) / Math.log(2.0) - (40 - rivalPriority + 1);
        assertThat((double) (nowNs - 20L * MILLISECOND_NS - sunkNs) / MILLISECOND_NS)
                .isCloseTo(halfLives * halfLifeMs, within(0.02 * halfLives * halfLifeMs + 20.0));
    }

    @Test
    void shouldExpectUrgentEventsOfOneThatHasRecoveredWhileNothingOfItWasPending() {
        final ResourceContainer greedy = root.child("greedy", 40);
        greedy.setDecay(new DecayByUse(10L * MILLISECOND_NS, MICROSECOND_NS, 1));
        signalOnce(greedy, 20L * MILLISECOND_NS);
        serveOne(Priority.IDLE);
        busy(root.child("rival", 30), 50L * MICROSECOND_NS);
        events.expectFrom(new TestSignal(events.placeOf(greedy)));
        assertThat(events.moreUrgentMayArrive()).as("its use is fresh").isFalse();

        serveUntil(nowNs + 200L * MILLISECOND_NS);

        assertThat(events.moreUrgentMayArrive()).isTrue();
    }
}
