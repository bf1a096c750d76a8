// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a loop tells of its turns, and other threads while it runs. */
class LoopCountersIT extends EventLoopTests {
    @Test
    void shouldNameContainerAndHandlerOfAStall() {
        try (EventQueue strict = EventQueue.open(EventQueueOptions.defaults().withStallThresholdNs(2_000_000L))) {
            final EventLoop[] stalling = new EventLoop[1];
            strict.declareInterest(readablePipe().readEnd, READABLE, root.child("quick"), (EventHandler) event -> {});
            strict.declareInterest(readablePipe().readEnd, READABLE, root.child("slow"), new SlowHandler());
            strict.declareInterest(readablePipe().readEnd, READABLE, root.child("last", Priority.IDLE), (EventHandler)
                    event -> stalling[0].stop());
            stalling[0] = new EventLoop(strict, options().withMaxEvents(2).withMaxTurnNs(SECOND_NS));

            stalling[0].run();

            final Stall stall = stalling[0].counters().lastStall();
            assertThat(stall.container()).isEqualTo("root/slow");
            assertThat(stall.handler()).isEqualTo(SlowHandler.class.getName());
            assertThat(stall.handlerNs()).isBetween(4_000_000L, stall.turnNs());
            assertThat(stalling[0].counters().stalls()).isEqualTo(1);
            assertThat(stalling[0].counters().turnMaxNs()).isEqualTo(stall.turnNs());
            assertThat(strict.counters().lastStall()).isEqualTo(stall);
        }
    }

    private static final class SlowHandler implements EventHandler {
        @Override
        public void handle(Event event) {
            spin(4_000_000L);
        }
    }

    /** On a machine whose other CPU is taken, the watcher sees one value each time that it has the loop's: so the loop runs on. */
    @Test
    void shouldShowAnotherThreadCountersThatNeverGoBack() throws InterruptedException {
        final int rounds = 20_000;
        final long lostNs = System.nanoTime() + 30L * SECOND_NS;
        final TestPipe pipe = pipe();
        final AtomicLong round = new AtomicLong();
        final AtomicBoolean ended = new AtomicBoolean();
        final AtomicReference<String> wrong = new AtomicReference<>();
        final AtomicLong distinct = new AtomicLong();
        events.declareInterest(pipe.readEnd, READABLE, normal, (EventHandler) event -> {
            pipe.read();
            final boolean seen = distinct.get() > 10L || System.nanoTime() - lostNs > 0L;
            if (round.incrementAndGet() >= rounds && seen) {
                loop.stop();
            } else {
                pipe.write();
            }
        });
        loop = new EventLoop(events, options());
        final LoopCounters counters = loop.counters();
        final CountDownLatch watching = new CountDownLatch(1);
        final Thread watcher = new Thread(() -> {
            long turns = 0L;
            long eventsSeen = 0L;
            long turnMaxNs = 0L;
            while (!ended.get() && wrong.get() == null) {
                final long turnsNow = counters.turns();
                final long eventsNow = counters.events();
                final long turnMaxNow = counters.turnMaxNs();
                if (turnsNow < turns || eventsNow < eventsSeen || turnMaxNow < turnMaxNs || eventsNow > round.get()) {
                    wrong.set(counters.toString());
                }
                if (eventsNow != eventsSeen) {
                    distinct.incrementAndGet();
                }
                turns = turnsNow;
                eventsSeen = eventsNow;
                turnMaxNs = turnMaxNow;
                watching.countDown();
            }
        });
        watcher.start();
        assertThat(watching.await(20, TimeUnit.SECONDS)).isTrue();
        pipe.write();

        loop.run();

        ended.set(true);
        watcher.join();
        assertThat(wrong.get()).isNull();
        assertThat(distinct.get()).as("values seen while the loop ran").isGreaterThan(10L);
        assertThat(counters.events()).isEqualTo(round.get());
    }
}
