// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.turns.TurnCounters;
import dev.sluice.events.turns.TurnMeter;
import org.junit.jupiter.api.Test;

/** How long turns take and who is to blame, on a clock that the test moves. */
class TurnMeterTest {
    private static final long THRESHOLD_NS = 1_000L;

    private final ResourceContainer server = ResourceContainer.root("server");
    private final ResourceContainer quick = server.child("quick");
    private final ResourceContainer slow = server.child("slow");
    private final TurnMeter meter = new TurnMeter(THRESHOLD_NS, 500L);
    private final LoopCounters counters = new LoopCounters(meter.counters);

    @Test
    void shouldNotCountWhatPassedBeforeAnythingWasHandled() {
        meter.turn(50_000L);
        meter.turn(90_000L);

        assertThat(counters.turns()).isZero();
        assertThat(counters.turnMaxNs()).isZero();
        assertThat(counters.stalls()).isZero();
        assertThat(counters.lastStall()).isNull();
    }

    @Test
    void shouldMeasureFromOneDequeueToTheNextButNotTheWait() {
        meter.turn(10_000L);
        assertThat(meter.waited(7_000L, 0L)).isFalse();
        assertThat(meter.waited(2_000L, 0L)).isFalse();
        meter.handled(quick, "a", 300L);
        meter.turn(19_700L);
        meter.handled(quick, "b", 10L);
        meter.turn(19_800L);

        assertThat(counters.turns()).isEqualTo(2L);
        assertThat(counters.events()).isEqualTo(2L);
        assertThat(counters.turnMaxNs()).as("19,700 less 10,000 less the waits").isEqualTo(700L);
        assertThat(counters.waitMaxNs()).isEqualTo(7_000L);
        assertThat(counters.stalls()).isZero();
    }

    @Test
    void shouldBlameTheLongestHandlerOfATurnThatIsOverTheThreshold() {
        meter.turn(0L);
        meter.handled(quick, "short", 200L);
        meter.handled(slow, 4711, 600L);
        meter.handled(quick, "as long", 600L);
        meter.handled(quick, "short", 100L);
        meter.turn(1_501L);

        assertThat(counters.stalls()).isEqualTo(1L);
        assertThat(counters.lastStall()).isEqualTo(new Stall("server/slow", "java.lang.Integer", 600L, 1_501L));
        assertThat(counters.turnMaxNs()).isEqualTo(1_501L);
    }

    @Test
    void shouldNotBlameAnybodyOfATurnBeforeNorOfOneJustAtTheThreshold() {
        meter.turn(0L);
        meter.handled(slow, "slow", 900L);
        meter.turn(THRESHOLD_NS);
        assertThat(counters.stalls()).as("at the threshold").isZero();

        meter.handled(quick, null, 0L);
        meter.turn(2L * THRESHOLD_NS + 1L);

        assertThat(counters.lastStall()).isEqualTo(new Stall("server/quick", "null", 0L, THRESHOLD_NS + 1L));
        assertThat(counters.turns()).isEqualTo(2L);
    }

    @Test
    void shouldCountAWaitThatWasNoneForLongerThanTheThreshold() {
        assertThat(meter.waited(90_000L, THRESHOLD_NS)).isFalse();
        assertThat(meter.waited(9_000L, THRESHOLD_NS + 1L)).isTrue();
        meter.stalledInEnter(true, "server/slow", "io_uring_enter(CLOSE)", THRESHOLD_NS + 1L, 9_000L);

        assertThat(counters.stalls()).isEqualTo(1L);
        assertThat(counters.waitStalls()).isEqualTo(1L);
        assertThat(counters.busyWaitMaxNs()).isEqualTo(THRESHOLD_NS + 1L);
        assertThat(counters.lastStall())
                .isEqualTo(new Stall("server/slow", "io_uring_enter(CLOSE)", THRESHOLD_NS + 1L, 9_000L));
    }

    @Test
    void shouldTellAnEnterThatHeldTheTurnInPlaceOfItsHandlers() {
        meter.turn(0L);
        assertThat(meter.entered(THRESHOLD_NS)).isFalse();
        assertThat(meter.entered(THRESHOLD_NS + 1L)).isTrue();
        meter.stalledInEnter(false, "server/slow", "io_uring_enter(READ)", THRESHOLD_NS + 1L, THRESHOLD_NS + 1L);
        meter.handled(quick, "handler", 10L);
        meter.turn(2L * THRESHOLD_NS + 1L);

        assertThat(counters.stalls()).isEqualTo(1L);
        assertThat(counters.waitStalls()).isZero();
        assertThat(counters.turnMaxNs()).isEqualTo(2L * THRESHOLD_NS + 1L);
        assertThat(counters.lastStall())
                .isEqualTo(new Stall("server/slow", "io_uring_enter(READ)", THRESHOLD_NS + 1L, THRESHOLD_NS + 1L));

        meter.handled(slow, "handler", THRESHOLD_NS);
        meter.turn(4L * THRESHOLD_NS);
        assertThat(counters.stalls()).as("the next turn has its own").isEqualTo(2L);
        assertThat(counters.lastStall().container()).isEqualTo("server/slow");
    }

    @Test
    void shouldShowAllCountersInLetters() {
        meter.turn(0L);
        meter.waited(5L, 3L);
        meter.handled(slow, "slow", 1_900L);
        meter.turn(2_005L);
        meter.counters.count(TurnCounters.FAILURES);

        assertThat(counters.handlerFailures()).isEqualTo(1L);
        assertThat(counters)
                .hasToString("LoopCounters[turns=1, events=1, handlerFailures=1, stalls=1, turnMaxNs=2000,"
                        + " waitMaxNs=5, waitStalls=0, busyWaitMaxNs=3, lastStall=" + counters.lastStall() + "]");
    }
}
