package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel makes of a message from ring to ring. */
class MsgRingIT {
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final RingTester sender = RingTester.open();
    private final RingTester target = RingTester.open();

    @BeforeEach
    void skipWithoutTheOperation() {
        Assumptions.assumeTrue(
                sender.ring.features().supports(Opcode.MSG_RING), "MSG_RING is younger than this kernel");
    }

    @AfterEach
    void close() {
        sender.close();
        target.close();
    }

    @Test
    void shouldPostACompletionToTheOtherRingAndOneToTheOwn() {
        final int fd = target.ring.fd();

        assertThat(sender.run(sqe -> sqe.prepMsgRing(fd, 0x1234_5678_9abcL, 42)))
                .isZero();

        assertThat(target.await(0x1234_5678_9abcL)).isEqualTo(new RingTester.Completion(0x1234_5678_9abcL, 42, 0));
        assertThat(target.completed()).isEmpty();
        assertThat(sender.completed()).isEmpty();
    }

    @Test
    void shouldShowAsPendingWorkOfTheTarget() {
        final int fd = target.ring.fd();
        assertThat(target.ring.workPending()).isFalse();

        sender.run(sqe -> sqe.prepMsgRing(fd, 1L, 0));

        assertThat(target.ring.workPending()).as("a memory read tells").isTrue();
    }

    @Test
    void shouldEndTheWaitOfTheTargetsThread() throws Exception {
        final CompletableFuture<Integer> fd = new CompletableFuture<>();
        final CompletableFuture<RingTester.Completion> received = new CompletableFuture<>();
        final CountDownLatch sent = new CountDownLatch(1);
        final Thread waiter = new Thread(() -> {
            try (RingTester waiting = RingTester.open()) {
                fd.complete(waiting.ring.fd());
                waiting.ring.submitAndWait(1, PATIENCE_NS);
                received.complete(waiting.completed().get(0));
                sent.await();
            } catch (InterruptedException | RuntimeException e) {
                received.completeExceptionally(e);
            }
        });
        waiter.start();
        final int waiterFd = fd.get();

        assertThat(sender.run(sqe -> sqe.prepMsgRing(waiterFd, 7L, -1))).isZero();

        assertThat(received.get()).isEqualTo(new RingTester.Completion(7L, -1, 0));
        sent.countDown();
        waiter.join();
    }

    @Test
    void shouldBeRefusedByWhatIsNoRingOrNotEnabledOrNotOpen() {
        final int eventFd = sender.closeLater(Descriptors.eventFd());
        assertThat(sender.run(sqe -> sqe.prepMsgRing(eventFd, 1L, 0))).isEqualTo(-Errno.EBADFD);
        try (KernelRing disabled = KernelRing.open(RingOptions.defaults())) {
            final int fd = disabled.fd();
            assertThat(sender.run(sqe -> sqe.prepMsgRing(fd, 1L, 0))).isEqualTo(-Errno.EBADFD);
        }
        assertThat(sender.run(sqe -> sqe.prepMsgRing(1 << 20, 1L, 0))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldLoseNoMessageWhenTheTargetsCompletionQueueIsFull() {
        try (RingTester small =
                RingTester.open(RingOptions.builder().entries(4).cqEntries(4).build())) {
            final int fd = small.ring.fd();
            int posted = 0;
            for (int i = 0; i < 20; i++) {
                final int result = sender.run(sqe -> sqe.prepMsgRing(fd, 9L, 0));
                assertThat(result).isIn(0, -Errno.EOVERFLOW);
                posted += result == 0 ? 1 : 0;
            }
            for (int i = 0; i < posted; i++) {
                assertThat(small.await(9L).result()).isZero();
            }
            assertThat(small.completed()).isEmpty();
        }
    }
}
