// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.spi.Scheduling;
import org.junit.jupiter.api.Test;

class DecayByUseTest {
    private static final long HALF_LIFE_NS = 6_400L;
    private static final long STEP_NS = 100L;
    private static final long UNIT_NS = 100L;

    private final ResourceContainer container = ResourceContainer.root("server").child("greedy", 32);

    @Test
    void shouldLoseABandForEachDoublingOfUse() {
        container.setDecay(new DecayByUse(HALF_LIFE_NS, UNIT_NS, 1));
        final long[] charges = {199L, 1L, 199L, 1L, 400L};
        final int[] bands = {32, 31, 31, 30, 29};
        for (int i = 0; i < charges.length; i++) {
            Scheduling.chargeRecentUse(container, charges[i], 5L);
            assertThat(Scheduling.decayedPriority(container, 5L))
                    .as("charge %d", i)
                    .isEqualTo(bands[i]);
        }
        assertThat(container.effectivePriority()).isEqualTo(32);
    }

    @Test
    void shouldForgetHalfOfTheUseInEachHalfLife() {
        container.setDecay(new DecayByUse(HALF_LIFE_NS, UNIT_NS, 1));
        Scheduling.chargeRecentUse(container, 8L * UNIT_NS, 0L);

        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(29);
        assertThat(Scheduling.decayedPriority(container, HALF_LIFE_NS)).isEqualTo(30);
        assertThat(Scheduling.decayedPriority(container, 2L * HALF_LIFE_NS)).isEqualTo(31);
        assertThat(Scheduling.decayedPriority(container, 2L * HALF_LIFE_NS + STEP_NS - 1L))
                .isEqualTo(31);
        assertThat(Scheduling.decayedPriority(container, 2L * HALF_LIFE_NS + STEP_NS))
                .isEqualTo(32);

        Scheduling.chargeRecentUse(
                container, 7L * UNIT_NS, 2L * HALF_LIFE_NS + STEP_NS); // almost 2 units are left, 7 are new
        assertThat(Scheduling.decayedPriority(container, 2L * HALF_LIFE_NS + STEP_NS))
                .isEqualTo(29);
    }

    @Test
    void shouldTellWhenItRisesNext() {
        container.setDecay(new DecayByUse(HALF_LIFE_NS, UNIT_NS, 1));
        assertThat(Scheduling.decayedPriorityRisesAtNs(container)).as("no use").isEqualTo(Long.MAX_VALUE);
        Scheduling.chargeRecentUse(container, 12L * UNIT_NS, -3L * HALF_LIFE_NS);
        assertThat(Scheduling.decayedPriority(container, -3L * HALF_LIFE_NS)).isEqualTo(29);

        long nowNs = -3L * HALF_LIFE_NS;
        for (int band = 30; band <= 32; band++) {
            nowNs = Scheduling.decayedPriorityRisesAtNs(container);
            assertThat(Scheduling.decayedPriority(container, nowNs - 1L)).isEqualTo(band - 1);
            assertThat(Scheduling.decayedPriority(container, nowNs)).isEqualTo(band);
        }

        assertThat(nowNs).as("12 units are less than 2").isEqualTo((-3L * 64L + 166L) * STEP_NS);
        assertThat(Scheduling.decayedPriorityRisesAtNs(container)).isEqualTo(Long.MAX_VALUE);
        container.setDecay(null);
        assertThat(Scheduling.decayedPriorityRisesAtNs(container)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldStopAtTheFloorWhichRaisesNobody() {
        container.setDecay(new DecayByUse(HALF_LIFE_NS, UNIT_NS, 30));
        Scheduling.chargeRecentUse(container, Long.MAX_VALUE, 0L);
        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(30);

        container.setPriority(10);
        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(10);

        container.setPriority(Priority.MAX);
        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(30);
    }

    @Test
    void shouldCountNothingUnlessAPolicyIsSet() {
        final DecayByUse policy = new DecayByUse(HALF_LIFE_NS, UNIT_NS, 1);
        Scheduling.chargeRecentUse(container, 1_000_000L, 0L);
        assertThat(container.decays()).isFalse();
        assertThat(container.decay()).isNull();

        container.setDecay(policy);
        assertThat(container.decays()).isTrue();
        assertThat(container.decay()).isEqualTo(policy);
        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(32);

        Scheduling.chargeRecentUse(container, 1_000_000L, 0L);
        assertThat(Scheduling.decayedPriority(container, 0L)).isLessThan(32);
        container.setDecay(null);
        assertThat(Scheduling.decayedPriority(container, 0L)).isEqualTo(32);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecayByUse(0L, 1L, 0))
                .withMessageContaining("halfLifeNs=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DecayByUse(1L, 0L, 0))
                .withMessageContaining("unitNs=0");
        assertThatIllegalArgumentException().isThrownBy(() -> new DecayByUse(1L, 1L, 64));
        assertThat(new DecayByUse(1L, 1L, 0).unitNs()).as("the least is taken").isEqualTo(1L);
    }
}
