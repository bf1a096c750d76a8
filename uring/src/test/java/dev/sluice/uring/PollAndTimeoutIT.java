package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollAndTimeoutIT {

    private static final int TIMESPEC = 0;

    private final RingTester tester = RingTester.open();
    private final int[] pipe = tester.closeLater(Descriptors.pipe());

    @AfterEach
    void close() {
        tester.close();
    }

    private void writeByte() {
        assertThat(Descriptors.write(pipe[1], tester.address(100), 1)).isEqualTo(1);
    }

    private void readByte() {
        assertThat(Descriptors.read(pipe[0], tester.address(100), 1)).isEqualTo(1);
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
        final int[] ends = Descriptors.pipe();
        tester.closeLater(ends[0]);
        tester.start(1L, sqe -> sqe.prepPollAdd(ends[0], PollMask.POLLIN));

        Descriptors.close(ends[1]);

        assertThat(tester.await(1L).result() & PollMask.POLLHUP).isEqualTo(PollMask.POLLHUP);
    }

    @Test
    void shouldAnswerTheRemovalOfAPollThatIsNotThere() {
        assertThat(tester.run(sqe -> sqe.prepPollRemove(99L))).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldEndMultishotPollsWhoseCompletionsOverflow() {
        final int polls = 12;
        try (RingTester small =
                RingTester.open(RingOptions.builder().entries(4).cqEntries(4).build())) {
            for (int i = 0; i < polls; i++) {
                small.start(i, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
            }
            writeByte();
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
    void shouldWakeARingThroughAnEventFd() {
        final int eventFd = tester.closeLater(Descriptors.eventFd());
        tester.start(1L, sqe -> sqe.prepPollMultishot(eventFd, PollMask.POLLIN));
        final Thread other = new Thread(() -> Descriptors.signalEventFd(eventFd));
        other.start();

        assertThat(tester.await(1L).result()).isEqualTo(PollMask.POLLIN);
        assertThat(Descriptors.drainEventFd(eventFd)).isEqualTo(1L);
    }

    @Test
    void shouldCompleteWhenTheTimeIsOver() {
        Timespec.write(tester.bytes, TIMESPEC, 20_000_000L);
        final long startNs = System.nanoTime();

        assertThat(tester.run(sqe -> sqe.prepTimeout(tester.address(TIMESPEC), 0, 0)))
                .isEqualTo(-Errno.ETIME);
        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(20_000_000L);
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
