package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketOperationsIT {

    private static final int ACCEPT_FLAGS = SocketFlags.SOCK_CLOEXEC | SocketFlags.SOCK_NONBLOCK;
    private static final int DATA = 0;

    private final RingTester tester = RingTester.open();

    @AfterEach
    void close() {
        tester.close();
    }

    private int listener() {
        return tester.closeLater(Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16));
    }

    private int connect(int listener) {
        return tester.closeLater(Sockets.connect(Sockets.localAddress(listener)));
    }

    private int[] pair() {
        return tester.closeLater(Descriptors.socketPair());
    }

    @Test
    void shouldAcceptOneConnection() {
        final int listener = listener();
        tester.start(1L, sqe -> sqe.prepAccept(listener, ACCEPT_FLAGS));
        final int client = connect(listener);

        final RingTester.Completion accepted = tester.await(1L);

        assertThat(accepted.isLast()).isTrue();
        assertThat(Sockets.peerAddress(tester.closeLater(accepted.result()))).isEqualTo(Sockets.localAddress(client));
    }

    @Test
    void shouldAcceptConnectionsUntilCancelled() {
        final int listener = listener();
        tester.start(1L, sqe -> sqe.prepAcceptMultishot(listener, ACCEPT_FLAGS));
        for (int i = 0; i < 5; i++) {
            final int client = connect(listener);
            final RingTester.Completion accepted = tester.await(1L);
            assertThat(accepted.isLast()).isFalse();
            assertThat(Sockets.peerAddress(tester.closeLater(accepted.result())))
                    .isEqualTo(Sockets.localAddress(client));
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

        Descriptors.write(ends[0], tester.address(DATA), 3);

        assertThat(tester.await(1L).result()).isEqualTo(3);
    }

    @Test
    void shouldHoldAReceiveWithWaitAllUntilTheBufferIsFull() {
        final int[] ends = pair();
        tester.start(1L, sqe -> sqe.prepRecv(ends[1], tester.address(100), 6, SocketFlags.MSG_WAITALL));
        Descriptors.write(ends[0], tester.address(DATA), 3);
        assertThat(tester.completed()).isEmpty();

        Descriptors.write(ends[0], tester.address(DATA), 3);

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
