// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.AllocatedBytes;
import dev.sluice.uring.contract.RingTester;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Goal: the steady state allocates nothing. Method: the JVM's own count of bytes the thread allocated, after warm-up. */
class AllocationIT {

    @AutoClose
    private final RingTester tester = RingTester.open();

    private long completed;

    @Test
    void shouldAllocateNothingPerRoundTrip() {
        final CompletionHandler count = (userData, result, flags) -> completed += userData + result;

        assertThat(AllocatedBytes.by(() -> nopRoundTrip(count))).isZero();
        assertThat(completed).isGreaterThanOrEqualTo(2 * 3L * AllocatedBytes.ROUNDS);
    }

    @Test
    void shouldAllocateNothingPerTimedOutWait() {
        assertThat(AllocatedBytes.by(() -> tester.ring.submitAndWait(1, 1L))).isZero();
    }

    @Test
    void shouldAllocateNothingPerDescriptorCall() {
        final int eventFd = tester.closeLater(Descriptors.eventFd());

        assertThat(AllocatedBytes.by(() -> {
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
}
