// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Ring;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two queues, on every ring, here with 8 submissions and 16 completions. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class RingQueuesContract implements RingContract {

    private static final int ENTRIES = 8;
    private static final int CQ_ENTRIES = 16;

    @AutoClose
    private final RingTester tester = open(ENTRIES, CQ_ENTRIES);

    private final Ring ring = tester.ring;
    private final List<Long> completed = new ArrayList<>();
    private final CompletionHandler collect = (userData, result, flags) -> completed.add(userData);

    private void claimNops(int count) {
        for (int i = 0; i < count; i++) {
            ring.tryClaim().prepNop().userData(i);
        }
    }

    @Test
    void shouldRefuseClaimsWhenFullUntilTheKernelHasTakenTheEntries() {
        claimNops(ENTRIES);

        assertThat(ring.tryClaim()).isNull();
        assertThat(ring.unsubmitted()).isEqualTo(ENTRIES);
        ring.submit();
        assertThat(ring.unsubmitted()).isZero();
        assertThat(ring.tryClaim()).isNotNull();
    }

    @Test
    void shouldTakeAnEntryThatNobodyPreparedForANopWhateverItHeldBefore() {
        final int[] pipe = tester.world.pipe();
        for (int i = 0; i < ENTRIES; i++) { // its operands: flags and a length that a NOP has a meaning for, too
            ring.tryClaim().prepPollMultishot(pipe[0], PollMask.POLLIN).userData(i);
        }
        ring.submit();
        tester.world.write(pipe[1], new byte[1]);
        tester.await(0L);
        for (int i = 0; i < ENTRIES; i++) {
            ring.tryClaim().userData(100L + i);
        }
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(tester.await(100L + i).result()).isZero();
        }
    }

    @Test
    void shouldNotSubmitBeforeSubmitIsCalled() {
        claimNops(1);

        assertThat(ring.statistics().enters()).isZero();
        assertThat(ring.workPending()).isFalse();
        assertThat(ring.drainCompletions(collect, 10)).isZero();
    }

    @Test
    void shouldSubmitAllInOneNativeCallAndDrainInOrder() {
        claimNops(ENTRIES);
        ring.submit();

        assertThat(ring.statistics().enters()).isEqualTo(1L);
        assertThat(ring.workPending()).isTrue();
        assertThat(ring.drainCompletions(collect, Integer.MAX_VALUE)).isEqualTo(ENTRIES);
        assertThat(completed).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(ring.workPending()).isFalse();
        assertThat(ring.statistics().enters()).isEqualTo(1L);
    }

    @Test
    void shouldKeepWhatIsBeyondTheLimit() {
        claimNops(5);
        ring.submit();

        assertThat(ring.drainCompletions(collect, 0)).isZero();
        assertThat(ring.drainCompletions(collect, 2)).isEqualTo(2);
        assertThat(ring.workPending()).isTrue();
        assertThat(ring.drainCompletions(collect, 10)).isEqualTo(3);
        assertThat(completed).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void shouldReuseBothQueuesManyTimesOver() {
        final int rounds = 10_000;
        for (long i = 0; i < rounds; i++) {
            ring.tryClaim().prepNop().userData(i);
            if (i % 3 == 0) {
                ring.submitAndWait(1, -1L);
                ring.drainCompletions(collect, Integer.MAX_VALUE);
            }
        }
        ring.submit();
        ring.drainCompletions(collect, Integer.MAX_VALUE);

        assertThat(completed)
                .containsExactlyElementsOf(LongStream.range(0, rounds).boxed().toList());
    }

    @Test
    void shouldCountTheCompletionAHandlerThrowsOnAsHandled() {
        claimNops(4);
        ring.submit();
        final CompletionHandler failing = (userData, result, flags) -> {
            completed.add(userData);
            if (userData == 1) {
                throw new UnsupportedOperationException("on purpose");
            }
        };

        assertThatThrownBy(() -> ring.drainCompletions(failing, 10)).hasMessage("on purpose");
        assertThat(completed).containsExactly(0L, 1L);
        assertThat(ring.drainCompletions(failing, 10)).isEqualTo(2);
        assertThat(completed).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void shouldLoseNoCompletionWhenTheirQueueOverflows() {
        final int operations = 10 * CQ_ENTRIES;
        for (int i = 0; i < operations; i++) {
            Sqe sqe = ring.tryClaim();
            if (sqe == null) {
                ring.submit();
                sqe = ring.tryClaim();
            }
            if (sqe == null) { // the kernel takes no more before something is drained
                ring.drainCompletions(collect, Integer.MAX_VALUE);
                ring.submit();
                sqe = ring.tryClaim();
            }
            sqe.prepNop().userData(i);
        }
        do {
            ring.submit();
            ring.drainCompletions(collect, Integer.MAX_VALUE);
        } while (ring.workPending() || ring.unsubmitted() > 0);

        assertThat(completed).hasSize(operations).doesNotHaveDuplicates();
    }

    @Test
    void shouldAnnounceOverflowedCompletionsAsWorkPending() {
        for (int i = 0; i < 3; i++) {
            claimNops(ENTRIES);
            ring.submit();
        }
        ring.drainCompletions(collect, Integer.MAX_VALUE);

        assertThat(completed).hasSize(CQ_ENTRIES);
        assertThat(ring.workPending()).isTrue();
        ring.submit();
        ring.drainCompletions(collect, Integer.MAX_VALUE);
        assertThat(completed).hasSize(3 * ENTRIES);
    }

    @Test
    void shouldReturnFromAWaitWhenTheTimeIsOver() {
        final long startNs = ring.nanoTime();
        ring.submitAndWait(1, 30_000_000L);

        assertThat(ring.nanoTime() - startNs).isGreaterThanOrEqualTo(30_000_000L);
        assertThat(ring.statistics().enterTimes().countFrom(0L))
                .as("a wait is no stall")
                .isZero();
        assertThat(ring.statistics().enterTimes().maxNs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1L, Long.MIN_VALUE, Long.MAX_VALUE, 3_600_000_000_000L})
    void shouldWaitForACompletionHoweverLongTheLimit(long timeoutNs) {
        final int[] pipe = tester.world.pipe();
        ring.tryClaim().prepPollAdd(pipe[0], PollMask.POLLIN).userData(7L);
        tester.world.later(20_000_000L, () -> tester.world.write(pipe[1], new byte[1]));

        ring.submitAndWait(1, timeoutNs);

        assertThat(ring.drainCompletions(collect, 10)).isEqualTo(1);
        assertThat(completed).containsExactly(7L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0L, -1L})
    void shouldNotWaitForNothing(long timeoutNs) {
        ring.submitAndWait(0, timeoutNs);
        ring.submitAndWait(timeoutNs == 0 ? 1 : 0, timeoutNs);

        assertThat(ring.statistics().enters()).isEqualTo(2L);
        assertThat(ring.statistics().enterTimes().countFrom(0L)).isEqualTo(2L);
    }

    @Test
    void shouldNotWaitForCompletionsThatAreThereAlready() {
        claimNops(2);
        ring.submit();
        ring.submitAndWait(2, -1L);

        assertThat(ring.drainCompletions(collect, 10)).isEqualTo(2);
    }

    @Test
    void shouldSubmitWhatFollowsARefusedEntry() {
        ring.tryClaim().prepRead(-1, tester.address(0), 1, 0L).userData(1L);
        ring.tryClaim().prepNop().flags(0x80).userData(2L); // no such flag
        ring.tryClaim().prepNop().userData(3L);
        for (int i = 0; i < 3; i++) {
            ring.submit(); // a kernel without SUBMIT_ALL stops at each failure
        }
        final List<Integer> results = new ArrayList<>();
        ring.drainCompletions((userData, result, flags) -> results.add(result), 10);

        assertThat(results).containsExactlyInAnyOrder(-Errno.EBADF, -Errno.EINVAL, 0);
        assertThat(ring.unsubmitted()).isZero();
    }

    @Test
    void shouldSubmitAnUnpreparedEntryAsNop() {
        ring.tryClaim();
        ring.submit();

        assertThat(ring.drainCompletions((userData, result, flags) -> completed.add((long) result), 1))
                .isEqualTo(1);
        assertThat(completed).containsExactly(0L);
    }
}
