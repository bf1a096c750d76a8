// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a queue ends, and who may call it: without a kernel. */
class EventQueueCloseTest extends SimulatedQueueFixture {
    private static final int FD = 0;

    static Stream<Arguments> calls() {
        final ResourceContainer container = ResourceContainer.root("container");
        return Stream.of(
                call("declareInterest", queue -> queue.declareInterest(FD, READABLE, container, null)),
                call(
                        "declareInterest of a set",
                        queue -> queue.declareInterest(new int[0], READABLE, container, new Object[0])),
                call("revokeInterest", queue -> queue.revokeInterest((InterestKey) null)),
                call("revokeInterest of a set", queue -> queue.revokeInterest(List.of())),
                call("dequeueNextEvents", queue -> queue.dequeueNextEvents(1, Priority.IDLE, 0L)),
                call("newTimer", queue -> queue.newTimer(container, null)),
                call("oldestPendingNs", queue -> queue.oldestPendingNs(Priority.LOW)),
                call("counters", EventQueue::counters),
                call("operations().checkUsable", queue -> queue.operations().checkUsable()),
                call("operations().find", queue -> queue.operations().find(0L)),
                call("EventLoop.run", queue -> new EventLoop(queue, EventLoopOptions.defaults()).run()));
    }

    private static Arguments call(String name, Consumer<EventQueue> call) {
        return Arguments.of(name, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void shouldRefuseEveryCallOfAnotherThreadNamingIt(String name, Consumer<EventQueue> call) {
        assertRefusedElsewhere(() -> call.accept(events));
    }

    @Test
    void shouldRefuseToBeClosedSearchedOrTimedByAnotherThread() {
        final Timer timer = events.newTimer(normal, null);

        assertRefusedElsewhere(events::close);
        assertRefusedElsewhere(() -> events.keyOf(FD));
        assertRefusedElsewhere(() -> timer.start(1L));
        assertRefusedElsewhere(() -> timer.startAt(1L));
        assertRefusedElsewhere(timer::cancel);
        assertThat(dequeue(1)).as("it is open").isEmpty();
    }

    @Test
    void shouldCloseTheRestThoughOneCloseFailsWithAnError() {
        final List<String> closed = new ArrayList<>();
        final NoClassDefFoundError error = new NoClassDefFoundError("of a library");
        events.operations().resources().atClose(() -> {
            throw new IOException("before it");
        });
        events.operations().resources().atClose(() -> {
            throw error;
        });
        events.operations().resources().atClose(() -> closed.add("after it"));

        assertThatThrownBy(events::close).isSameAs(error);

        assertThat(error.getSuppressed()).hasOnlyElementsOfType(IOException.class);
        assertThat(closed).containsExactly("after it");
    }

    @Test
    void shouldWaitNoLongerThanAllowedForWhatTheKernelHolds() {
        final SimulatedRing hung = new SimulatedRing(1L, 64, 256, new SimulatedFaults() {
            @Override
            public boolean stoppable(SplittableRandom random) {
                return false;
            }

            @Override
            public long latencyNs(int opcode, SplittableRandom random) {
                return 60_000_000_000L;
            }
        });
        final EventQueue queue = EventQueue.over(hung, EventQueueOptions.defaults());
        final OperationPort port = queue.operations();
        final PollOperation status = new PollOperation(port, FD) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepStatx(-100, 0L, 0, Statx.STATX_BASIC_STATS, 0L);
            }
        };
        port.begin(status, ResourceContainer.root("other"), null);
        port.submit(status);
        queue.dequeueNextEvents(1, Priority.IDLE, 0L);
        final long startNs = hung.nanoTime();

        queue.closeWithin(10_000_000L);

        assertThat(hung.nanoTime() - startNs).isEqualTo(10_000_000L);
    }

    private static void assertRefusedElsewhere(Runnable call) {
        final FutureTask<Void> task = new FutureTask<>(call, null);
        new Thread(task, "stranger").start();
        assertThatThrownBy(task::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stranger");
    }

    @Test
    void shouldAnswerAnotherThreadWhatNeverChangesAndTheClock() throws Exception {
        final FutureTask<List<Object>> task =
                new FutureTask<>(() -> List.of(events.binding(), events.operations(), events.nanoTime()));
        new Thread(task, "stranger").start();

        assertThat(task.get()).containsExactly("simulated", events.operations(), 0L);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void shouldRefuseEveryCallAfterClose(String name, Consumer<EventQueue> call) {
        events.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> call.accept(events))
                .withMessage("this event queue is closed");
    }

    @Test
    void shouldReleaseWhatIsPendingCancelWhatIsUnderWayAndCloseTheRing() {
        final PollOperation pending = new PollOperation(events.operations(), readable());
        final PollOperation underWay =
                new PollOperation(events.operations(), ring.host().open());
        final PollOperation held =
                new PollOperation(events.operations(), ring.host().open());
        for (final PollOperation operation : List.of(pending, underWay, held)) {
            events.operations().begin(operation, normal, null);
        }
        events.operations().submit(pending);
        events.operations().submit(underWay);
        letIn();
        assertThat(events.counters().signalled()).isEqualTo(1);
        final InterestKey key = events.declareInterest(ring.host().open(), READABLE, normal, null);

        events.close();
        events.close();

        assertThat(List.of(pending, underWay, held))
                .extracting(operation -> operation.releases)
                .containsOnly(1);
        assertThat(key.isValid()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> ring.statistics().enters())
                .withMessage("ring is closed");
    }

    @Test
    void shouldCloseWhatLayersRegisteredAfterTheLastCompletionAndReportWhatFails() {
        final PollOperation underWay =
                new PollOperation(events.operations(), ring.host().open());
        events.operations().begin(underWay, normal, null);
        events.operations().submit(underWay);
        final List<String> steps = new ArrayList<>();
        events.operations().resources().atClose(() -> steps.add("first, busy=" + underWay.isBusy()));
        events.operations().resources().atClose(() -> {
            throw new IOException("disk full");
        });
        events.operations().resources().atClose(() -> steps.add("last"));

        assertThatIllegalStateException()
                .isThrownBy(events::close)
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));

        assertThat(steps).containsExactly("first, busy=false", "last");
    }

    @Test
    void shouldChargeTheHandlerThatClosesAndEndItsBatch() {
        declareReadable(normal, "closing");
        declareReadable(normal, "dropped");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        final Event event = batch.next();
        ring.advance(777L);

        events.close();

        assertThat(normal.usage().cpuNs()).isEqualTo(777L);
        assertThat(normal.usage().events()).isEqualTo(1);
        assertThat(batch.next()).isNull();
        assertThatIllegalStateException().isThrownBy(event::flags);
    }

    @Test
    void shouldGiveUpAfterThirtySecondsWhenTheKernelDoesNotLetGoAndSucceedOnceItDoes() {
        final SimulatedFaults stuck = new SimulatedFaults() {
            @Override
            public long latencyNs(int opcode, SplittableRandom random) {
                return 60_000_000_000L;
            }

            @Override
            public int errno(long sequence, int opcode, SplittableRandom random) {
                return opcode == Opcode.STATX ? Errno.EIO : 0;
            }

            @Override
            public boolean stoppable(SplittableRandom random) {
                return false;
            }
        };
        final SimulatedRing slow = new SimulatedRing(1L, 64, 256, stuck);
        final EventQueue queue = EventQueue.over(slow, EventQueueOptions.defaults());
        final PollOperation open = new PollOperation(queue.operations(), FD) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepStatx(Statx.AT_FDCWD, 0L, 0, 0, 0L);
            }
        };
        queue.operations().begin(open, normal, null);
        queue.operations().submit(open);

        assertThatIllegalStateException()
                .isThrownBy(queue::close)
                .withMessageContaining("still holds 1 operations 30 s");
        assertThat(slow.nanoTime()).isBetween(30_000_000_000L, 31_000_000_000L);
        assertThat(open.isBusy()).isTrue();

        slow.advance(40_000_000_000L);
        queue.close();
        assertThat(open.isBusy()).isFalse();
    }
}
