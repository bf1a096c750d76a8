// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.spi.Charging;
import dev.sluice.containers.spi.LimitBinding;
import dev.sluice.containers.spi.Limiting;
import dev.sluice.containers.spi.SchedulerBinding;
import dev.sluice.containers.spi.Scheduling;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceContainerTest {
    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L};
    }

    @Test
    void shouldNeverRankAboveAnAncestor() {
        final ResourceContainer server = ResourceContainer.root("server");
        final ResourceContainer guests = server.child("guests", 10);
        final ResourceContainer connection = guests.child("127.0.0.1:1", 40);

        assertThat(connection.priority()).isEqualTo(40);
        assertThat(connection.effectivePriority()).isEqualTo(10);

        guests.setPriority(50);
        assertThat(connection.effectivePriority()).isEqualTo(40);
    }

    @Test
    void shouldFollowItsClassWhenGivenNoPriorityOfItsOwn() {
        final ResourceContainer guests = ResourceContainer.root("server").child("guests", 10);
        final ResourceContainer connection = guests.child("127.0.0.1:1");

        guests.setPriority(7);

        assertThat(connection.effectivePriority()).isEqualTo(7);
    }

    /** Goal: effective priority is the minimum along the path. Method: random trees and changes against a walk up. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithTheMinimumAlongThePathAfterAnyChange(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<ResourceContainer> all = new ArrayList<>();
        all.add(ResourceContainer.root("root"));
        for (int step = 0; step < 5_000; step++) {
            final ResourceContainer any = all.get(random.nextInt(all.size()));
            if (all.size() < 200 && random.nextInt(3) == 0) {
                all.add(any.child("c" + step, random.nextInt(Priority.BANDS)));
            } else {
                any.setPriority(random.nextInt(Priority.BANDS));
            }
            final ResourceContainer checked = all.get(random.nextInt(all.size()));
            assertThat(checked.effectivePriority())
                    .as("seed=%d step=%d %s", seed, step, checked)
                    .isEqualTo(minimumAlongThePath(checked));
        }
    }

    private static int minimumAlongThePath(ResourceContainer container) {
        int minimum = Priority.MAX;
        for (ResourceContainer c = container; c != null; c = c.parent()) {
            minimum = Math.min(minimum, c.priority());
        }
        return minimum;
    }

    @Test
    void shouldTellTheSchedulersOfAllDescendantsWhenThePriorityThatCountsChanges() {
        final ResourceContainer guests = ResourceContainer.root("server").child("guests", 20);
        final RecordingScheduler own = new RecordingScheduler();
        final RecordingScheduler below = new RecordingScheduler();
        Scheduling.bind(guests, own);
        Scheduling.bind(guests.child("low", 5), below);

        guests.setPriority(10); // the child stays at 5
        guests.setPriority(3);

        assertThat(own.told).containsExactly(10, 3);
        assertThat(below.told).containsExactly(3);
    }

    @Test
    void shouldChargeAncestorsToo() {
        final ResourceContainer server = ResourceContainer.root("server");
        final ResourceContainer guests = server.child("guests");
        final ResourceContainer first = guests.child("1");
        final ResourceContainer second = guests.child("2");

        Charging.chargeEvent(first, 100L);
        Charging.chargeDisk(first, 4096L, 1_000L);
        Charging.chargeSocket(second, 512L);

        assertThat(first.usage()).isEqualTo(new Usage(1, 100, 1, 4096, 1_000, 0, 0));
        assertThat(guests.usage()).isEqualTo(new Usage(1, 100, 1, 4096, 1_000, 512, 0));
        assertThat(server.usage()).isEqualTo(guests.usage());
    }

    @Test
    void shouldKeepWhatAClosedChildWasChargedAndChargeLateCompletionsToo() {
        final ResourceContainer guests = ResourceContainer.root("server").child("guests");
        final ResourceContainer connection = guests.child("1");
        Charging.chargeEvent(connection, 5L);

        assertThat(connection.isClosed()).isFalse();

        connection.close();
        connection.close();
        Charging.chargeDisk(connection, 10L, 1L);

        assertThat(guests.usage()).isEqualTo(new Usage(1, 5, 1, 10, 1, 0, 0));
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void shouldLeaveSiblingsLinkedWhenOneCloses() {
        final ResourceContainer guests = ResourceContainer.root("server").child("guests", 20);
        final List<ResourceContainer> children = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            children.add(guests.child("c" + i));
        }
        for (final int closing : new int[] {2, 4, 0}) {
            children.get(closing).close();
        }

        guests.setPriority(9);

        assertThat(children).extracting(ResourceContainer::effectivePriority).containsExactly(20, 9, 20, 9, 20);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        final ResourceContainer root = ResourceContainer.root("server");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> root.child("x", 64))
                .withMessageContaining("0..63")
                .withMessageContaining("priority=64");
        assertThatIllegalArgumentException().isThrownBy(() -> root.setPriority(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> root.setShare(0)).withMessageContaining("share=0");
        assertThatIllegalArgumentException().isThrownBy(() -> root.setShare((1 << 20) + 1));
        root.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> root.child("late"))
                .withMessageContaining("server is closed");
    }

    @Test
    void shouldBeServedByOneSchedulerAtATime() {
        final ResourceContainer root = ResourceContainer.root("server");
        Scheduling.bind(root, new RecordingScheduler());

        assertThatIllegalStateException()
                .isThrownBy(() -> Scheduling.bind(root, new RecordingScheduler()))
                .withMessageContaining("another event queue");

        Scheduling.bind(root, null);
        final RecordingScheduler next = new RecordingScheduler();
        Scheduling.bind(root, next);
        assertThat(Scheduling.bindingOf(root)).isSameAs(next);
    }

    @Test
    void shouldBelongWithItsTreeToTheThreadOfItsSchedulerUntilThatEnds() throws Exception {
        final ResourceContainer root = ResourceContainer.root("server");
        final ResourceContainer guests = root.child("guests");
        final ResourceContainer connection = guests.child("connection");
        assertThat(failureElsewhere(() -> guests.setShare(7))).as("nobody's").isNull();
        final RecordingScheduler scheduler = new RecordingScheduler();
        Scheduling.bind(connection, scheduler);

        final List<Runnable> uses = List.of(
                () -> root.child("child"),
                () -> root.setPriority(1),
                () -> guests.setShare(1),
                () -> guests.setFixedShare(1),
                () -> guests.setDecay(null),
                () -> guests.setLimit(Resource.DISK_OPERATIONS, 1L),
                () -> Scheduling.bind(guests, new RecordingScheduler()),
                () -> Limiting.bind(guests, null),
                () -> Charging.chargeEvent(root, 1L),
                () -> Charging.chargeDisk(root, 1L, 1L),
                () -> Charging.chargeSocket(root, 1L),
                guests::close);
        for (final Runnable use : uses) {
            assertThat(failureElsewhere(use))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("container server")
                    .hasMessageContaining(Thread.currentThread().getName())
                    .hasMessageContaining("elsewhere");
        }
        assertThat(failureElsewhere(guests::usage)).isNull();
        assertThat(scheduler.toldOfShares).isEmpty();
        guests.setShare(9);

        scheduler.ended = true;
        assertThat(failureElsewhere(() -> guests.setShare(10))).isNull();
        Scheduling.bind(connection, null);
        Scheduling.bind(connection, new RecordingScheduler());
        assertThat(failureElsewhere(() -> guests.setShare(11))).isInstanceOf(IllegalStateException.class);
        Scheduling.bind(connection, null);
        assertThat(failureElsewhere(() -> guests.setShare(12))).isNull();
        assertThat(failureElsewhere(() -> Scheduling.bind(connection, new RecordingScheduler())))
                .isNull();
        guests.setShare(13); // of a thread that has died
    }

    private static Throwable failureElsewhere(Runnable use) throws InterruptedException {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread elsewhere = new Thread(use, "elsewhere");
        elsewhere.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        elsewhere.start();
        elsewhere.join();
        return failure.get();
    }

    @Test
    void shouldTellTheSchedulerOfAnotherShareButNotOfTheSame() {
        final ResourceContainer root = ResourceContainer.root("server");
        final RecordingScheduler scheduler = new RecordingScheduler();
        Scheduling.bind(root, scheduler);

        root.setShare(ResourceContainer.DEFAULT_SHARE);
        root.setShare(7);

        assertThat(root.share()).isEqualTo(7);
        root.setShare(1);
        root.setShare(1 << 20);
        assertThat(scheduler.toldOfShares)
                .as("the least and the most among them")
                .containsExactly(7, 1, 1 << 20);
    }

    @Test
    void shouldTellTheSchedulerWhenThePriorityBeginsOrCeasesToDecay() {
        final ResourceContainer root = ResourceContainer.root("server");
        final RecordingScheduler scheduler = new RecordingScheduler();
        Scheduling.bind(root, scheduler);

        root.setDecay(new DecayByUse(1_000L, 100L, 1));
        root.setDecay(null);

        assertThat(scheduler.toldOfDecay).isEqualTo(2);
    }

    @Test
    void shouldFindThePrincipalAmongItselfAndItsAncestors() {
        final ResourceContainer root = ResourceContainer.root("server");
        final ResourceContainer guest = root.child("guest");
        final ResourceContainer connection = guest.child("class").child("connection");
        assertThat(connection.principal()).isNull();

        guest.setFixedShare(30);

        assertThat(guest.fixedShare()).isEqualTo(30);
        assertThat(connection.principal()).isSameAs(guest);
        assertThat(guest.principal()).isSameAs(guest);
        assertThat(root.child("other").principal()).isNull();
        assertThat(root.principal()).isNull();

        guest.setFixedShare(0);
        assertThat(connection.principal()).isNull();
    }

    @Test
    void shouldTellTheSchedulersOfAllDescendantsWhenAPrincipalAppearsOrChanges() {
        final ResourceContainer root = ResourceContainer.root("server");
        final ResourceContainer guest = root.child("guest");
        final List<RecordingScheduler> schedulers = new ArrayList<>();
        for (final ResourceContainer bound :
                List.of(guest, guest.child("a"), guest.child("b").child("c"))) {
            schedulers.add(new RecordingScheduler());
            Scheduling.bind(bound, schedulers.get(schedulers.size() - 1));
        }

        guest.setFixedShare(30);
        guest.setFixedShare(30);
        guest.setFixedShare(40);

        assertThat(schedulers)
                .extracting(scheduler -> scheduler.toldOfPrincipals)
                .containsExactly(2, 2, 2);
    }

    @Test
    void shouldRefusePrincipalsElsewhereThanUnderARootAndSharesOutOfRange() {
        final ResourceContainer root = ResourceContainer.root("server");
        final ResourceContainer guest = root.child("guest");
        assertThatIllegalStateException()
                .isThrownBy(() -> guest.child("inner").setFixedShare(1))
                .withMessageContaining("server/guest/inner");
        assertThatIllegalStateException().isThrownBy(() -> root.setFixedShare(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> guest.setFixedShare(-1))
                .withMessageContaining("fixedShare=-1");
        assertThatIllegalArgumentException().isThrownBy(() -> guest.setFixedShare((1 << 20) + 1));
        guest.setFixedShare(1 << 20);
    }

    @Test
    void shouldHaveNoLimitUnlessGivenOne() {
        final ResourceContainer guest = ResourceContainer.root("server").child("guest");
        assertThat(guest.limit(Resource.DISK_OPERATIONS)).isEqualTo(ResourceContainer.NO_LIMIT);

        guest.setLimit(Resource.DISK_OPERATIONS, 1);
        assertThat(guest.limit(Resource.DISK_OPERATIONS)).isEqualTo(1);
        assertThat(guest.limit(Resource.BUFFER_BYTES)).isEqualTo(ResourceContainer.NO_LIMIT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> guest.setLimit(Resource.DISK_OPERATIONS, 0))
                .withMessageContainingAll("DISK_OPERATIONS=0", "server/guest");
        assertThat(guest.limit(Resource.DISK_OPERATIONS)).isEqualTo(1);
    }

    @Test
    void shouldTellWhoGivesOutWhatIsLimitedWhatChanges() {
        final ResourceContainer guests = ResourceContainer.root("server").child("guests", 20);
        final ResourceContainer connection = guests.child("127.0.0.1:1");
        final RecordingLimits first = new RecordingLimits();
        Limiting.bind(connection, first);
        assertThat(Limiting.bindingOf(connection)).isSameAs(first);
        assertThat(Limiting.bindingOf(guests)).isNull();
        assertThat(connection.inUse(Resource.BUFFER_BYTES)).isEqualTo(6L);
        assertThat(guests.inUse(Resource.BUFFER_BYTES)).isZero();

        guests.setPriority(7);
        guests.setLimit(Resource.DISK_OPERATIONS, 3);
        connection.setLimit(Resource.DISK_OPERATIONS, 2);
        assertThat(first.told).containsExactly("band 7", "limit " + Resource.DISK_OPERATIONS.index());

        final RecordingLimits next = new RecordingLimits();
        Limiting.bind(connection, next);
        connection.setPriority(5);
        assertThat(first.told).hasSize(2);
        assertThat(next.told).containsExactly("band 5");
    }

    private static final class RecordingLimits extends LimitBinding {
        final List<String> told = new ArrayList<>();

        @Override
        protected void effectivePriorityChanged(int effectivePriority) {
            told.add("band " + effectivePriority);
        }

        @Override
        protected void parentChanged() {
            told.add("parent");
        }

        @Override
        protected void limitChanged(int resource) {
            told.add("limit " + resource);
        }

        @Override
        protected long inUse(int resource) {
            return resource + 5L;
        }
    }

    private static final class RecordingScheduler extends SchedulerBinding {
        final List<Integer> told = new ArrayList<>();
        final List<Integer> toldOfShares = new ArrayList<>();
        int toldOfPrincipals;
        int toldOfDecay;
        volatile boolean ended;

        @Override
        protected boolean hasEnded() {
            return ended;
        }

        @Override
        protected void effectivePriorityChanged(int effectivePriority) {
            told.add(effectivePriority);
        }

        @Override
        protected void shareChanged(int oldShare, int newShare) {
            toldOfShares.add(newShare);
        }

        @Override
        protected void principalChanged() {
            toldOfPrincipals++;
        }

        @Override
        protected void decayChanged() {
            toldOfDecay++;
        }
    }
}
