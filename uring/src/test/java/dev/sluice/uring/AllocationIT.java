package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Goal: the steady state allocates nothing. Method: the JVM's own count of bytes the thread allocated, after warm-up. */
class AllocationIT {

    private static final int ROUNDS = 100_000;
    private static final int WINDOWS = 5;

    @AutoClose
    private final RingTester tester = RingTester.open();

    private long completed;

    @Test
    void shouldAllocateNothingPerRoundTrip() {
        final CompletionHandler count = (userData, result, flags) -> completed += userData + result;

        assertThat(allocatedBytes(() -> nopRoundTrip(count))).isZero();
        assertThat(completed).isGreaterThanOrEqualTo(2 * 3L * ROUNDS);
    }

    @Test
    void shouldAllocateNothingPerTimedOutWait() {
        assertThat(allocatedBytes(() -> tester.ring.submitAndWait(1, 1L))).isZero();
    }

    @Test
    void shouldAllocateNothingPerDescriptorCall() {
        final int eventFd = tester.closeLater(Descriptors.eventFd());

        assertThat(allocatedBytes(() -> {
                    Descriptors.signalEventFd(eventFd);
                    completed += Descriptors.drainEventFd(eventFd);
                    completed += Descriptors.drainEventFd(eventFd);
                    completed += Descriptors.statxNow(eventFd, tester.address(0));
                    completed += Descriptors.cachedPages(-1, 0L, 1L);
                    completed += Descriptors.mappedUntil(-1, 0L, 1L);
                }))
                .isZero();
        assertThat(completed).isNegative();
    }

    private void nopRoundTrip(CompletionHandler handler) {
        final Ring ring = tester.ring;
        ring.tryClaim().prepNop().userData(1L);
        ring.submit();
        ring.drainCompletions(handler, 16);
        ring.tryClaim().prepNop().userData(2L);
        ring.submitAndWait(1, 1_000_000_000L);
        ring.drainCompletions(handler, 16);
    }

    /**
     * Bytes per {@link #ROUNDS} calls: the least of a few windows, because the JVM allocates now and then, once, when it recompiles a
     * loop. What a round allocates is in every window.
     */
    static long allocatedBytes(Runnable round) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        repeat(round, ROUNDS);
        for (int window = 0; window < WINDOWS && least > 0; window++) {
            final long startBytes = threads.getCurrentThreadAllocatedBytes();
            repeat(round, ROUNDS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - startBytes);
        }
        return least;
    }

    private static void repeat(Runnable round, int times) {
        for (int i = 0; i < times; i++) {
            round.run();
        }
    }
}
