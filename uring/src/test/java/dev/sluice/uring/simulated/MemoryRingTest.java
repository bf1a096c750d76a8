// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryRingTest {
    private static final int CQ_ENTRIES = 4;

    private final MemoryRing ring = new MemoryRing(100, CQ_ENTRIES);
    private final List<String> drained = new ArrayList<>();

    @BeforeEach
    void enable() {
        ring.enable();
    }

    @Test
    void shouldCompleteSubmittedPollsInTheOrderOfTheirSignals() {
        poll(7, 70);
        poll(8, 80);
        ring.submit();
        ring.signal(8, PollMask.POLLIN);
        ring.signal(7, PollMask.POLLOUT);
        ring.signal(8, PollMask.POLLIN);

        assertThat(drain(2)).isEqualTo(2);
        assertThat(ring.workPending()).isTrue();
        assertThat(drain(10)).isEqualTo(1);
        assertThat(drained)
                .containsExactly(
                        "80 " + PollMask.POLLIN + " more",
                        "70 " + PollMask.POLLOUT + " more",
                        "80 " + PollMask.POLLIN + " more");
        assertThat(ring.workPending()).isFalse();
    }

    @Test
    void shouldRefuseASignalOfADescriptorThatIsNotPolled() {
        poll(7, 70); // not submitted
        assertThatThrownBy(() -> ring.signal(7, PollMask.POLLIN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("descriptor 7 is not polled");
    }

    @Test
    void shouldRefuseMoreCompletionsThanFit() {
        poll(7, 70);
        ring.submit();
        for (int i = 0; i < CQ_ENTRIES; i++) {
            ring.signal(7, PollMask.POLLIN);
        }
        assertThatThrownBy(() -> ring.signal(7, PollMask.POLLIN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(CQ_ENTRIES + " completions wait already");
    }

    @Test
    void shouldRefuseWhatIsNoPoll() {
        ring.tryClaim().prepNop();
        assertThatThrownBy(ring::submit)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("opcode=" + Opcode.NOP);
    }

    @Test
    void shouldRefuseToWaitForEver() {
        assertThatThrownBy(() -> ring.submitAndWait(1, -1L))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("waiting for 1 completions");
    }

    @Test
    void shouldMoveItsClockOn() {
        final long beforeNs = ring.nanoTime();
        ring.advance(1_000_000_000_000L);
        assertThat(ring.nanoTime() - beforeNs).isGreaterThanOrEqualTo(1_000_000_000_000L);
    }

    private void poll(int fd, long userData) {
        ring.tryClaim().userData(userData).prepPollMultishot(fd, PollMask.POLLIN);
    }

    private int drain(int limit) {
        return ring.drainCompletions(
                (userData, result, flags) ->
                        drained.add(userData + " " + result + (flags == CqeFlags.F_MORE ? " more" : " last")),
                limit);
    }
}
