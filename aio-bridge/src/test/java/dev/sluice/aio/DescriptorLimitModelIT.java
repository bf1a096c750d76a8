// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The limit of descriptors under random use, against what is open. */
class DescriptorLimitModelIT extends DescriptorLimitTests {
    /**
     * Goal: never more than there is, than a container may have, or into the reserve; nobody waits who could go; what is open, and nothing
     * else, counts. Method: random opens, closes, discards, moves, cancellations, changes of priorities and limits. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.aio.disk.AdmissionWindowIT#seeds")
    void shouldNeitherExceedALimitNorKeepBackWhoCanGo(long seed) {
        start(8L, 2L);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<ResourceContainer> containers = new ArrayList<>(List.of(aio.root));
        for (int i = 1; i < 8; i++) {
            containers.add(containers.get(random.nextInt(i)).child("c" + i, random.nextInt(Priority.BANDS)));
        }
        final List<Opening> openings = new ArrayList<>();
        int waited = 0;
        for (int step = 0; step < 3_000; step++) {
            final ResourceContainer container = containers.get(random.nextInt(containers.size()));
            final Opening one = openings.isEmpty() ? null : openings.get(random.nextInt(openings.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> {
                    if (openings.size() < 24) {
                        final Opening opening = new Opening(aio.io.newFile(), container);
                        opening.id = opening.file.open(
                                root, "file" + random.nextInt(10), OpenOptions.READ, container, opening);
                        openings.add(opening);
                    }
                }
                case 5, 6, 7 -> {
                    if (one != null && one.file.isOpen()) {
                        one.file.discard();
                        openings.remove(one);
                    }
                }
                case 8 -> {
                    if (one != null && !one.ended) {
                        aio.io.cancel(one.id);
                    }
                }
                case 9 -> container.setPriority(random.nextInt(Priority.BANDS));
                default ->
                    container.setLimit(
                            Resource.DESCRIPTORS,
                            random.nextInt(3) == 0 ? ResourceContainer.NO_LIMIT : 1 + random.nextInt(5));
            }
            takeEnded(openings);
            waited += aio.io.descriptors().waiting() > 0 ? 1 : 0;
            final long open = openings.stream().filter(o -> o.file.isOpen()).count();
            assertThat(aio.io.descriptors().inUse())
                    .as("seed=%d step=%d", seed, step)
                    .isEqualTo(open)
                    .isLessThanOrEqualTo(8L);
            for (final ResourceContainer each : containers) {
                assertThat(each.inUse(Resource.DESCRIPTORS))
                        .as("seed=%d step=%d %s", seed, step, each)
                        .isEqualTo(openings.stream()
                                .filter(o -> o.file.isOpen() && AllowanceIT.isWithin(o.container, each))
                                .count());
            }
            assertThat(openings)
                    .as("seed=%d step=%d: can go", seed, step)
                    .noneMatch(o ->
                            !o.ended && AllowanceIT.canGo(o.container, aio.io.descriptors(), Resource.DESCRIPTORS));
        }
        assertThat(waited).isGreaterThan(300);
        openings.forEach(o -> aio.io.cancel(o.ended ? -1L : o.id));
        takeEnded(openings);
        openings.forEach(o -> o.file.discard());
    }

    /** Until none is on its way that has what it waited for. */
    private void takeEnded(List<Opening> openings) {
        do {
            aio.seen.clear();
            aio.collect(aio.events.dequeueNextEvents(64, Priority.IDLE, 0L));
            for (final Seen seen : aio.seen) {
                final Opening opening = (Opening) seen.attachment();
                opening.ended = true;
                if (seen.result() < 0) {
                    assertThat(seen.result()).isEqualTo(-Errno.ECANCELED);
                    openings.remove(opening);
                }
            }
        } while (aio.events.counters().operationsUnderWay()
                > aio.io.descriptors().waiting());
    }

    private static final class Opening {
        final AsyncFile file;
        final ResourceContainer container;
        long id;
        boolean ended;

        Opening(AsyncFile file, ResourceContainer container) {
            this.file = file;
            this.container = container;
        }
    }
}
