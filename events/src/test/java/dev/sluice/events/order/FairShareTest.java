// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is served, and how much, on a manual clock: every container always has an event pending unless a test says so. */
class FairShareTest {
    private static final long MICROSECOND_NS = 1_000L;
    private static final long MILLISECOND_NS = 1_000_000L;

    private final ResourceContainer root = ResourceContainer.root("root");
    private final Set<ResourceContainer> busy = new HashSet<>();
    private final Map<ResourceContainer, Long> costNs = new HashMap<>();
    private final Map<ResourceContainer, Long> servedNs = new HashMap<>();
    private SignalledEvents events = new SignalledEvents(0L, 0L);
    private long nowNs;

    /** Shares as they are given by default, small ones, and ones whose events are far smaller than a bucket. */
    @ParameterizedTest
    @CsvSource({"1024, 20000", "1, 20000", "262144, 20000", "1024, 700", "1, 2000000"})
    void shouldServeSharesOneTwoFourByThem(int share, long eachCostNs) {
        final ResourceContainer one = busy(root.child("one", Priority.NORMAL), eachCostNs);
        final ResourceContainer two = busy(root.child("two", Priority.NORMAL), eachCostNs);
        final ResourceContainer four = busy(root.child("four", Priority.NORMAL), eachCostNs);
        one.setShare(share);
        two.setShare(2 * share);
        four.setShare(4 * share);

        serveUntil(Math.max(2_000L * MILLISECOND_NS, 2_000L * eachCostNs));

        assertThat(fractionOf(one)).isCloseTo(1.0 / 7.0, within(0.02 / 7.0));
        assertThat(fractionOf(two)).isCloseTo(2.0 / 7.0, within(0.02 * 2.0 / 7.0));
        assertThat(fractionOf(four)).isCloseTo(4.0 / 7.0, within(0.02 * 4.0 / 7.0));
    }

    @Test
    void shouldCountTimeAndNotEvents() {
        final ResourceContainer shortHandlers = busy(root.child("short", Priority.NORMAL), 5L * MICROSECOND_NS);
        final ResourceContainer longHandlers = busy(root.child("long", Priority.NORMAL), 200L * MICROSECOND_NS);

        serveUntil(1_000L * MILLISECOND_NS);

        assertThat(fractionOf(shortHandlers)).isCloseTo(0.5, within(0.01));
        assertThat(fractionOf(longHandlers)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void shouldHaveHandlersThatTakeNoTimeTakeTurns() {
        final ResourceContainer first = busy(root.child("first", Priority.NORMAL), 0L);
        final ResourceContainer second = busy(root.child("second", Priority.NORMAL), 0L);
        second.setShare(2 * ResourceContainer.DEFAULT_SHARE);
        final Map<ResourceContainer, Integer> turns = new HashMap<>();

        for (int i = 0; i < 30_000; i++) {
            turns.merge(serveOne(Priority.IDLE), 1, Integer::sum);
        }

        assertThat(turns.get(first)).isCloseTo(10_000, within(200));
        assertThat(turns.get(second)).isCloseTo(20_000, within(200));
    }

    @Test
    void shouldGiveANewcomerItsShareBesideAHogOfLongStanding() {
        final ResourceContainer hog = busy(root.child("hog", Priority.NORMAL), 20L * MICROSECOND_NS);
        serveUntil(5_000L * MILLISECOND_NS);
        final ResourceContainer newcomer = busy(root.child("newcomer", Priority.NORMAL), 20L * MICROSECOND_NS);
        servedNs.clear();

        serveUntil(nowNs + 10L * MILLISECOND_NS);

        assertThat(fractionOf(newcomer))
                .as("not less, nor more for having been away")
                .isCloseTo(0.5, within(0.01));
        assertThat(fractionOf(hog)).as("nothing is owed for the time alone").isCloseTo(0.5, within(0.01));
    }

    @Test
    void shouldOweWhatItsLastHandlerTookThoughItHadNothingPending() {
        final ResourceContainer other = busy(root.child("other", Priority.NORMAL), 20L * MICROSECOND_NS);
        final ResourceContainer once = root.child("once", Priority.NORMAL);
        signalOnce(once, 1_000L * MILLISECOND_NS);
        serveUntilServed(once);
        busy(once, 20L * MICROSECOND_NS);
        servedNs.clear();

        serveUntil(nowNs + 1_100L * MILLISECOND_NS);

        assertThat(servedNs.get(other) - servedNs.get(once))
                .isCloseTo(1_000L * MILLISECOND_NS, within(100L * MICROSECOND_NS));
    }

    /** 2 s at half of the default share are as much as 4 s of a container that has it. */
    @ParameterizedTest
    @CsvSource({"0, 4000", "1000, 3000", "3990, 10", "10000, 0"})
    void shouldLetADebtLapseWhileNothingIsPending(long nothingPendingMs, long stillOwedMs) {
        final ResourceContainer once = root.child("once", Priority.NORMAL);
        once.setShare(ResourceContainer.DEFAULT_SHARE / 2);
        signalOnce(once, 2_000L * MILLISECOND_NS);
        serveUntilServed(once);
        nowNs += nothingPendingMs * MILLISECOND_NS;
        events.setNowNs(nowNs);
        final ResourceContainer other = busy(root.child("other", Priority.NORMAL), 20L * MICROSECOND_NS);
        servedNs.clear();

        signalOnce(once, 0L);
        serveUntilServed(once);

        assertThat(servedNs.getOrDefault(other, 0L))
                .isCloseTo(stillOwedMs * MILLISECOND_NS, within(18L * MILLISECOND_NS));
    }

    /** One ten-thousandth of what is served, and never more than a tenth above the share, however long handlers are. */
    @ParameterizedTest
    @CsvSource({"1024, 100, true", "1024, 100, false", "1000, 20, true", "1000, 20, false", "1024, 100000, true"})
    void shouldKeepASmallShareHoweverLongHandlersTake(int ratio, long handlerMs, boolean alwaysPending) {
        final ResourceContainer large = busy(root.child("large", Priority.NORMAL), handlerMs * MILLISECOND_NS);
        final ResourceContainer small = root.child("small", Priority.NORMAL);
        large.setShare(ratio);
        small.setShare(1);
        if (alwaysPending) {
            busy(small, handlerMs * MILLISECOND_NS);
        }
        signalOnce(small, handlerMs * MILLISECOND_NS);

        for (int i = 0; i < 10_000; i++) {
            final ResourceContainer served = serveOne(Priority.IDLE);
            if (served == small && !alwaysPending) {
                signal(small); // it had nothing pending for a moment
            }
        }

        assertThat(fractionOf(small) * (ratio + 1)).isBetween(0.9, 1.1);
    }

    @Test
    void shouldKeepASmallFixedShareHoweverLongHandlersTake() {
        final ResourceContainer large = root.child("large");
        final ResourceContainer small = root.child("small");
        large.setFixedShare(1024);
        small.setFixedShare(1);
        busy(large.child("work", Priority.LOW), 100L * MILLISECOND_NS);
        final ResourceContainer smallWork = busy(small.child("work", Priority.HIGH), 100L * MILLISECOND_NS);

        for (int i = 0; i < 10_000; i++) {
            serveOne(Priority.IDLE);
        }

        assertThat(fractionOf(smallWork) * 1025).isBetween(0.9, 1.1);
    }

    /** Within three hours of handlers at a share of 1 the virtual time of principals goes half around. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeAPrincipalThatHadNothingWhileOthersUsedTheThreadForHours(boolean somethingUnderWay) {
        final ResourceContainer away = root.child("away");
        final ResourceContainer small = root.child("small");
        away.setFixedShare(1);
        small.setFixedShare(1);
        final ResourceContainer awayWork = away.child("work", Priority.HIGH);
        final ResourceContainer work = busy(small.child("work", Priority.HIGH), 600_000L * MILLISECOND_NS);
        if (somethingUnderWay) {
            events.expectFrom(new TestSignal(events.placeOf(awayWork)));
        }
        signalOnce(awayWork, MILLISECOND_NS);
        serveUntil(3L * 3_600_000L * MILLISECOND_NS);
        servedNs.clear();

        signalOnce(awayWork, MILLISECOND_NS);
        serveOne(Priority.IDLE);
        serveOne(Priority.IDLE);

        assertThat(servedNs).containsOnlyKeys(awayWork, work);
    }

    @Test
    void shouldServeAContainerThatHadNothingWhileOthersUsedTheThreadForHours() {
        final ResourceContainer away = root.child("away", Priority.NORMAL);
        final ResourceContainer small = busy(root.child("small", Priority.NORMAL), 600_000L * MILLISECOND_NS);
        away.setShare(1);
        small.setShare(1);
        signalOnce(away, MILLISECOND_NS);
        serveUntil(3L * 3_600_000L * MILLISECOND_NS);
        servedNs.clear();

        signalOnce(away, MILLISECOND_NS);
        serveOne(Priority.IDLE);
        serveOne(Priority.IDLE);

        assertThat(servedNs).containsOnlyKeys(away, small);
    }

    @Test
    void shouldCountPendingEventsByANewShareAtOnce() {
        final ResourceContainer steady = busy(root.child("steady", Priority.NORMAL), 20L * MICROSECOND_NS);
        final ResourceContainer raised = busy(root.child("raised", Priority.NORMAL), 20L * MICROSECOND_NS);
        raised.setShare(1);
        serveUntilServed(raised); // from now on its next turn is 20 ms away
        servedNs.clear();

        raised.setShare(ResourceContainer.DEFAULT_SHARE);
        serveUntil(nowNs + 2L * MILLISECOND_NS);

        assertThat(servedNs.get(steady)).isCloseTo(servedNs.get(raised), within(60L * MICROSECOND_NS));
    }

    @Test
    void shouldServePrincipalsByTheirFixedSharesWhateverPrioritiesTheyUse() {
        final ResourceContainer meek = root.child("meek");
        final ResourceContainer bold = root.child("bold");
        meek.setFixedShare(30);
        bold.setFixedShare(70);
        // The one with the larger share has the lower priorities.
        final ResourceContainer meekHigh = busy(meek.child("high", Priority.MAX), 20L * MICROSECOND_NS);
        final ResourceContainer meekLow = busy(meek.child("low", Priority.LOW), 20L * MICROSECOND_NS);
        final ResourceContainer boldHigh = busy(bold.child("high", 2), 50L * MICROSECOND_NS);
        final ResourceContainer boldLow = busy(bold.child("low", 1), 50L * MICROSECOND_NS);

        serveUntil(1_000L * MILLISECOND_NS);

        assertThat(fractionOf(meekHigh)).isCloseTo(0.30, within(0.02));
        assertThat(fractionOf(boldHigh)).isCloseTo(0.70, within(0.02));
        assertThat(servedNs).as("strict inside a principal").doesNotContainKeys(meekLow, boldLow);
    }

    @Test
    void shouldCountWhatIsUnderNoPrincipalAsOneOfDefaultShare() {
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(ResourceContainer.DEFAULT_SHARE / 4);
        final ResourceContainer guestWork = busy(guest.child("work", Priority.MAX), 20L * MICROSECOND_NS);
        final ResourceContainer ours = busy(root.child("ours", Priority.LOW), 20L * MICROSECOND_NS);

        serveUntil(1_000L * MILLISECOND_NS);

        assertThat(fractionOf(guestWork)).isCloseTo(0.2, within(0.01));
        assertThat(fractionOf(ours)).isCloseTo(0.8, within(0.01));
    }

    @Test
    void shouldServePrincipalsByTheSharesTheyHaveNowWhilePending() {
        final ResourceContainer guest = root.child("guest");
        final ResourceContainer guestWork = busy(guest.child("work", Priority.LOW), 20L * MICROSECOND_NS);
        final ResourceContainer ours = busy(root.child("ours", Priority.HIGH), 20L * MICROSECOND_NS);
        serveUntil(10L * MILLISECOND_NS);
        assertThat(servedNs).as("no principal yet").doesNotContainKey(guestWork);

        guest.setFixedShare(ResourceContainer.DEFAULT_SHARE);
        serveFor(100L * MILLISECOND_NS);
        assertThat(fractionOf(guestWork)).isCloseTo(0.5, within(0.01));

        guest.setFixedShare(ResourceContainer.DEFAULT_SHARE * 3);
        serveFor(100L * MILLISECOND_NS);
        assertThat(fractionOf(guestWork)).isCloseTo(0.75, within(0.01));

        guest.setFixedShare(0);
        serveFor(100L * MILLISECOND_NS);
        assertThat(servedNs).as("no principal any more").doesNotContainKey(guestWork);
        assertThat(fractionOf(ours)).isEqualTo(1.0);
    }

    @Test
    void shouldNotCreditAPrincipalForWhatItDidNotUse() {
        final ResourceContainer first = root.child("first");
        final ResourceContainer second = root.child("second");
        first.setFixedShare(50);
        second.setFixedShare(50);
        final ResourceContainer firstWork = busy(first.child("work", 10), 20L * MICROSECOND_NS);
        final ResourceContainer secondWork = busy(second.child("work", 5), 20L * MICROSECOND_NS);
        while (nowNs < 500L * MILLISECOND_NS) {
            serveOne(6); // the second is pending, but not asked for
        }
        servedNs.clear();

        serveUntil(nowNs + 20L * MILLISECOND_NS);

        assertThat(fractionOf(firstWork)).isCloseTo(0.5, within(0.01));
        assertThat(fractionOf(secondWork)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void shouldServeTheIdleBandOfAPrincipalOnlyWhenNoOtherHasAnything() {
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(1_000_000);
        final ResourceContainer idle = busy(guest.child("idle", Priority.IDLE), 20L * MICROSECOND_NS);
        final ResourceContainer work = root.child("work", 1);
        signalOnce(work, MICROSECOND_NS);

        assertThat(serveOne(Priority.IDLE)).isSameAs(work);
        assertThat(serveOne(Priority.IDLE)).isSameAs(idle);
    }

    @Test
    void shouldStarveTheLowerBandForEverByDefault() {
        final ResourceContainer high = busy(root.child("high", Priority.HIGH), 20L * MICROSECOND_NS);
        final ResourceContainer low = busy(root.child("low", Priority.LOW), 20L * MICROSECOND_NS);

        serveUntil(10_000L * MILLISECOND_NS);

        assertThat(fractionOf(high)).isEqualTo(1.0);
        assertThat(events.oldestPendingNs(Priority.LOW, nowNs)).isEqualTo(nowNs);
        assertThat(events.oldestPendingNs(Priority.HIGH, nowNs)).isLessThan(100L * MICROSECOND_NS);
        assertThat(events.oldestPendingNs(Priority.NORMAL, nowNs)).isZero();
        assertThat(servedNs).doesNotContainKey(low);
    }

    @Test
    void shouldRescueWhatHasWaitedLongerThanTheLimitAtABoundedRate() {
        final long limitNs = 5L * MILLISECOND_NS;
        events = new SignalledEvents(limitNs, 0L);
        final ResourceContainer high = busy(root.child("high", Priority.HIGH), 20L * MICROSECOND_NS);
        final ResourceContainer low = busy(root.child("low", Priority.LOW), 20L * MICROSECOND_NS);
        final ResourceContainer idle = busy(root.child("idle", Priority.IDLE), 20L * MICROSECOND_NS);
        for (int i = 0; i < 1_000; i++) {
            signal(low); // a backlog: all of it is too old at once
        }

        serveUntil(limitNs);
        assertThat(servedNs).as("within the limit").doesNotContainKey(low);
        int sinceRescue = Principal.DEQUEUES_PER_RESCUE;
        int rescues = 0;
        for (int i = 0; i < 1_600; i++) {
            sinceRescue++;
            if (serveOne(Priority.IDLE) == low) {
                assertThat(sinceRescue).isGreaterThanOrEqualTo(Principal.DEQUEUES_PER_RESCUE);
                sinceRescue = 0;
                rescues++;
            }
        }

        assertThat(rescues).isEqualTo(1_600 / Principal.DEQUEUES_PER_RESCUE);
        assertThat(servedNs).containsKey(high).as("band 0 stays idle").doesNotContainKey(idle);
    }

    @Test
    void shouldNotRescueBelowThePriorityThatWasAskedFor() {
        events = new SignalledEvents(1L, 0L);
        busy(root.child("high", Priority.HIGH), 20L * MICROSECOND_NS);
        final ResourceContainer middle = busy(root.child("middle", 20), 20L * MICROSECOND_NS);
        final ResourceContainer low = busy(root.child("low", 10), 20L * MICROSECOND_NS);

        for (int i = 0; i < 1_000; i++) {
            serveOne(15);
        }

        assertThat(servedNs).containsKey(middle).doesNotContainKey(low);
    }

    @Test
    void shouldRescueInsideEachPrincipal() {
        events = new SignalledEvents(MILLISECOND_NS, 0L);
        final ResourceContainer[] lows = new ResourceContainer[2];
        for (int i = 0; i < lows.length; i++) {
            final ResourceContainer guest = root.child("guest" + i);
            guest.setFixedShare(100);
            busy(guest.child("high", Priority.HIGH), 20L * MICROSECOND_NS);
            lows[i] = busy(guest.child("low", Priority.LOW), 20L * MICROSECOND_NS);
        }

        serveUntil(100L * MILLISECOND_NS);

        assertThat(servedNs).containsKeys(lows);
    }

    /** 10 s at a half-life of 100 ms: 144 ms of recent use, 144 units, 7 doublings. */
    @ParameterizedTest
    @CsvSource({"1, 25", "25, 25", "30, 30", "40, 32"})
    void shouldSinkByUseToTheFloorAndNoLower(int floor, int sunkTo) {
        final ResourceContainer greedy = busy(root.child("greedy", Priority.NORMAL), 20L * MICROSECOND_NS);
        greedy.setDecay(new DecayByUse(100L * MILLISECOND_NS, MILLISECOND_NS, floor));
        serveUntil(10_000L * MILLISECOND_NS);
        final ResourceContainer below = root.child("below", sunkTo - 1);
        final ResourceContainer above = root.child("above", sunkTo + 1);
        signalOnce(below, 0L);
        signalOnce(above, 0L);

        assertThat(serveOne(Priority.IDLE)).isSameAs(above);
        assertThat(serveOne(Priority.IDLE)).isSameAs(greedy);
        assertThat(greedy.effectivePriority()).isEqualTo(Priority.NORMAL);
    }

    @Test
    void shouldRiseAgainWhenItUsesLittle() {
        final ResourceContainer greedy = busy(root.child("greedy", Priority.NORMAL), 20L * MICROSECOND_NS);
        greedy.setDecay(new DecayByUse(10L * MILLISECOND_NS, MILLISECOND_NS, 1));
        serveUntil(100L * MILLISECOND_NS);
        final ResourceContainer rival = busy(root.child("rival", Priority.NORMAL - 1), 20L * MICROSECOND_NS);
        assertThat(serveOne(Priority.IDLE)).as("use is fresh").isSameAs(rival);

        busy.remove(greedy);
        events.remove(events.placeOf(greedy).first());
        serveUntil(nowNs + 100L * MILLISECOND_NS);
        busy(greedy, 20L * MICROSECOND_NS);

        assertThat(serveOne(Priority.IDLE)).as("use is long ago").isSameAs(greedy);
    }

    @ParameterizedTest
    @CsvSource({"10, 40", "10, 39"})
    void shouldRiseAgainWhileItsEventWaits(long halfLifeMs, int rivalPriority) {
        final ResourceContainer greedy = busy(root.child("greedy", 40), 20L * MILLISECOND_NS);
        greedy.setDecay(new DecayByUse(halfLifeMs * MILLISECOND_NS, MICROSECOND_NS, 1));
        serveOne(Priority.IDLE);
        busy(root.child("rival", rivalPriority), 50L * MICROSECOND_NS);
        final long sunkNs = nowNs;

        serveUntilServed(greedy);

        // 20 ms are 20,000 units, more than 2 to the power of 14: in the band of its rival, or above, one half-life
        // each.
        final double halfLives = Math.log(20_000.0) / Math.log(2.0) - (40 - rivalPriority + 1);
        assertThat((double) (nowNs - 20L * MILLISECOND_NS - sunkNs) / MILLISECOND_NS)
                .isCloseTo(halfLives * halfLifeMs, within(0.02 * halfLives * halfLifeMs + 20.0));
    }

    @Test
    void shouldExpectUrgentEventsOfOneThatHasRecoveredWhileNothingOfItWasPending() {
        final ResourceContainer greedy = root.child("greedy", 40);
        greedy.setDecay(new DecayByUse(10L * MILLISECOND_NS, MICROSECOND_NS, 1));
        signalOnce(greedy, 20L * MILLISECOND_NS);
        serveOne(Priority.IDLE);
        busy(root.child("rival", 30), 50L * MICROSECOND_NS);
        events.expectFrom(new TestSignal(events.placeOf(greedy)));
        assertThat(events.moreUrgentMayArrive()).as("its use is fresh").isFalse();

        serveUntil(nowNs + 200L * MILLISECOND_NS);

        assertThat(events.moreUrgentMayArrive()).isTrue();
    }

    /** From now on the container always has an event pending, whose handler takes {@code handlerNs}. */
    private ResourceContainer busy(ResourceContainer container, long handlerNs) {
        busy.add(container);
        signalOnce(container, handlerNs);
        return container;
    }

    private void signalOnce(ResourceContainer container, long handlerNs) {
        costNs.put(container, handlerNs);
        signal(container);
    }

    private void signal(ResourceContainer container) {
        final Signal signal = new TestSignal();
        signal.place = events.placeOf(container);
        events.add(signal);
    }

    private ResourceContainer serveOne(int minPriority) {
        final Signal signal = events.take(minPriority);
        final ResourceContainer container = signal.container();
        final long handlerNs = costNs.get(container);
        if (busy.contains(container)) {
            events.add(signal); // it is signalled again while it is handled
        }
        nowNs += handlerNs;
        servedNs.merge(container, handlerNs, Long::sum);
        events.endService(handlerNs, nowNs);
        return container;
    }

    private void serveUntil(long untilNs) {
        while (nowNs < untilNs) {
            serveOne(Priority.IDLE);
        }
    }

    private void serveUntilServed(ResourceContainer awaited) {
        ResourceContainer served;
        do {
            served = serveOne(Priority.IDLE);
        } while (served != awaited);
    }

    private void serveFor(long durationNs) {
        servedNs.clear();
        serveUntil(nowNs + durationNs);
    }

    private double fractionOf(ResourceContainer container) {
        final long totalNs =
                servedNs.values().stream().mapToLong(Long::longValue).sum();
        return (double) servedNs.getOrDefault(container, 0L) / totalNs;
    }
}
