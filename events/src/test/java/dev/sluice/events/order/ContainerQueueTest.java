// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import org.junit.jupiter.api.Test;

class ContainerQueueTest {
    @Test
    void shouldKeepTheOrderOfArrivalWhateverIsTakenOut() {
        final SignalledEvents events = new SignalledEvents(0L, 0L);
        final ContainerQueue place = events.placeOf(ResourceContainer.root("root"));
        final TestSignal[] signals = new TestSignal[5];
        for (int i = 0; i < signals.length; i++) {
            signals[i] = new TestSignal();
            place.append(signals[i]);
        }

        place.unlink(signals[4]); // the last
        place.unlink(signals[2]); // from the middle
        place.unlink(signals[0]); // the first
        place.append(signals[2]);

        assertThat(place.first()).isSameAs(signals[1]);
        place.unlink(signals[1]);
        assertThat(place.first()).isSameAs(signals[3]);
        place.unlink(signals[3]);
        assertThat(place.first()).isSameAs(signals[2]);
        place.unlink(signals[2]);
        assertThat(place.isEmpty()).isTrue();
    }

    @Test
    void shouldChargeAtLeastWhatHandingOutCostsAndNeverOverflow() {
        assertThat(ContainerQueue.virtualCost(0L, 1024)).isEqualTo(256L * 1024);
        assertThat(ContainerQueue.virtualCost(1_000L, 1024)).isEqualTo(1_000L * 1024);
        assertThat(ContainerQueue.virtualCost(1_000L, 2048)).isEqualTo(500L * 1024);
        assertThat(ContainerQueue.virtualCost(Long.MAX_VALUE, 1)).isEqualTo(1L << 62);
    }
}
