// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Operations on sockets, on every ring. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class SocketContract implements RingContract {

    private static final int ACCEPT_FLAGS = SocketFlags.SOCK_CLOEXEC | SocketFlags.SOCK_NONBLOCK;
    private static final int DATA = 0;
    private static final int ADDRESS = 1024;

    @AutoClose
    private final RingTester tester = open(64, 256);

    private int[] pair() {
        return tester.world.socketPair();
    }

    private void assertThatConnected(int client, int accepted) {
        assertThat(accepted).as("accepted").isNotNegative();
        tester.world.write(client, new byte[] {42});
        assertThat(tester.world.read(accepted, 10)).containsExactly(42);
        tester.world.close(accepted);
    }

    private int connect(int socket, int listener) {
        final int length = tester.world.writeAddress(listener, tester.bytes, ADDRESS);
        return tester.run(sqe -> sqe.prepConnect(socket, tester.address(ADDRESS), length));
    }

    @Test
    void shouldConnectAndTalk() {
        final int listener = tester.world.listener();
        final int client = tester.world.socket();

        assertThat(connect(client, listener)).isZero();

        final int accepted = tester.run(sqe -> sqe.prepAccept(listener, ACCEPT_FLAGS));
        assertThatConnected(client, accepted);
        assertThat(connect(client, listener)).isEqualTo(-Errno.EISCONN);
    }

    @Test
    void shouldNotConnectToNobodyAndWithoutASocket() {
        final int listener = tester.world.listener();
        final int client = tester.world.socket();
        final int length = tester.world.writeAddress(listener, tester.bytes, ADDRESS);
        tester.world.close(listener);

        assertThat(tester.run(sqe -> sqe.prepConnect(client, tester.address(ADDRESS), length)))
                .isEqualTo(-Errno.ECONNREFUSED);
        tester.world.close(client);
        assertThat(tester.run(sqe -> sqe.prepConnect(client, tester.address(ADDRESS), length)))
                .isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldNotReceiveNorSendUnconnected() {
        final int socket = tester.world.socket();

        assertThat(tester.run(sqe -> sqe.prepRecv(socket, tester.address(DATA), 1, 0)))
                .isEqualTo(-Errno.ENOTCONN);
        assertThat(tester.run(sqe -> sqe.prepSend(socket, tester.address(DATA), 1, SocketFlags.MSG_NOSIGNAL)))
                .isIn(-Errno.ENOTCONN, -Errno.EPIPE);
        assertThat(tester.run(sqe -> sqe.prepShutdown(socket, SocketFlags.SHUT_WR)))
                .isEqualTo(-Errno.ENOTCONN);
    }

    @Test
    void shouldAcceptOneConnection() {
        final int listener = tester.world.listener();
        tester.start(1L, sqe -> sqe.prepAccept(listener, ACCEPT_FLAGS));
        final int client = tester.world.connect(listener);

        final RingTester.Completion accepted = tester.await(1L);

        assertThat(accepted.isLast()).isTrue();
        assertThatConnected(client, accepted.result());
    }

    @Test
    void shouldAcceptConnectionsUntilCancelled() {
        final int listener = tester.world.listener();
        tester.start(1L, sqe -> sqe.prepAcceptMultishot(listener, ACCEPT_FLAGS));
        for (int i = 0; i < 5; i++) {
            final int client = tester.world.connect(listener);
            final RingTester.Completion accepted = tester.await(1L);
            assertThat(accepted.isLast()).isFalse();
            assertThatConnected(client, accepted.result());
        }

        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.await(1L)).isEqualTo(new RingTester.Completion(1L, -Errno.ECANCELED, 0));
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldSendAndReceive() {
        final int[] ends = pair();
        tester.put(DATA, "over a socket");

        assertThat(tester.run(sqe -> sqe.prepSend(ends[0], tester.address(DATA), 13, SocketFlags.MSG_NOSIGNAL)))
                .isEqualTo(13);
        assertThat(tester.run(sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, 0)))
                .isEqualTo(13);
        assertThat(tester.text(100, 13)).isEqualTo("over a socket");
    }

    @Test
    void shouldHoldAReceiveUntilBytesArrive() {
        final int[] ends = pair();
        tester.start(
                1L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, 0).ioprio(SocketFlags.RECVSEND_POLL_FIRST));
        assertThat(tester.completed()).isEmpty();

        tester.world.write(ends[0], new byte[3]);

        assertThat(tester.await(1L).result()).isEqualTo(3);
    }

    @Test
    void shouldNotHoldAReceiveThatIsNotToWait() {
        final int[] ends = pair();
        assertThat(tester.run(sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, SocketFlags.MSG_DONTWAIT)))
                .isEqualTo(-Errno.EAGAIN);

        tester.world.write(ends[0], new byte[3]);

        assertThat(tester.run(sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, SocketFlags.MSG_DONTWAIT)))
                .isEqualTo(3);
    }

    @Test
    void shouldHoldAReceiveWithWaitAllUntilTheBufferIsFull() {
        final int[] ends = pair();
        tester.start(1L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 6, SocketFlags.MSG_WAITALL));
        tester.world.write(ends[0], new byte[3]);
        assertThat(tester.completed()).isEmpty();

        tester.world.write(ends[0], new byte[3]);

        assertThat(tester.await(1L).result()).isEqualTo(6);
    }

    @Test
    void shouldSendTheEndOfTheStreamByShutdown() {
        final int[] ends = pair();
        tester.start(1L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, 0));

        assertThat(tester.run(sqe -> sqe.prepShutdown(ends[0], SocketFlags.SHUT_WR)))
                .isZero();

        assertThat(tester.await(1L).result()).isZero();
        assertThat(tester.run(sqe -> sqe.prepSend(ends[0], tester.address(DATA), 1, SocketFlags.MSG_NOSIGNAL)))
                .isEqualTo(-Errno.EPIPE);
    }

    @Test
    void shouldCancelAReceive() {
        final int[] ends = pair();
        tester.start(1L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 50, 0));

        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.await(1L).result()).isEqualTo(-Errno.ECANCELED);
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isEqualTo(-Errno.ENOENT);
    }
}
