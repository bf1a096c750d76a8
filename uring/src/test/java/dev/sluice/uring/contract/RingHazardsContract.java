// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What io_uring does and one would not expect, on every ring: what stands on a ring leans on each of these, and an
 * implementation that were kinder would hide its users' mistakes.
 */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class RingHazardsContract implements RingContract {
    @AutoClose
    private final RingTester tester = open(64, 256);

    @Test
    void multishotPollReportsArrivalsNotTheConditionThatLasts() {
        final int[] pipe = tester.world.pipe();
        tester.world.write(pipe[1], new byte[1]);
        tester.start(1L, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
        assertThat(tester.await(1L).result()).as("readable when armed").isEqualTo(PollMask.POLLIN);
        assertThat(tester.completed()).as("unread").isEmpty();

        tester.world.write(pipe[1], new byte[1]);

        assertThat(tester.await(1L).result()).as("more arrived").isEqualTo(PollMask.POLLIN);
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void completionQueueOverflowSilentlyEndsMultishotPolls() {
        final int polls = 12;
        try (RingTester small = open(4, 4)) {
            final int[] pipe = small.world.pipe();
            for (int i = 0; i < polls; i++) {
                small.start(i, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
            }
            small.world.write(pipe[1], new byte[1]);
            int ended = 0;
            for (int i = 0; i < polls; i++) {
                final RingTester.Completion ready = small.await(i);
                assertThat(ready.result()).isEqualTo(PollMask.POLLIN);
                ended += ready.isLast() ? 1 : 0;
            }

            assertThat(ended).as("to be armed again").isPositive();
        }
    }

    @Test
    void closeOfADescriptorEndsNeitherItsPollNorItsReceive() {
        final int[] ends = tester.world.socketPair();
        tester.start(1L, sqe -> sqe.prepPollMultishot(ends[0], PollMask.POLLIN));
        tester.start(2L, sqe -> sqe.prepRecv(ends[0], tester.address(0), 10, 0));

        tester.world.close(ends[0]);

        assertThat(tester.completed()).as("after close").isEmpty();
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.run(sqe -> sqe.prepCancel(2L))).isZero();
        assertThat(tester.await(1L).result()).isEqualTo(-Errno.ECANCELED);
        assertThat(tester.await(2L).result()).isEqualTo(-Errno.ECANCELED);
    }

    @Test
    void peerSeesNoEndOfStreamWhileAReceiveHoldsTheClosedSocket() {
        final int[] ends = tester.world.socketPair();
        tester.start(1L, sqe -> sqe.prepRecv(ends[0], tester.address(0), 10, 0));
        tester.start(2L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 10, 0));

        tester.world.close(ends[0]);

        assertThat(tester.completed()).as("the peer's receive").isEmpty();
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.await(2L).result()).as("end of stream").isZero();
    }

    @Test
    void cancellationIsAnsweredApartFromWhatItCancels() {
        final int[] pipe = tester.world.pipe();
        tester.start(1L, sqe -> sqe.prepPollAdd(pipe[0], PollMask.POLLIN));
        tester.start(2L, sqe -> sqe.prepCancel(1L));

        assertThat(tester.await(1L)).isEqualTo(new RingTester.Completion(1L, -Errno.ECANCELED, 0));
        assertThat(tester.await(2L).result()).isZero();
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).as("again").isEqualTo(-Errno.ENOENT);
    }

    @Test
    void waitThatTimesOutAfterSubmittingIsToldByTheCompletionQueueAlone() {
        final int[] pipe = tester.world.pipe();
        tester.ring.tryClaim().prepPollAdd(pipe[0], PollMask.POLLIN).userData(1L);

        tester.ring.submitAndWait(1, 1_000_000L);

        assertThat(tester.ring.unsubmitted()).as("it was submitted").isZero();
        assertThat(tester.completed()).as("and has not completed").isEmpty();
    }

    @Test
    void receiveOnASocketWithoutBytesPendsInsteadOfFailingWithEagain() {
        final int[] ends = tester.world.socketPair(); // both O_NONBLOCK
        tester.start(1L, sqe -> sqe.prepRecv(ends[0], tester.address(0), 10, 0));
        assertThat(tester.completed()).isEmpty();

        tester.world.write(ends[1], new byte[3]);

        assertThat(tester.await(1L).result()).isEqualTo(3);
    }

    @Test
    void completionsShowOnlyByEnteringAndWorkPendingTells() {
        final int[] pipe = tester.world.pipe();
        tester.start(1L, sqe -> sqe.prepPollAdd(pipe[0], PollMask.POLLIN));
        assertThat(tester.ring.workPending()).isFalse();

        tester.world.write(pipe[1], new byte[1]);

        assertThat(tester.ring.workPending()).as("a memory read tells").isTrue();
        assertThat(tester.completed()).hasSize(1);
    }
}
