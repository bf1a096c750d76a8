// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The duty cycle on the real kernel, with pipes as descriptors. */
class EventLoopIT extends EventQueueFixture {
    private final List<Object> handled = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private EventLoop loop;

    /** Ends the loop when nothing came within a second; counts turns, and what each of them handled. */
    private class UntilQuiet implements TurnHook {
        final List<Integer> handledByTurn = new ArrayList<>();
        private int before;
        private boolean waited;

        @Override
        public void betweenTurns() {
            if (waited) {
                handledByTurn.add(handled.size() - before);
                if (handled.size() == before) {
                    loop.stop();
                }
            }
            before = handled.size();
        }

        @Override
        public long maxWaitNs() {
            waited = true;
            return SECOND_NS / 10;
        }
    }

    private EventLoopOptions options() {
        return EventLoopOptions.defaults()
                .withHandler(event -> handled.add(event.attachment()))
                .withErrorHandler((event, e) -> failures.add(event.attachment() + ": " + e.getMessage()));
    }

    private void run(EventLoopOptions options) {
        loop = new EventLoop(events, options);
        loop.run();
    }

    @Test
    void shouldCallAttachmentsThatAreHandlersAndTheLoopsHandlerForTheOthers() {
        final EventHandler own = event -> handled.add("own");
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, own);
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "other");
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, null);

        run(options().withHook(new UntilQuiet()));

        assertThat(handled).containsExactly("own", "other", null);
        assertThat(loop.counters().events()).isEqualTo(3);
        assertThat(loop.counters().handlerFailures()).isZero();
    }

    @Test
    void shouldHandOutAtMostSoManyEventsATurn() {
        for (int i = 0; i < 10; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, normal, i);
        }
        final UntilQuiet hook = new UntilQuiet();

        run(options().withMaxEvents(4).withMaxTurnNs(SECOND_NS).withHook(hook));

        assertThat(hook.handledByTurn).containsExactly(4, 4, 2, 0);
        assertThat(handled).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(loop.counters().turns()).isEqualTo(3);
    }

    @Test
    void shouldEndATurnWhoseTimeIsOverAndServeTheMostUrgentFirstInTheNext() {
        for (int i = 0; i < 6; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, normal, i);
        }
        final TestPipe late = pipe();
        events.declareInterest(late.readEnd, READABLE, urgent, "urgent");
        final UntilQuiet hook = new UntilQuiet();
        final EventHandler slow = event -> {
            handled.add(event.attachment());
            if (handled.size() == 3) {
                late.write();
            }
            spin(1_000_000L);
        };

        run(options().withMaxTurnNs(1L).withHandler(slow).withHook(hook));

        assertThat(hook.handledByTurn)
                .as("one event is always handed out, no other after the time is over")
                .containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
        assertThat(handled).containsExactly(0, 1, 2, "urgent", 3, 4, 5);
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrowsAndTellWhoseEventItWas() {
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, normal, i);
        }
        final EventHandler odd = event -> {
            if ((int) event.attachment() % 2 == 1) {
                throw new IllegalArgumentException("odd");
            }
            handled.add(event.attachment());
        };

        run(options().withHandler(odd).withHook(new UntilQuiet()));

        assertThat(handled).containsExactly(0, 2, 4);
        assertThat(failures).containsExactly("1: odd", "3: odd");
        assertThat(loop.counters().handlerFailures()).isEqualTo(2);
        assertThat(loop.counters().events()).isEqualTo(5);
    }

    @Test
    void shouldEndWithWhatTheErrorHandlerThrowsAndLeaveTheRestInTheQueue() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "bad");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "rest");
        final EventLoopOptions strict = options()
                .withHandler(event -> {
                    throw new IllegalArgumentException("broken");
                })
                .withErrorHandler((event, e) -> {
                    throw new IllegalStateException("the loop must end: " + event.attachment(), e);
                });

        assertThatIllegalStateException()
                .isThrownBy(() -> run(strict))
                .withMessage("the loop must end: bad")
                .withCauseInstanceOf(IllegalArgumentException.class);

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 0L)))
                .containsExactly("rest");
    }

    @Test
    void shouldEndWithAnError() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "bad");
        final EventLoopOptions broken = options().withHandler(event -> {
            throw new AssertionError("a bug of the JVM");
        });

        assertThatThrownBy(() -> run(broken)).isInstanceOf(AssertionError.class).hasMessage("a bug of the JVM");
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldReportAnEventThatNobodyHandles() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "nobody");
        final List<String> messages = new ArrayList<>();

        run(EventLoopOptions.defaults()
                .withErrorHandler((event, e) -> messages.add(e.getMessage()))
                .withHook(new UntilQuiet()));

        assertThat(messages).singleElement().asString().contains("root/urgent", "java.lang.String");
    }

    @Test
    void shouldStopFromAnotherThreadWhileItWaitsAndFinishFirst() throws InterruptedException {
        final CountDownLatch waiting = new CountDownLatch(1);
        final List<String> steps = new ArrayList<>();
        final TestPipe last = pipe();
        events.declareInterest(last.readEnd, READABLE, normal, (EventHandler) event -> steps.add("last event"));
        final TurnHook hook = new TurnHook() {
            @Override
            public long maxWaitNs() {
                waiting.countDown();
                return -1L;
            }

            @Override
            public boolean finish() {
                if (steps.isEmpty()) {
                    steps.add("finishing");
                    last.write(); // what must still come in
                }
                return steps.contains("last event");
            }
        };
        final Thread stopper = new Thread(() -> {
            try {
                waiting.await();
                loop.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        loop = new EventLoop(events, options().withHook(hook));
        stopper.start();

        loop.run();

        stopper.join();
        assertThat(steps).containsExactly("finishing", "last event");
        assertThat(loop.isStopping()).isTrue();
    }

    @Test
    void shouldNotRunTurnsWhenItWasStoppedBefore() {
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "pending");
        loop = new EventLoop(events, options());
        loop.stop();
        loop.stop();

        loop.run();

        assertThat(handled).isEmpty();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("pending");
    }

    /** Each method of the hook throws once, and the loop serves, waits and ends as ever. */
    @Test
    void shouldGoOnAfterAHookThatThrows() {
        final List<String> hookFailures = new ArrayList<>();
        final TurnHook hook = new TurnHook() {
            private final List<String> thrown = new ArrayList<>();

            private void throwOnce(String method) {
                if (!thrown.contains(method)) {
                    thrown.add(method);
                    throw new IllegalArgumentException(method);
                }
            }

            @Override
            public void betweenTurns() {
                throwOnce("betweenTurns");
            }

            @Override
            public long maxWaitNs() {
                throwOnce("maxWaitNs");
                return SECOND_NS;
            }

            @Override
            public void turnBegins() {
                throwOnce("turnBegins");
            }

            @Override
            public boolean finish() {
                throw new IllegalArgumentException("finish");
            }
        };
        final TestPipe pipe = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, normal, (EventHandler) event -> loop.stop());

        run(options().withHook(hook).withErrorHandler(new ErrorHandler() {
            @Override
            public void handlerFailed(Event event, RuntimeException failure) {
                failures.add(failure.getMessage());
            }

            @Override
            public void hookFailed(RuntimeException failure) {
                hookFailures.add(failure.getMessage());
            }
        }));

        assertThat(hookFailures).containsExactly("betweenTurns", "maxWaitNs", "turnBegins", "finish");
        assertThat(failures).isEmpty();
        assertThat(loop.counters().handlerFailures()).isEqualTo(4);
    }

    @Test
    void shouldRefuseAHandlerThatDequeuesAndHandOutTheRest() {
        final EventHandler dequeues = event -> {
            handled.add("dequeues");
            final EventBatch taken = events.dequeueNextEvents(8, Priority.IDLE, 0L);
            while (taken.next() != null) {
                handled.add("taken");
            }
        };
        final EventHandler runs = event -> {
            handled.add("runs");
            new EventLoop(events, options()).run();
        };
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, dequeues);
        events.declareInterest(readablePipe().readEnd, READABLE, normal, runs);
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "rest");
        final List<String> refusals = new ArrayList<>();

        run(options()
                .withHook(new UntilQuiet())
                .withErrorHandler((event, e) -> refusals.add(e.getClass().getSimpleName() + ": " + e.getMessage())));

        assertThat(handled).containsExactly("dequeues", "runs", "rest");
        assertThat(refusals)
                .hasSize(2)
                .allSatisfy(refusal -> assertThat(refusal)
                        .startsWith("IllegalStateException: a handler of an EventLoop dequeued events"));
    }

    @Test
    void shouldLetTheQueuesOwnerDequeueAfterAHandlerEndedTheLoop() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, (EventHandler) event -> {
            throw new AssertionError("broken");
        });
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "rest");
        assertThatThrownBy(() -> run(options())).isInstanceOf(AssertionError.class);

        assertThat(events.dequeueNextEvents(8, Priority.IDLE, 0L).next().attachment())
                .isEqualTo("rest");
    }

    @Test
    void shouldReturnWhenAHandlerClosesTheQueue() {
        final List<String> calls = new ArrayList<>();
        final TurnHook hook = new TurnHook() {
            @Override
            public void betweenTurns() {
                calls.add("between turns");
            }
        };
        final EventQueue closing = EventQueue.open();
        final EventHandler closes = event -> {
            calls.add("close");
            closing.close();
        };
        closing.declareInterest(readablePipe().readEnd, READABLE, root.child("closing"), closes);
        closing.declareInterest(readablePipe().readEnd, READABLE, root.child("late", Priority.IDLE), closes);

        new EventLoop(closing, options().withHook(hook)).run();

        assertThat(calls).containsExactly("between turns", "close");
    }

    @Test
    void shouldReturnWhenTheHookClosesTheQueue() {
        for (final String closer : List.of("betweenTurns", "maxWaitNs", "turnBegins", "finish")) {
            try (EventQueue closing = EventQueue.open()) {
                final List<String> calls = new ArrayList<>();
                final TurnHook hook = new ClosingHook(closing, closer, calls);
                final EventLoop ended = new EventLoop(closing, options().withHook(hook));
                ended.stop();
                closing.declareInterest(readablePipe().readEnd, READABLE, root.child("late " + closer), (EventHandler)
                        event -> calls.add("handled"));

                ended.run();

                assertThat(calls).as(closer).endsWith(closer).doesNotContain("handled");
            }
        }
    }

    /** Closes its queue in one of its methods. */
    private record ClosingHook(EventQueue queue, String closer, List<String> calls) implements TurnHook {
        private void called(String method) {
            calls.add(method);
            if (method.equals(closer)) {
                queue.close();
            }
        }

        @Override
        public void betweenTurns() {
            called("betweenTurns");
        }

        @Override
        public long maxWaitNs() {
            called("maxWaitNs");
            return 0L;
        }

        @Override
        public void turnBegins() {
            called("turnBegins");
        }

        @Override
        public boolean finish() {
            called("finish");
            return false;
        }
    }

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

    @Test
    void shouldRefuseEveryOtherThread() throws InterruptedException {
        final List<Throwable> thrown = new ArrayList<>();
        loop = new EventLoop(events, options());
        final Thread other = new Thread(loop::run, "other");
        other.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        other.start();
        other.join();

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }

    private static void spin(long durationNs) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < durationNs) {
            Thread.onSpinWait();
        }
    }
}
