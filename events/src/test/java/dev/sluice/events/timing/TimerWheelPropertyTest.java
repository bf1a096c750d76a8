// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: every timer expires once, never early, in the order of ticks and within a tick of starting, whatever is started or
 * cancelled before, meanwhile or by what expires. Method: the same steps on the wheel and on a sorted set; deadlines and
 * leaps of the clock of every size, the clock's overflow among them. Replay: -Dseed=N.
 */
class TimerWheelPropertyTest {
    private static final int TIMERS = 3_000;
    private static final int STEPS = 60_000;

    private SplittableRandom random;
    private String replay;
    private TimerWheel wheel;
    private long originNs;
    private long nowNs;
    private long started;
    private final TreeSet<Started> model =
            new TreeSet<>(Comparator.comparingLong(Started::tick).thenComparingLong(Started::order));
    private final Started[] startedOf = new Started[TIMERS];
    private final Expiry[] timers = new Expiry[TIMERS];

    private record Started(int index, long tick, long order, long deadlineNs) {}

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.events.Seeds#seeds")
    void shouldAgreeWithTheModel(long seed) {
        random = new SplittableRandom(seed);
        originNs = seed % 2 == 0 ? Long.MAX_VALUE - (1L << random.nextInt(20, 62)) : random.nextLong(1L << 50);
        nowNs = originNs;
        wheel = new TimerWheel(originNs);
        for (int i = 0; i < TIMERS; i++) {
            timers[i] = new TestExpiry();
        }
        for (int step = 0; step < STEPS; step++) {
            replay = "seed=" + seed + " step=" + step;
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> start(random.nextInt(TIMERS));
                case 3 -> cancel(random.nextInt(TIMERS));
                case 4 -> startTogether();
                default -> {
                    nowNs += randomLeapNs();
                    expire(random.nextInt(4) == 0);
                }
            }
            assertThat(wheel.size()).as(replay).isEqualTo(model.size());
        }
        while (!model.isEmpty()) {
            nowNs = Math.max(nowNs - originNs, model.first().tick * TimerWheel.TICK_NS) + originNs;
            expire(false);
        }
        assertThat(wheel.untilDueNs(nowNs)).isEqualTo(Long.MAX_VALUE);
    }

    private void startTogether() {
        final long deadlineNs = nowNs + randomDelayNs();
        for (int i = random.nextInt(400); i > 0; i--) {
            startAt(random.nextInt(TIMERS), deadlineNs + random.nextInt(3));
        }
    }

    private void start(int index) {
        startAt(index, nowNs + randomDelayNs());
    }

    private void startAt(int index, long deadlineNs) {
        cancel(index);
        wheel.start(timers[index], deadlineNs);
        final long tick = timers[index].tick;
        final long wanted = Math.floorDiv(Math.max(0L, deadlineNs - originNs) - 1L, TimerWheel.TICK_NS) + 1L;
        if (tick != wanted) {
            assertThat(tick)
                    .as("moved only where the clock is already; %s", replay)
                    .isBetween(wanted, nowTick());
        }
        startedOf[index] = new Started(index, tick, started++, deadlineNs);
        model.add(startedOf[index]);
    }

    private void cancel(int index) {
        assertThat(timers[index].slot != TimerWheel.NOWHERE).as(replay).isEqualTo(startedOf[index] != null);
        if (startedOf[index] != null) {
            wheel.cancel(timers[index]);
            model.remove(startedOf[index]);
            startedOf[index] = null;
        }
    }

    /** Takes out what has expired; what expires may start and cancel others, and a look may be the last for now. */
    private void expire(boolean partly) {
        int looks = partly ? random.nextInt(50) : Integer.MAX_VALUE;
        while (wheel.isDue(nowNs) && looks-- > 0) {
            final Expiry timer = wheel.expire(nowNs);
            if (timer != null) {
                final Started first = model.pollFirst();
                assertThat(timer).as(replay).isSameAs(timers[first.index]);
                assertThat(nowNs - first.deadlineNs).as("early; %s", replay).isGreaterThanOrEqualTo(0L);
                startedOf[first.index] = null;
            }
            if (random.nextInt(20) == 0) {
                start(timer == null ? 0 : random.nextInt(TIMERS));
                cancel(random.nextInt(TIMERS));
            }
        }
        if (!partly && !model.isEmpty()) {
            assertThat(model.first().tick).as("late; %s", replay).isGreaterThan(nowTick());
            assertThat(wheel.untilDueNs(nowNs))
                    .as("would sleep past a deadline; %s", replay)
                    .isBetween(1L, model.first().tick * TimerWheel.TICK_NS - (nowNs - originNs));
        }
    }

    private long nowTick() {
        return (nowNs - originNs) / TimerWheel.TICK_NS;
    }

    private long randomDelayNs() {
        final int bits = random.nextInt(10) == 0 ? random.nextInt(1, 62) : random.nextInt(1, 36);
        return random.nextLong(1L << bits) - (random.nextInt(20) == 0 ? 1L << 20 : 0L);
    }

    private long randomLeapNs() {
        return random.nextLong(1L << (random.nextInt(200) == 0 ? 42 : random.nextInt(1, 32)));
    }

    @Test
    void shouldExpireATimerInOneStepThroughAllItsLevels() {
        final TimerWheel quiet = new TimerWheel(0L);
        final Expiry far = new TestExpiry();
        final long deadlineNs = 3_600_000_000_000L + 12_345L;
        quiet.start(far, deadlineNs);

        assertThat(quiet.expire(deadlineNs - 1L)).isNull();
        assertThat(quiet.expire(deadlineNs + TimerWheel.TICK_NS)).isSameAs(far);
        assertThat(quiet.expire(deadlineNs + TimerWheel.TICK_NS)).isNull();
    }

    @Test
    void shouldMoveAMillionTimersOfOneSlotInBoundedSteps() {
        final TimerWheel million = new TimerWheel(0L);
        final List<Expiry> all = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            final Expiry timer = new TestExpiry();
            million.start(timer, 60_000_000_000L);
            all.add(timer);
        }
        final long dueNs = 60_000_000_000L + TimerWheel.TICK_NS;
        int expired = 0;
        long steps = 0;
        while (million.isDue(dueNs)) {
            final Expiry timer = million.expire(dueNs);
            if (timer != null) {
                assertThat(timer == all.get(expired++)).isTrue();
            }
            steps++;
        }

        assertThat(expired).isEqualTo(1_000_000);
        // Seven levels at most, a step for each 256 moves, and one for each timer.
        assertThat(steps).isBetween(1_000_000L + 1_000_000L / TimerWheel.MOVES_PER_STEP, 1_030_000L);
    }

    private static final class TestExpiry extends Expiry {
        @Override
        public void expired() {
            throw new IllegalStateException("the wheel takes out, who asked it to does this");
        }
    }
}
