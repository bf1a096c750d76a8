// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A bounded amount of something, who has it, and the line of those who wait for it. */
class AllowanceIT {
    private final AioFixture aio = new AioFixture();

    @AfterEach
    void close() {
        aio.close();
    }

    @Test
    void shouldKeepTheReserveForHighBands() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 3L);
        assertThat(places.tryTake(7L, aio.normal)).isTrue();

        assertThat(places.tryTake(1L, aio.bulk)).isFalse();
        assertThat(places.tryTake(3L, aio.urgent)).isTrue();
        assertThat(places.tryTake(1L, aio.urgent)).isFalse();
        assertThat(places.inUse()).isEqualTo(10L);

        places.giveBack(3L, aio.urgent);
        assertThat(places.tryTake(1L, aio.normal)).as("the reserve is free").isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> places.tryTake(8L, aio.normal))
                .withMessageContaining("amount must be 1..7 of CONNECTIONS");
        assertThatIllegalArgumentException().isThrownBy(() -> places.giveBack(8L, aio.normal));
    }

    /** Another one would count beside it, and a container would have its limit twice. */
    @Test
    void shouldBeHadByOneBridgeForEachQueue() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AsyncIo.on(aio.events))
                .withMessageContaining("has its AsyncIo already");
    }

    @Test
    void shouldTakeNothingBackFromAContainerThatHasLess() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        places.tryTake(3L, aio.normal);
        places.tryTake(1L, aio.bulk);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> places.giveBack(2L, aio.bulk))
                .withMessageContaining("CONNECTIONS=2, in use 1 of 4");
        assertThat(aio.bulk.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
        assertThat(places.inUse()).isEqualTo(4L);
    }

    @Test
    void shouldGiveTurnsByBandThenInTheOrderOfArrivalEachAsOneEvent() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
        places.tryTake(1L, aio.normal);
        places.take(1L, aio.bulk, "bulk");
        places.take(1L, aio.normal, "first");
        places.take(1L, aio.normal, "second");
        places.take(1L, aio.urgent, "urgent");
        aio.expectSilence(1_000_000L);
        assertThat(places.waiting()).isEqualTo(4);

        final List<Object> turns = new ArrayList<>();
        final List<ResourceContainer> holders = List.of(aio.normal, aio.urgent, aio.normal, aio.normal);
        for (final ResourceContainer holder : holders) {
            places.giveBack(1L, holder);
            final Seen turn = aio.runOne();
            assertThat(turn.result()).isZero();
            assertThat(turn.operation()).isEqualTo(Opcode.NOP);
            turns.add(turn.attachment());
        }
        assertThat(turns).containsExactly("urgent", "first", "second", "bulk");
        places.giveBack(1L, aio.bulk);
        assertThat(places.inUse()).isZero();
        assertThat(aio.root.inUse(Resource.CONNECTIONS)).isZero();
        assertThat(aio.isIdle()).isTrue();
    }

    @Test
    void shouldSetAsideWhoseContainerHasAsMuchAsItMayAndHoldUpNobodyElse() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        final ResourceContainer visitor = aio.normal.child("visitor");
        aio.normal.setLimit(Resource.CONNECTIONS, 2L);
        assertThat(places.tryTake(2L, visitor)).isTrue();
        assertThat(aio.normal.inUse(Resource.CONNECTIONS)).isEqualTo(2L);
        assertThat(places.tryTake(1L, aio.normal)).isFalse();

        places.take(1L, aio.normal, "over its limit");
        places.take(1L, aio.bulk, "bulk");
        assertThat(aio.runOne().attachment()).isEqualTo("bulk");
        aio.expectSilence(1_000_000L);
        assertThat(places.waiting()).isEqualTo(1);

        places.giveBack(1L, visitor);
        assertThat(aio.runOne().attachment()).isEqualTo("over its limit");
    }

    @Test
    void shouldLetWaitersGoWhenALimitIsRaised() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        aio.normal.setLimit(Resource.CONNECTIONS, 1L);
        places.tryTake(1L, aio.normal);
        places.take(4L, aio.normal, "waits");
        aio.expectSilence(1_000_000L);

        aio.normal.setLimit(Resource.CONNECTIONS, 5L);
        assertThat(aio.runOneAtOnce().attachment()).isEqualTo("waits");
    }

    @Test
    void shouldLetWaitersGoInTheTurnInWhichALimitIsRaised() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 1000L, 0L);
        aio.normal.setLimit(Resource.CONNECTIONS, 1L);
        places.tryTake(1L, aio.normal);
        places.take(1L, aio.normal, "waits");
        assertNextAfter(places, () -> aio.normal.setLimit(Resource.CONNECTIONS, 2L), "waits");
    }

    @Test
    void shouldLetWaitersGoInTheTurnInWhichTheirPriorityIsRaisedToThatOfTheReserve() {
        final Allowance places = aio.io.newAllowance(Resource.BLOCKING_JOBS, 1000L, 0L);
        final Allowance last = aio.io.newAllowance(Resource.CONNECTIONS, 2L, 1L);
        last.tryTake(1L, aio.bulk);
        last.take(1L, aio.normal.child("child"), "for the reserve");
        assertNextAfter(places, () -> aio.normal.setPriority(Priority.HIGH), "for the reserve");
    }

    /** Beside a batch of lows, the turn that a handler makes possible comes next. */
    private void assertNextAfter(Allowance places, Runnable change, Object attachment) {
        aio.expectSilence(1_000_000L);
        for (int i = 0; i < 100; i++) {
            places.take(1L, aio.bulk, "low");
        }
        final EventBatch batch = aio.events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, 0L);
        assertThat(batch.next().attachment()).isEqualTo("low");
        assertThat(batch.next().attachment()).isEqualTo("low");
        change.run();
        assertThat(batch.next().attachment()).isEqualTo(attachment);
    }

    @Test
    void shouldLetThroughAloneWhatIsMoreThanTheLimitByItself() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        aio.normal.setLimit(Resource.CONNECTIONS, 2L);
        assertThat(places.tryTake(5L, aio.normal)).isTrue();
        assertThat(places.tryTake(1L, aio.normal)).isFalse();
    }

    @Test
    void shouldNotLetASmallAmountOvertakeALargeOneThatWaits() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        places.tryTake(8L, aio.normal);
        places.take(4L, aio.normal, "large");

        assertThat(places.tryTake(1L, aio.normal)).isFalse();
        assertThat(places.tryTake(1L, aio.urgent)).as("a higher band").isTrue();
        places.take(1L, aio.bulk, "small");
        places.giveBack(1L, aio.urgent);
        aio.expectSilence(1_000_000L);
        places.giveBack(8L, aio.normal);
        assertThat(aio.run(2)).extracting(Seen::attachment).containsExactly("large", "small");
    }

    @Test
    void shouldEndAWaitByCancellationByDeadlineAndByClose() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
        places.tryTake(1L, aio.normal);
        final long cancelled = places.take(1L, aio.normal, "cancelled");
        final long late = places.take(1L, aio.normal, "late");
        places.take(1L, aio.normal, "at the close");

        assertThat(aio.io.cancel(cancelled)).isTrue();
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        assertThat(aio.io.cancelAfter(late, 1_000_000L)).isTrue();
        assertThat(aio.runOne()).matches(s -> s.attachment().equals("late") && s.result() == -Errno.ETIME);
        assertThat(places.inUse()).isEqualTo(1L);
        assertThat(places.waiting()).isEqualTo(1);
    }

    @Test
    void shouldLetOthersGoWhenALargeOneThatIsInTheirWayIsCancelled() {
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
        places.tryTake(8L, aio.normal);
        final long large = places.take(4L, aio.normal, "large");
        places.take(1L, aio.normal, "small");

        aio.io.cancel(large);
        assertThat(aio.run(2)).extracting(Seen::attachment).containsExactlyInAnyOrder("large", "small");
    }

    /**
     * Goal: never more than there is, than a container may have, or into the reserve; nobody waits who could go; nothing is lost.
     * Method: random takes, waits, returns, cancellations, changes of priorities, limits and parents. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.aio.disk.AdmissionWindowIT#seeds")
    void shouldNeitherExceedALimitNorKeepBackWhoCanGo(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 12L, 4L);
        final List<ResourceContainer> containers = new ArrayList<>(List.of(aio.root));
        for (int i = 1; i < 10; i++) {
            containers.add(containers.get(random.nextInt(i)).child("c" + i, random.nextInt(Priority.BANDS)));
        }
        final List<ResourceContainer> holders = new ArrayList<>();
        final List<Waiter> waiters = new ArrayList<>();
        int waited = 0;
        for (int step = 0; step < 20_000; step++) {
            final ResourceContainer container = containers.get(random.nextInt(containers.size()));
            switch (random.nextInt(13)) {
                case 0, 1, 2 -> {
                    if (places.tryTake(1L, container)) {
                        holders.add(container);
                    }
                }
                case 3, 4, 5 -> {
                    if (waiters.size() < 40) {
                        final Waiter waiter = new Waiter(container);
                        waiter.id = places.take(1L, container, waiter);
                        waiters.add(waiter);
                        waited++;
                    }
                }
                case 6, 7, 8 -> {
                    if (!holders.isEmpty()) {
                        places.giveBack(1L, holders.remove(random.nextInt(holders.size())));
                    }
                }
                case 9 -> {
                    if (!waiters.isEmpty()) {
                        aio.io.cancel(waiters.get(random.nextInt(waiters.size())).id);
                    }
                }
                case 10 -> container.setPriority(random.nextInt(Priority.BANDS));
                case 11 -> {
                    final ResourceContainer parent = containers.get(random.nextInt(containers.size()));
                    if (!isWithin(parent, container)) {
                        container.setParent(parent);
                    }
                }
                default ->
                    container.setLimit(
                            Resource.CONNECTIONS,
                            random.nextInt(3) == 0 ? ResourceContainer.NO_LIMIT : 1 + random.nextInt(5));
            }
            takeTurns(holders, waiters);
            assertThat(places.inUse())
                    .as("seed=%d step=%d", seed, step)
                    .isEqualTo(holders.size())
                    .isLessThanOrEqualTo(12L);
            for (final ResourceContainer each : containers) {
                assertThat(each.inUse(Resource.CONNECTIONS))
                        .as("seed=%d step=%d %s", seed, step, each)
                        .isEqualTo(
                                holders.stream().filter(h -> isWithin(h, each)).count());
            }
            assertThat(waiters)
                    .as("seed=%d step=%d: can go", seed, step)
                    .noneMatch(w -> canGo(w.container, places, Resource.CONNECTIONS));
        }
        assertThat(waited).isGreaterThan(1000);
        for (final Waiter waiter : waiters) {
            aio.io.cancel(waiter.id);
        }
        takeTurns(holders, waiters);
        holders.forEach(holder -> places.giveBack(1L, holder));
        assertThat(waiters).isEmpty();
        assertThat(places.inUse()).isZero();
        assertThat(aio.root.inUse(Resource.CONNECTIONS)).isZero();
        aio.assertNothingLeft();
    }

    private void takeTurns(List<ResourceContainer> holders, List<Waiter> waiters) {
        aio.seen.clear();
        aio.collect(aio.events.dequeueNextEvents(64, Priority.IDLE, 0L));
        for (final Seen turn : aio.seen) {
            final Waiter waiter = (Waiter) turn.attachment();
            waiters.remove(waiter);
            if (turn.result() == 0) {
                holders.add(waiter.container);
            }
        }
    }

    /** Whether there is one more for a container that waits. */
    static boolean canGo(ResourceContainer container, Allowance places, Resource resource) {
        for (ResourceContainer c = container; c != null; c = c.parent()) {
            if (c.inUse(resource) >= c.limit(resource)) {
                return false;
            }
        }
        final boolean high = container.effectivePriority() >= Priority.HIGH;
        return places.inUse() < places.capacity() - (high ? 0L : places.reserved());
    }

    static boolean isWithin(ResourceContainer container, ResourceContainer ancestor) {
        ResourceContainer c = container;
        while (c != null && c != ancestor) {
            c = c.parent();
        }
        return c != null;
    }

    private static final class Waiter {
        final ResourceContainer container;
        long id;

        Waiter(ResourceContainer container) {
            this.container = container;
        }
    }
}
