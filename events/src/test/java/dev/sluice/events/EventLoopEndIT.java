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
import org.junit.jupiter.api.Test;

/** What ends a loop: a stop, an error, the close of its queue. */
class EventLoopEndIT extends EventLoopTests {
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
}
