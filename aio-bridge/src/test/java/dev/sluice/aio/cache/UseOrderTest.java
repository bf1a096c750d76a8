// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UseOrderTest {
    private static final int CAPACITY = 10;
    private static final int OFTEN = 3;
    private static final int STEPS = 20_000;

    private static final class Thing extends Ranked<Thing> {
        private final String name;
        private final long weight;
        private int uses;

        Thing(String name, long weight) {
            this.name = name;
            this.weight = weight;
        }

        @Override
        long weight() {
            return weight;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final UseOrder<Thing> order = new UseOrder<>(CAPACITY);

    private Thing used(String name, int times) {
        final Thing thing = new Thing(name, 1L);
        for (int i = 0; i < times; i++) {
            thing.use();
        }
        order.add(thing);
        return thing;
    }

    private List<String> allInOrder() {
        final List<String> all = new ArrayList<>();
        Thing first;
        while ((first = order.first()) != null) {
            all.add(first.name);
            order.remove(first);
        }
        return all;
    }

    @Test
    void shouldGiveUpWhatIsUsedSeldomBeforeWhatIsUsedOften() {
        used("often", OFTEN);
        used("once", 1);
        used("twice", 2);
        assertThat(order.size()).isEqualTo(3);
        assertThat(allInOrder()).containsExactly("once", "twice", "often");
        assertThat(order.size()).isZero();
    }

    @Test
    void shouldGiveUpFirstWhatWasUsedLongestAgo() {
        final Thing first = used("first", 1);
        used("second", 1);
        order.used(first);
        assertThat(allInOrder()).containsExactly("second", "first");
    }

    @Test
    void shouldKeepAPartForWhatIsNew() {
        for (int i = 0; i < CAPACITY; i++) {
            used("often" + i, OFTEN);
        }
        used("new", 1);
        assertThat(allInOrder()).startsWith("often0", "often1", "new", "often2").hasSize(CAPACITY + 1);
    }

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, 2L, System.nanoTime());
    }

    /** Goal: the order that it says. Method: two lists, in which things are sought. Replay: -Dseed=N. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithTwoLists(long seed) {
        System.out.println("UseOrderTest: -Dseed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Thing> things = new ArrayList<>();
        for (int i = 0; i < 2 * CAPACITY; i++) {
            things.add(new Thing("thing" + i, 1L + random.nextInt(3)));
        }
        final List<Thing> seldom = new ArrayList<>();
        final List<Thing> often = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            final Thing thing = things.get(random.nextInt(things.size()));
            seldom.remove(thing);
            often.remove(thing);
            if (random.nextInt(4) == 0) {
                order.remove(thing);
            } else {
                thing.use();
                thing.uses++;
                order.used(thing);
                (thing.uses >= OFTEN ? often : seldom).add(thing);
                while (often.stream().mapToLong(Thing::weight).sum() > CAPACITY * 4 / 5) {
                    seldom.add(often.remove(0));
                }
            }
            assertThat(order.size()).isEqualTo(seldom.size() + often.size());
            assertThat(order.first())
                    .isSameAs(seldom.isEmpty() ? (often.isEmpty() ? null : often.get(0)) : seldom.get(0));
        }
        seldom.addAll(often);
        assertThat(allInOrder()).isEqualTo(seldom.stream().map(Thing::toString).toList());
    }
}
