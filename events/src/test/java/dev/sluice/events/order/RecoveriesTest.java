// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecoveriesTest {
    @Test
    void shouldHaveTheOneThatIsDueFirstOnTopHoweverManyThereAre() {
        final Recoveries recoveries = new Recoveries();
        final SplittableRandom random = new SplittableRandom(7L);
        final List<Recovery> awaited = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            final Recovery recovery = new Recovery(null);
            recoveries.await(recovery, i * 8_191L % 5_003L);
            awaited.add(recovery);
        }
        for (int i = 0; i < 2_000; i++) {
            recoveries.await(awaited.get(random.nextInt(awaited.size())), 10_000L + i);
            recoveries.remove(awaited.remove(random.nextInt(awaited.size())));
        }
        awaited.sort(Comparator.comparingLong(recovery -> recovery.dueNs));

        for (final Recovery next : awaited) {
            assertThat(recoveries.first()).isSameAs(next);
            recoveries.remove(next);
        }
        assertThat(recoveries.first()).isNull();
    }
}
