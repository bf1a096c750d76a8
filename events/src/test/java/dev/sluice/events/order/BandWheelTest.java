// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandWheelTest {
    private static final long BUCKET = 1L << BandWheel.BUCKET_SHIFT;

    private final Principal bands = new Principal(new SignalledEvents(0L, 0L), 1, 0L);
    private final ResourceContainer root = ResourceContainer.root("root");

    /** The last one begins a little below the end of the numbers: virtual times wrap while the test runs. */
    @ParameterizedTest
    @ValueSource(longs = {0L, Long.MAX_VALUE - 3L * BandWheel.SPAN, -BandWheel.SPAN})
    void shouldHandOutByVirtualTimeAndThenByArrival(long start) {
        final long from = start & -BUCKET;
        final SplittableRandom random = new SplittableRandom(7L);
        final BandWheel wheel = new BandWheel(from, 0L);
        final List<ContainerQueue> waiting = new ArrayList<>();
        long reached = 0L;
        for (int step = 0; step < 20_000; step++) {
            if (waiting.size() < 50 && random.nextInt(5) < 3) {
                final ContainerQueue place = place();
                final long ahead =
                        reached + random.nextLong(random.nextInt(3) == 0 ? 5L * BandWheel.SPAN : BandWheel.SPAN);
                place.virtualTime = from + ahead;
                wheel.insert(place);
                waiting.add(place);
            } else if (!waiting.isEmpty() && random.nextInt(4) == 0) {
                wheel.remove(waiting.remove(random.nextInt(waiting.size())), 0L);
            } else if (!waiting.isEmpty()) {
                ContainerQueue least = waiting.get(0);
                for (final ContainerQueue place : waiting) {
                    if (bucketFrom(from, place) < bucketFrom(from, least)) {
                        least = place;
                    }
                }
                assertThat(wheel.peekFirst()).as("step %d", step).isSameAs(least);
                assertThat(wheel.pollFirst()).as("step %d", step).isSameAs(least);
                assertThat(least.isWaiting()).isFalse();
                waiting.remove(least);
                reached = bucketFrom(from, least) * BUCKET;
                assertThat(wheel.virtualTime(0L)).isEqualTo(from + reached);
            }
            assertThat(wheel.isEmpty()).isEqualTo(waiting.isEmpty());
        }
        assertThat(reached).as("passed the point where the numbers wrap").isGreaterThan(4L * BandWheel.SPAN);
    }

    @Test
    void shouldReachWhatLiesBeyondItsSpanInOrder() {
        final BandWheel wheel = new BandWheel(0L, 0L);
        final ContainerQueue furthest = place();
        final ContainerQueue far = place();
        final ContainerQueue gone = place();
        final ContainerQueue near = place();
        gone.virtualTime = 2L * BandWheel.SPAN;
        furthest.virtualTime = BandWheel.MAX_LEAD;
        far.virtualTime = 3L * BandWheel.SPAN;
        near.virtualTime = BandWheel.SPAN / 2;
        wheel.insert(furthest);
        wheel.insert(far);
        wheel.insert(gone);
        wheel.insert(near);
        wheel.remove(gone, 0L);

        assertThat(wheel.pollFirst()).isSameAs(near);
        assertThat(wheel.peekFirst()).isSameAs(far);
        assertThat(wheel.pollFirst()).isSameAs(far);
        assertThat(wheel.virtualTime(0L)).isEqualTo(3L * BandWheel.SPAN);
        assertThat(wheel.pollFirst()).isSameAs(furthest);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepTheOrderOfThousandsBeyondItsSpan() {
        final BandWheel wheel = new BandWheel(0L, 0L);
        for (long i = 0L; i < 5_003L; i++) {
            final ContainerQueue place = place();
            place.virtualTime = BandWheel.SPAN + i * 8_191L % 5_003L * BUCKET;
            wheel.insert(place);
        }

        for (long i = 0L; i < 5_003L; i++) {
            assertThat(wheel.pollFirst().virtualTime).isEqualTo(BandWheel.SPAN + i * BUCKET);
        }
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void shouldNotServeWhatIsOneBucketAheadBeforeWhatIsNot() {
        final BandWheel wheel = new BandWheel(0L, 0L);
        final ContainerQueue beyond = place();
        final ContainerQueue inTheLastBucket = place();
        beyond.virtualTime = BandWheel.SPAN; // waits in the last bucket too, and came first
        inTheLastBucket.virtualTime = BandWheel.SPAN - 1L;
        wheel.insert(beyond);
        wheel.insert(inTheLastBucket);

        assertThat(wheel.pollFirst()).isSameAs(inTheLastBucket);
        assertThat(wheel.pollFirst()).isSameAs(beyond);
    }

    private ContainerQueue place() {
        return new ContainerQueue(bands, root);
    }

    private static long bucketFrom(long from, ContainerQueue place) {
        return (place.virtualTime - from) / BUCKET;
    }
}
