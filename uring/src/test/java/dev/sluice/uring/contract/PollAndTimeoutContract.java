// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.Timespec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Polls and time-outs, on every ring. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class PollAndTimeoutContract implements RingContract {

    private static final int TIMESPEC = 0;

    @AutoClose
    private final RingTester tester = open(64, 256);

    private final int[] pipe = tester.world.pipe();

    private void writeByte() {
        tester.world.write(pipe[1], new byte[1]);
    }

    private void readByte() {
        assertThat(tester.world.read(pipe[0], 1)).hasSize(1);
    }

    @Test
    void shouldReportReadinessOnce() {
        tester.start(1L, sqe -> sqe.prepPollAdd(pipe[0], PollMask.POLLIN));
        assertThat(tester.completed()).isEmpty();

        writeByte();

        assertThat(tester.await(1L)).isEqualTo(new RingTester.Completion(1L, PollMask.POLLIN, 0));
        writeByte();
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldReportWhatIsReadyAlready() {
        assertThat(tester.run(sqe -> sqe.prepPollAdd(pipe[1], PollMask.POLLOUT)))
                .isEqualTo(PollMask.POLLOUT);
    }

    @Test
    void shouldReportEveryArrivalWithMultishot() {
        tester.start(1L, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
        for (int i = 0; i < 3; i++) {
            writeByte();
            final RingTester.Completion ready = tester.await(1L);
            assertThat(ready.result()).isEqualTo(PollMask.POLLIN);
            assertThat(ready.isLast()).isFalse();
            readByte();
        }

        assertThat(tester.run(sqe -> sqe.prepPollRemove(1L))).isZero();
        assertThat(tester.await(1L)).isEqualTo(new RingTester.Completion(1L, -Errno.ECANCELED, 0));
        writeByte();
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldNotRepeatReadinessThatMerelyLasts() {
        writeByte();
        tester.start(1L, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));

        assertThat(tester.await(1L).result()).isEqualTo(PollMask.POLLIN);
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldReportTheLossOfThePeerUnasked() {
        final int[] ends = tester.world.pipe();
        tester.start(1L, sqe -> sqe.prepPollAdd(ends[0], PollMask.POLLIN));

        tester.world.close(ends[1]);

        assertThat(tester.await(1L).result() & PollMask.POLLHUP).isEqualTo(PollMask.POLLHUP);
    }

    @Test
    void shouldAnswerTheRemovalOfAPollThatIsNotThere() {
        assertThat(tester.run(sqe -> sqe.prepPollRemove(99L))).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldCompleteWhenTheTimeIsOver() {
        Timespec.write(tester.bytes, TIMESPEC, 20_000_000L);
        final long startNs = tester.ring.nanoTime();

        assertThat(tester.run(sqe -> sqe.prepTimeout(tester.address(TIMESPEC), 0, 0)))
                .isEqualTo(-Errno.ETIME);
        assertThat(tester.ring.nanoTime() - startNs).isGreaterThanOrEqualTo(20_000_000L);
    }

    @Test
    void shouldCompleteWhenEnoughOthersHave() {
        Timespec.write(tester.bytes, TIMESPEC, 60_000_000_000L);
        tester.start(1L, sqe -> sqe.prepTimeout(tester.address(TIMESPEC), 2, 0));
        tester.run(Sqe::prepNop);
        tester.run(Sqe::prepNop);

        assertThat(tester.await(1L).result()).isZero();
    }

    @Test
    void shouldCancelATimeout() {
        Timespec.write(tester.bytes, TIMESPEC, 60_000_000_000L);
        tester.start(1L, sqe -> sqe.prepTimeout(tester.address(TIMESPEC), 0, 0));

        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.await(1L).result()).isEqualTo(-Errno.ECANCELED);
    }
}
