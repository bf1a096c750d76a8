// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What principals get, whatever priorities their containers use. */
class FixedShareTest extends ServiceTests {
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
}
