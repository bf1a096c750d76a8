// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients get, measured and held against their shares, whatever the order comes from: nobody gets more for its share
 * than one that always has something pending, but for a handler of each. Replay: -Dseed=N.
 */
class MeasuredSharesTest {
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long HOUR_NS = 3_600_000L * MILLISECOND_NS;

    /** What the order is exact to: 16.4 us at the default share, for each of two that are compared. */
    private static final double EXACT_TO = 2.0 * 16_384.0 / ResourceContainer.DEFAULT_SHARE;

    private static final int ROUNDS = 20;
    private static final int HANDLERS_OF_A_ROUND = 1_000;

    /** One container that is served, and when it asks. */
    private static final class Client {
        final Signal signal = new TestSignal();
        final int share;
        final long mostNs;

        /** How long after its handler it asks again: below 0 while it is handled. */
        final long mostThinkingNs;

        long asksAtNs;
        double usedForItsShare;

        Client(ContainerQueue place, long mostNs, long mostThinkingNs) {
            signal.place = place;
            share = place.container.share();
            this.mostNs = mostNs;
            this.mostThinkingNs = mostThinkingNs;
        }

        boolean alwaysAsks() {
            return mostThinkingNs < 0L;
        }

        double handlerForItsShare() {
            return (double) Math.max(mostNs, ContainerQueue.MIN_COST_NS) / share;
        }
    }

    private final ResourceContainer root = ResourceContainer.root("root");
    private final SignalledEvents events = new SignalledEvents(0L, 0L);
    private long nowNs;

    /** The small one asks again while the handler of the large one runs. */
    @ParameterizedTest
    @CsvSource({
        "2048, 1024, 100",
        "1024, 512, 100",
        "1024, 1, 100",
        "1048576, 1024, 5",
        "1048576, 1024, 20",
        "1048576, 1024, 100"
    })
    void shouldKeepTheShareOfAClientWithOneRequestAtATime(int largeShare, int smallShare, long handlerMs) {
        final ResourceContainer large = root.child("large", Priority.NORMAL);
        final ResourceContainer small = root.child("small", Priority.NORMAL);
        large.setShare(largeShare);
        small.setShare(smallShare);

        assertThat(servedOfTenThousand(large, small, handlerMs * MILLISECOND_NS)
                        * (largeShare + smallShare)
                        / (10_000.0 * smallShare))
                .isBetween(0.9, 1.1);
    }

    @ParameterizedTest
    @CsvSource({"2048, 1024, 100", "1048576, 1024, 5"})
    void shouldKeepTheFixedShareOfAClientWithOneRequestAtATime(int largeShare, int smallShare, long handlerMs) {
        final ResourceContainer large = root.child("large");
        final ResourceContainer small = root.child("small");
        large.setFixedShare(largeShare);
        small.setFixedShare(smallShare);

        assertThat(servedOfTenThousand(
                                large.child("work", Priority.LOW),
                                small.child("work", Priority.HIGH),
                                handlerMs * MILLISECOND_NS)
                        * (largeShare + smallShare)
                        / (10_000.0 * smallShare))
                .isBetween(0.9, 1.1);
    }

    private int servedOfTenThousand(ResourceContainer alwaysAsks, ResourceContainer asksAgain, long handlerNs) {
        final Signal large = new TestSignal();
        large.place = events.placeOf(alwaysAsks);
        final Signal small = new TestSignal();
        small.place = events.placeOf(asksAgain);
        events.add(large);
        events.add(small);
        int served = 0;
        for (int i = 0; i < 10_000; i++) {
            final Signal taken = events.take(Priority.IDLE);
            nowNs += handlerNs;
            if (taken == large) {
                events.add(large);
            } else {
                served++;
            }
            events.endService(handlerNs, nowNs);
            if (taken == large && !small.queued) {
                events.add(small);
            }
        }
        return served;
    }

    /** Clients ask always, or some time after they were served; a higher band and other principals use the thread meanwhile. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.events.Seeds#seeds")
    void shouldGiveNobodyMoreForItsShareThanOneThatAlwaysAsks(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            final ResourceContainer tree = ResourceContainer.root("tree");
            final ResourceContainer guest = tree.child("guest");
            if (random.nextBoolean()) {
                guest.setFixedShare(1 + random.nextInt(2_000));
            }
            final SignalledEvents order = new SignalledEvents(0L, nowNs);
            final long longestNs = 1L << random.nextInt(10, 31);
            final List<Client> compared = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(5); i++) {
                final ResourceContainer container = guest.child("client" + i, Priority.NORMAL);
                container.setShare(1 << random.nextInt(21));
                compared.add(client(order, container, longestNs, i == 0, random));
            }
            final List<Client> all = new ArrayList<>(compared);
            all.add(client(order, guest.child("urgent", Priority.HIGH), longestNs, false, random));
            all.add(client(order, tree.child("other", Priority.HIGH), longestNs, guest.fixedShare() > 0, random));

            compare(order, all, compared, random, "seed=" + seed + " round=" + round);
        }
    }

    private Client client(
            SignalledEvents order,
            ResourceContainer container,
            long longestNs,
            boolean alwaysAsks,
            SplittableRandom random) {
        final long thinkingNs = alwaysAsks || random.nextInt(3) == 0 ? -1L : random.nextLong(4L * longestNs);
        final Client client = new Client(order.placeOf(container), 1L + random.nextLong(longestNs), thinkingNs);
        client.asksAtNs = nowNs;
        return client;
    }

    private void compare(
            SignalledEvents order, List<Client> all, List<Client> compared, SplittableRandom random, String where) {
        final double[][] leastAhead = new double[compared.size()][compared.size()];
        for (int step = 0; step < HANDLERS_OF_A_ROUND; step++) {
            for (final Client client : all) {
                if (!client.signal.queued && client.asksAtNs <= nowNs) {
                    order.add(client.signal);
                }
            }
            final Signal taken = order.take(Priority.IDLE);
            final Client served = all.stream()
                    .filter(client -> client.signal == taken)
                    .findFirst()
                    .orElseThrow();
            final long handlerNs = 1L + random.nextLong(served.mostNs);
            nowNs += handlerNs;
            for (final Client client : all) {
                if (client != served && !client.signal.queued && client.asksAtNs <= nowNs) {
                    order.add(client.signal); // while the other's handler runs
                }
            }
            if (served.alwaysAsks()) {
                order.add(taken);
            } else {
                served.asksAtNs = nowNs + random.nextLong(served.mostThinkingNs + 1L);
            }
            order.endService(handlerNs, nowNs);
            served.usedForItsShare += (double) Math.max(handlerNs, ContainerQueue.MIN_COST_NS) / served.share;
            for (int i = 0; i < compared.size(); i++) {
                for (int j = 0; j < compared.size(); j++) {
                    final Client one = compared.get(i);
                    final Client other = compared.get(j);
                    if (i == j || !other.alwaysAsks()) {
                        continue;
                    }
                    final double ahead = one.usedForItsShare - other.usedForItsShare;
                    leastAhead[i][j] = Math.min(leastAhead[i][j], ahead);
                    assertThat(ahead - leastAhead[i][j])
                            .as("%s step=%d: client %d against %d", where, step, i, j)
                            .isLessThanOrEqualTo(
                                    1.001 * (one.handlerForItsShare() + other.handlerForItsShare() + EXACT_TO));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L, 30L, 300L, 420L, 500L, 800L})
    void shouldOweNothingAfterDaysWithoutAnythingPending(long days) {
        final Signal busy = new TestSignal();
        busy.place = events.placeOf(root.child("busy", Priority.NORMAL));
        final Signal rare = new TestSignal();
        rare.place = events.placeOf(root.child("rare", Priority.NORMAL));
        events.add(rare);
        events.take(Priority.IDLE);
        nowNs = HOUR_NS;
        events.endService(HOUR_NS, nowNs);
        nowNs += days * 24L * HOUR_NS;
        events.setNowNs(nowNs);
        events.add(busy);
        events.add(rare);

        assertThat(events.take(Priority.IDLE)).isSameAs(busy);
        events.endService(MILLISECOND_NS, nowNs + MILLISECOND_NS);

        assertThat(events.take(Priority.IDLE)).isSameAs(rare);
    }
}
