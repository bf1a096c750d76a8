// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is served of a band, and how much: every container always has an event pending unless a test says so. */
class FairShareTest extends ServiceTests {
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
}
