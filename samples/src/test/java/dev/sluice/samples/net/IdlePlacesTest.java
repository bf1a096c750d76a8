// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: whoever has been idle longest stands in front. Method: seeded clients beside a model that looks at all of them. */
class IdlePlacesTest {
    private static final long GRAIN_NS = 100_000_000L;
    private static final int CLIENTS = 20;

    private final ServedClass clients = new ServedClass(ResourceContainer.root("server"));
    private final IdlePlaces idle = clients.idle;

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, 2L, 3L, System.nanoTime());
    }

    private Place newPlace() {
        return new Place(null, clients, null);
    }

    @Test
    void shouldHaveNobodyBeforeAnybodyIsIdle() {
        newPlace().becomeBusy();
        assertThat(idle.first()).isNull();
    }

    @Test
    void shouldPassOverWhoIsBusy() {
        final Place first = newPlace();
        final Place second = newPlace();
        first.becomeIdle(0L);
        second.becomeIdle(1L);
        first.becomeBusy();
        assertThat(idle.first()).isSameAs(second);

        first.becomeIdle(2L);
        assertThat(idle.first()).isSameAs(second);
        idle.remove(second);
        assertThat(idle.first()).isSameAs(first);
        idle.remove(first);
        assertThat(idle.first()).isNull();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldHaveWhoIsIdleLongestInFront(long seed) {
        final Random random = new Random(seed);
        final List<Place> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            all.add(newPlace());
        }
        long nowNs = 0L;
        for (int i = 0; i < 5_000; i++) {
            nowNs += random.nextInt((int) GRAIN_NS);
            final Place one = all.get(random.nextInt(CLIENTS));
            switch (random.nextInt(4)) {
                case 0, 1 -> one.becomeIdle(nowNs);
                case 2 -> one.becomeBusy();
                default -> {
                    one.becomeBusy();
                    idle.remove(one); // it has gone, and another one has come
                    all.set(all.indexOf(one), newPlace());
                }
            }
            final Place longest = all.stream()
                    .filter(Place::isIdle)
                    .min(Comparator.comparingLong(place -> place.idleSinceNs))
                    .orElse(null);
            final Place first = idle.first();
            assertThat(first == null).as("seed %d, step %d", seed, i).isEqualTo(longest == null);
            if (first != null) {
                assertThat(first.isIdle()).isTrue();
                assertThat(first.idleSinceNs - longest.idleSinceNs)
                        .as("seed %d, step %d", seed, i)
                        .isLessThan(GRAIN_NS);
            }
        }
    }
}
