// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.containers.Priority;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever step of whatever operation fails however, and whatever else is asked just then, there is one terminal event, and nothing
 * is left behind. Method: each operation runs once as it is, which tells its steps; then the 1st, 2nd, ... of them fails with each errno
 * that the kernel has for it, comes out short, or is left as it is - alone, and with the operation's cancellation, deadline, or the close of
 * its descriptor asked for between the kernel's verdict and its being seen.
 */
class FaultSweepIT {
    private static final int MOST_ATTEMPTS = 100;
    private static final int MOST_TURNS = 20_000;
    private static final long TURN_NS = 1_000_000L;
    private static final int AT_ONCE_TURNS = 20;

    private static int cases;

    /** What else happens when the step has been decided and is not seen yet. */
    private enum Meanwhile {
        NOTHING,
        CANCELLED,
        DEADLINE_PASSES,
        DESCRIPTOR_CLOSED
    }

    private record Case(SweptOperation operation, int step, int errno, boolean isShort, Meanwhile meanwhile) {
        int verdict(int result) {
            return errno != 0 ? -errno : isShort && result > 1 ? result / 2 : result;
        }

        boolean isTransfer() {
            final int opcode = operation.steps[step - 1];
            return switch (opcode) {
                case Opcode.READ, Opcode.READV, Opcode.WRITE, Opcode.WRITEV, Opcode.SEND, Opcode.RECV -> true;
                default -> false;
            };
        }
    }

    @TempDir
    Path directory;

    private RootDirectory root;
    private FaultingRing ring;
    private AioFixture aio;
    private SweepWorld world;

    @BeforeEach
    void open() throws Exception {
        root = RootDirectory.open(directory);
        ring = new FaultingRing(openRing());
        aio = new AioFixture(ring.asRing());
        world = new SweepWorld(aio, root, directory);
    }

    private static Ring openRing() {
        final boolean emulated = "emulated".equals(System.getProperty("sluice.ring"));
        return emulated ? EmulatedRing.open(RingOptions.defaults()) : KernelRing.open(RingOptions.defaults());
    }

    @AfterEach
    void close() {
        if (aio != null) {
            aio.close();
            root.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndInOneEventWhateverFails(SweptOperation operation) throws Exception {
        assumeTrue(world.has(operation));
        final Case asItIs = new Case(operation, 0, 0, false, Meanwhile.NOTHING);
        for (int attempt = 0;
                run(asItIs) != operation.steps.length;
                attempt++) { // until the caches have it, as they had before
            assertThat(attempt)
                    .as("%s takes the steps it is said to take", operation)
                    .isLessThan(MOST_ATTEMPTS);
        }
        final List<String> before = OpenDescriptors.now();
        final long nativeBytes = aio.io.arena().allocatedBytes();

        final List<Case> all = casesOf(operation);
        for (final Case each : all) {
            int reached = 0;
            // A read that a busy machine delays is not followed by its send: until the step was there to fail.
            for (int attempt = 0; attempt < MOST_ATTEMPTS && reached < each.step; attempt++) {
                reached = run(each);
            }
            assertThat(reached).as("%s, steps", each).isGreaterThanOrEqualTo(each.step);
        }

        assertThat(OpenDescriptors.since(before)).isEmpty();
        assertThat(aio.io.arena().allocatedBytes()).as("native bytes").isEqualTo(nativeBytes);
        cases += all.size();
    }

    @AfterAll
    static void tellTheCases() {
        System.out.println("fault sweep: " + cases + " cases");
    }

    @Test
    void shouldHaveThousandsOfCases() {
        final int planned = Stream.of(SweptOperation.values())
                .mapToInt(operation -> casesOf(operation).size())
                .sum();
        assertThat(planned).isGreaterThan(3_500);
    }

    private static List<Case> casesOf(SweptOperation operation) {
        final List<Case> all = new ArrayList<>();
        for (int step = operation.cold ? 2 : 1; step <= operation.steps.length; step++) {
            for (final Meanwhile meanwhile : Meanwhile.values()) {
                if (!canHappen(operation, meanwhile)) {
                    continue;
                }
                for (final int errno : KernelErrnos.of(operation.steps[step - 1])) {
                    all.add(new Case(operation, step, errno, false, meanwhile));
                }
                final Case succeeds = new Case(operation, step, 0, false, meanwhile);
                if (meanwhile != Meanwhile.NOTHING) {
                    all.add(succeeds);
                }
                if (succeeds.isTransfer()) {
                    all.add(new Case(operation, step, 0, true, meanwhile));
                }
            }
        }
        return all;
    }

    private static boolean canHappen(SweptOperation operation, Meanwhile meanwhile) {
        return switch (meanwhile) {
            case NOTHING -> true;
            case CANCELLED, DEADLINE_PASSES -> operation.isCancellable();
            case DESCRIPTOR_CLOSED -> operation.hasDescriptor();
        };
    }

    /** Returns how many steps there were. */
    private int run(Case run) throws IOException {
        final boolean pauses = run.meanwhile != Meanwhile.NOTHING;
        final IntUnaryOperator verdict = run::verdict;
        final SweptOperation operation = run.operation;
        final long id = world.start(operation);
        aio.seen.clear();
        ring.arm(id, run.step, verdict, pauses);
        ring.expect(operation.descriptorSteps(), operation.cold);

        pump(run, id);
        if (ring.isPaused()) {
            happen(run.meanwhile, id);
            ring.goOn();
            pump(run, id);
        }
        final int steps = ring.steps();
        ring.disarm();
        world.end();

        final List<AioFixture.Seen> ends = aio.seen.stream()
                .filter(seen -> SweepWorld.TESTED.equals(seen.attachment()) && (seen.flags() & CqeFlags.F_MORE) == 0)
                .toList();
        assertThat(ends).as("%s: terminal events", run).hasSize(operation.hasEvent() ? 1 : 0);
        ends.forEach(end -> assertResult(run, steps, end.result()));
        aio.assertNothingLeft();
        assertThat(aio.events.counters().staleCompletions())
                .as("%s: stale", run)
                .isZero();
        return steps;
    }

    /** Hands events out until the operation has ended, has got as far as the case looks at it, or is paused. */
    private void pump(Case run, long id) {
        for (int turn = 0; !hasEnded(run) && !ring.isPaused(); turn++) {
            assertThat(turn)
                    .as("%s, operation %d: turns without an end, seen: %s", run, id, aio.seen)
                    .isLessThan(MOST_TURNS);
            aio.collect(aio.events.dequeueNextEvents(64, Priority.IDLE, turn < AT_ONCE_TURNS ? 0L : TURN_NS));
        }
    }

    private boolean hasEnded(Case run) {
        final boolean goesOn = run.operation.hasNoEndOfItsOwn();
        return (goesOn && ring.steps() >= Math.max(1, run.step))
                || aio.seen.stream().anyMatch(seen -> SweepWorld.TESTED.equals(seen.attachment()));
    }

    private void happen(Meanwhile meanwhile, long id) {
        switch (meanwhile) {
            case NOTHING -> {}
            case CANCELLED -> assertThat(aio.io.cancel(id)).isTrue();
            case DEADLINE_PASSES -> assertThat(aio.io.cancelAfter(id, 0L)).isTrue();
            case DESCRIPTOR_CLOSED -> {
                world.target().declareInterest(aio.normal, "closed");
                world.target().close();
            }
        }
    }

    /** What nobody has cancelled was not begun for want of a worker, if a worker was to do it. */
    private static int told(Case run) {
        final boolean mayNeedWorker = run.operation.isOnDisk() || run.operation == SweptOperation.CLOSE_GRACEFULLY;
        return run.errno == Errno.ECANCELED && mayNeedWorker ? Errno.ENOWORKER : run.errno;
    }

    private static void assertResult(Case run, int steps, int result) {
        if (run.operation.hasNoEndOfItsOwn()
                || run.operation == SweptOperation.CACHED_OPEN
                || run.errno == Errno.EAGAIN
                || (run.errno == Errno.EPERM && run.operation.name().startsWith("OPEN"))) {
            // Ended by the close; may do without the step; asks again where the caches did not have it, or of
            // another one's file without O_NOATIME.
            return;
        }
        final boolean failed = run.errno != 0 && run.step > 0 && steps >= run.step;
        if (run.meanwhile == Meanwhile.NOTHING) {
            if (failed) {
                assertThat(result).as("%s", run).isEqualTo(-told(run));
            } else {
                assertThat(result).as("%s", run).isNotNegative();
            }
        } else if (result < 0) {
            assertThat(-result).as("%s", run).isIn(told(run), run.errno, Errno.ECANCELED, Errno.ETIME);
        } else {
            assertThat(failed).as("%s: the failure is told", run).isFalse();
        }
    }
}
