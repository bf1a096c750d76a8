// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import org.junit.jupiter.api.Test;

/** Low bands beside high ones that always have something: starved, unless a limit is set. */
class StarvationTest extends ServiceTests {
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
}
