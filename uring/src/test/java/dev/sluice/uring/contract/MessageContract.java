// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages from ring to ring, on every ring that has them; both belong to one thread here. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class MessageContract implements RingContract {
    @AutoClose
    private final RingTester sender = open(64, 256);

    @AutoClose
    private final RingTester target = openBeside(sender, 64, 256);

    /** Opens a ring that the other can send messages to. */
    protected abstract RingTester openBeside(RingTester other, int entries, int cqEntries);

    /** The same, not enabled. */
    protected abstract Ring openDisabledBeside(RingTester other);

    @BeforeEach
    void skipWithoutTheOperation() {
        Assumptions.assumeTrue(
                sender.ring.features().supports(Opcode.MSG_RING), "MSG_RING is younger than this kernel");
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
    void shouldEndAWaitThatIsForIt() {
        final int fd = target.ring.fd();
        sender.run(sqe -> sqe.prepMsgRing(fd, 1L, -7));

        target.ring.submitAndWait(1, -1L);

        assertThat(target.completed()).containsExactly(new RingTester.Completion(1L, -7, 0));
    }

    @Test
    void shouldBeRefusedByWhatIsNoRingOrNotEnabledOrNotOpen() {
        final int socket = sender.world.socketPair()[0];
        assertThat(sender.run(sqe -> sqe.prepMsgRing(socket, 1L, 0))).isEqualTo(-Errno.EBADFD);
        try (Ring disabled = openDisabledBeside(sender)) {
            final int fd = disabled.fd();
            assertThat(sender.run(sqe -> sqe.prepMsgRing(fd, 1L, 0))).isEqualTo(-Errno.EBADFD);
        }
        final RingTester closed = openBeside(sender, 4, 4);
        final int fd = closed.ring.fd();
        closed.close();
        assertThat(sender.run(sqe -> sqe.prepMsgRing(fd, 1L, 0))).isEqualTo(-Errno.EBADF);
        assertThat(sender.run(sqe -> sqe.prepMsgRing(1 << 20, 1L, 0))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldLoseNoMessageWhenTheTargetsCompletionQueueIsFull() {
        try (RingTester small = openBeside(sender, 4, 4)) {
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
