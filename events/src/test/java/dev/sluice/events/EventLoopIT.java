// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The duty cycle: what a turn hands out, to whom, and what goes on after failures. */
class EventLoopIT extends EventLoopTests {
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
    void shouldReportAnEventThatNobodyHandles() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "nobody");
        final List<String> messages = new ArrayList<>();

        run(EventLoopOptions.defaults()
                .withErrorHandler((event, e) -> messages.add(e.getMessage()))
                .withHook(new UntilQuiet()));

        assertThat(messages).singleElement().asString().contains("root/urgent", "java.lang.String");
    }

    @Test
    void shouldGoOnAfterALayersWorkThatThrows() {
        final List<RuntimeException> told = new ArrayList<>();
        final RuntimeException thrown = new IllegalArgumentException("of a layer");
        final boolean[] toThrow = {true};
        events.operations().whenClaimable(() -> {
            if (toThrow[0]) {
                toThrow[0] = false;
                throw thrown;
            }
        });
        final int[] afterIt = new int[1];
        events.operations().whenClaimable(() -> afterIt[0]++);
        final TestPipe pipe = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, normal, (EventHandler) event -> loop.stop());

        run(options().withErrorHandler(new ErrorHandler() {
            @Override
            public void handlerFailed(Event event, RuntimeException failure) {
                failures.add(failure.getMessage());
            }

            @Override
            public void hookFailed(RuntimeException failure) {
                assertThat(afterIt[0]).as("told before those behind it run").isZero();
                told.add(failure);
            }
        }));

        assertThat(told).containsExactly(thrown);
        assertThat(failures).isEmpty();
        assertThat(afterIt[0]).isPositive();
        toThrow[0] = true;
        assertThatThrownBy(() -> events.dequeueNextEvents(1, 0, 0L))
                .as("without a loop: who dequeues is told")
                .isSameAs(thrown);
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
    void shouldRefuseEveryOtherThread() throws InterruptedException {
        final List<Throwable> thrown = new ArrayList<>();
        loop = new EventLoop(events, options());
        final Thread other = new Thread(loop::run, "other");
        other.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        other.start();
        other.join();

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }
}
