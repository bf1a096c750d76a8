// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.events.EventKind;
import dev.sluice.events.Timer;

/** A timer that is started again when it has expired, at times cancelled by another one. */
final class SoakTimer extends SoakActor {
    private static final int MOST_DELAY_NS = 5_000_000;

    private final Timer timer;
    private SoakTimer other;

    SoakTimer(SoakRun run) {
        super(run);
        timer = run.events.newTimer(run.container(), this);
    }

    static void addPair(SoakRun run) {
        final SoakTimer one = new SoakTimer(run);
        final SoakTimer two = new SoakTimer(run);
        one.other = two;
        two.other = one;
        run.add(one);
        run.add(two);
    }

    @Override
    void next() {
        if (run.isStopping()) {
            end();
        } else {
            timer.start(run.random.nextInt(MOST_DELAY_NS));
            begunForSure(0L);
        }
    }

    @Override
    void ended(Event event, int result) {
        assertThat(event.kind()).isEqualTo(EventKind.TIMER);
        assertThat(run.events.nanoTime()).as("too early").isGreaterThanOrEqualTo(event.deadlineNs());
        if (run.chance(30) && other.timer.isStarted()) {
            other.timer.cancel();
            other.endedWithoutEvent();
        }
    }
}
