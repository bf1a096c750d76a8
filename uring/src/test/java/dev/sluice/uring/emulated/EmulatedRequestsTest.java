// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EmulatedRequestsTest {
    @Test
    void shouldFindWhatWaitsHoweverManyThereAre() {
        final EmulatedRequests requests = new EmulatedRequests(null);
        final SplittableRandom random = new SplittableRandom(7L);
        final List<EmulatedRequest> waiting = new ArrayList<>();
        for (int step = 0; step < 50_000; step++) {
            if (random.nextInt(5) < 3) {
                final EmulatedRequest request = requests.take();
                request.userData = (long) random.nextInt(1_000) << 44 | step;
                requests.enter(request);
                waiting.add(request);
            } else if (!waiting.isEmpty()) {
                final EmulatedRequest request = waiting.remove(random.nextInt(waiting.size()));
                final long token = request.token();
                assertThat(requests.find(token)).isSameAs(request);
                assertThat(requests.findWaiting(request.userData, -1)).isSameAs(request);
                requests.leave(request);
                assertThat(requests.findWaiting(request.userData, -1)).isNull();
                requests.giveBack(request);
                assertThat(requests.find(token)).isNull();
            }
        }
        final Set<EmulatedRequest> seen = new HashSet<>();
        requests.forEachWaiting(request -> assertThat(seen.add(request)).isTrue());

        assertThat(waiting).hasSizeGreaterThan(8_000);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(waiting);
    }
}
