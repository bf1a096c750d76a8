// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.MessageHeader;
import dev.sluice.uring.memory.SocketAddresses;
import dev.sluice.uring.sys.SystemCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONNECT, SENDMSG and RECVMSG, on every ring over real sockets, with the JDK's channels on the other side. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class SocketMessageContract implements RingContract {

    private static final int ADDRESS = 0;
    private static final int HEADER = 256;
    private static final int IOVECS = 512;
    private static final int CONTROL = 768;
    private static final int DATA = 4096;

    @AutoClose
    private final RingTester tester = open(64, 256);

    @TempDir
    Path folder;

    private int connect(SocketAddress peer) {
        final int fd = tester.closeLater(Sockets.open(peer));
        final int length = SocketAddresses.write(tester.bytes, ADDRESS, peer);
        final int result = tester.run(sqe -> sqe.prepConnect(fd, tester.address(ADDRESS), length));
        return result < 0 ? result : fd;
    }

    private SocketAddress addressOf(StandardProtocolFamily family) throws Exception {
        return switch (family) {
            case INET -> new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
            case INET6 -> {
                final byte[] loopback = new byte[16];
                loopback[15] = 1;
                yield new InetSocketAddress(InetAddress.getByAddress(loopback), 0);
            }
            case UNIX -> UnixDomainSocketAddress.of(folder.resolve("socket"));
        };
    }

    private int iovecs(int first, int second) {
        IoVector.write(tester.bytes, IOVECS, tester.address(DATA), first);
        IoVector.write(tester.bytes, IOVECS + IoVector.SIZE_BYTES, tester.address(DATA + 100), second);
        MessageHeader.write(tester.bytes, HEADER, tester.address(IOVECS), 2);
        return HEADER;
    }

    @ParameterizedTest
    @EnumSource(StandardProtocolFamily.class)
    void shouldConnectSendAndReceiveMessages(StandardProtocolFamily family) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open(family).bind(addressOf(family))) {
            final int fd = connect(listener.getLocalAddress());
            assertThat(fd).isPositive();
            try (SocketChannel peer = listener.accept()) {
                tester.put(DATA, "two ");
                tester.put(DATA + 100, "pieces");
                iovecs(4, 6);
                assertThat(tester.run(sqe -> sqe.prepSendmsg(fd, tester.address(HEADER), SocketFlags.MSG_NOSIGNAL)))
                        .isEqualTo(10);
                final ByteBuffer received = ByteBuffer.allocate(10);
                while (received.hasRemaining()) {
                    assertThat(peer.read(received)).isPositive();
                }
                assertThat(received.array()).asString(StandardCharsets.US_ASCII).isEqualTo("two pieces");

                peer.write(ByteBuffer.wrap("answer".getBytes(StandardCharsets.US_ASCII)));
                iovecs(2, 50);
                assertThat(tester.run(sqe -> sqe.prepRecvmsg(fd, tester.address(HEADER), 0)))
                        .isEqualTo(6);
                assertThat(tester.text(DATA, 2) + tester.text(DATA + 100, 4)).isEqualTo("answer");
            }
            assertThat(tester.run(sqe -> sqe.prepRecvmsg(fd, tester.address(HEADER), 0)))
                    .as("the peer has closed")
                    .isZero();
        }
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        final InetSocketAddress address;
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(addressOf(StandardProtocolFamily.INET))) {
            address = (InetSocketAddress) listener.getLocalAddress();
        }

        assertThat(connect(address)).isEqualTo(-Errno.ECONNREFUSED);
        assertThat(connect(addressOf(StandardProtocolFamily.UNIX))).isEqualTo(-Errno.ENOENT);
    }

    /** A listener whose backlog is full leaves the first packet of a connect unanswered, and the second for a second. */
    @Test
    void shouldHoldAConnectThatIsNotAnsweredUntilItIsCancelled() throws Exception {
        try (ServerSocketChannel full = ServerSocketChannel.open().bind(addressOf(StandardProtocolFamily.INET), 1)) {
            final int length = SocketAddresses.write(tester.bytes, ADDRESS, full.getLocalAddress());
            final int last = 5;
            for (int i = 0; i <= last; i++) {
                final int fd = tester.closeLater(Sockets.open(full.getLocalAddress()));
                tester.start(i, sqe -> sqe.prepConnect(fd, tester.address(ADDRESS), length));
            }
            assertThat(tester.await(0L).result()).isZero();
            assertThat(tester.await(1L).result()).isZero();

            assertThat(tester.run(sqe -> sqe.prepCancel(last))).isZero();
            assertThat(tester.await(last).result()).isEqualTo(-Errno.ECANCELED);
            full.accept().close();
            full.accept().close();
            assertThat(tester.await(2L).result())
                    .as("answered when there is room")
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(StandardProtocolFamily.class)
    void shouldConnectASocketThatBlocksAndLeaveItSo(StandardProtocolFamily family) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open(family).bind(addressOf(family))) {
            final int fd = tester.closeLater(Sockets.open(listener.getLocalAddress()));
            assertThat(Descriptors.setStatusFlags(fd, 0)).isZero();
            final int length = SocketAddresses.write(tester.bytes, ADDRESS, listener.getLocalAddress());

            assertThat(tester.run(sqe -> sqe.prepConnect(fd, tester.address(ADDRESS), length)))
                    .isZero();

            assertThat(SystemCalls.fcntl(fd, SystemCalls.F_GETFL, 0L) & OpenFlags.O_NONBLOCK)
                    .isZero();
            assertThat(tester.run(sqe -> sqe.prepConnect(fd, tester.address(ADDRESS), length)))
                    .as("again")
                    .isEqualTo(-Errno.EISCONN);
        }
    }

    @Test
    void shouldNotWaitForRoomInTheBacklogOfAUnixSocket() throws Exception {
        final SocketAddress address = addressOf(StandardProtocolFamily.UNIX);
        try (ServerSocketChannel full =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1)) {
            assertThat(connect(address)).isPositive();
            int result = 0;
            for (int i = 0; i < 3 && result >= 0; i++) {
                result = connect(address);
            }
            assertThat(result).isEqualTo(-Errno.EAGAIN);
            assertThat(full.isOpen()).isTrue();
        }
    }

    @Test
    void shouldRefuseToConnectWhatIsNoSocketOrNotOpen() throws Exception {
        final int[] pipe = tester.closeLater(Descriptors.pipe());
        final int length = SocketAddresses.write(tester.bytes, ADDRESS, addressOf(StandardProtocolFamily.INET));
        for (final int fd : new int[] {pipe[0], 1 << 20}) {
            assertThat(tester.run(sqe -> sqe.prepConnect(fd, tester.address(ADDRESS), length)))
                    .isEqualTo(fd == pipe[0] ? -Errno.ENOTSOCK : -Errno.EBADF);
            iovecs(1, 1);
            assertThat(tester.run(sqe -> sqe.prepSendmsg(fd, tester.address(HEADER), SocketFlags.MSG_NOSIGNAL)))
                    .isEqualTo(fd == pipe[0] ? -Errno.ENOTSOCK : -Errno.EBADF);
        }
    }

    /** Several buffers that fill at different times: the message goes on where it was left. */
    @Test
    void shouldFillAllBuffersOfAMessageThatWaitsForAll() {
        final int[] ends = tester.closeLater(Descriptors.socketPair());
        iovecs(4, 6);
        tester.start(1L, sqe -> sqe.prepRecvmsg(ends[0], tester.address(HEADER), SocketFlags.MSG_WAITALL));
        for (final String piece : new String[] {"a", "bcdef", "gh"}) {
            tester.world.write(ends[1], piece.getBytes(StandardCharsets.US_ASCII));
            assertThat(tester.completed()).as("after %s", piece).isEmpty();
        }
        tester.world.write(ends[1], "ijk".getBytes(StandardCharsets.US_ASCII));

        assertThat(tester.await(1L).result()).isEqualTo(10);
        assertThat(tester.text(DATA, 4) + tester.text(DATA + 100, 6)).isEqualTo("abcdefghij");
        assertThat(tester.world.read(ends[0], 10)).containsExactly('k');
    }

    @Test
    void shouldTellWhoSentADatagramAndWhatWasCutOff() throws Exception {
        try (DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                DatagramChannel target = DatagramChannel.open(StandardProtocolFamily.INET)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            final int fd = tester.closeLater(TestLibC.datagramSocket());
            tester.put(DATA, "datagram");
            iovecs(8, 0);
            final int length = SocketAddresses.write(tester.bytes, ADDRESS, target.getLocalAddress());
            MessageHeader.name(tester.bytes, HEADER, tester.address(ADDRESS), length);
            assertThat(tester.run(sqe -> sqe.prepSendmsg(fd, tester.address(HEADER), 0)))
                    .isEqualTo(8);
            final ByteBuffer received = ByteBuffer.allocate(100);
            final InetSocketAddress from = (InetSocketAddress) target.receive(received);
            assertThat(received.position()).isEqualTo(8);

            sender.send(
                    ByteBuffer.wrap(new byte[20]),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), from.getPort()));
            iovecs(2, 3);
            MessageHeader.name(tester.bytes, HEADER, tester.address(ADDRESS), SocketAddresses.MAX_BYTES);
            assertThat(tester.run(sqe -> sqe.prepRecvmsg(fd, tester.address(HEADER), 0)))
                    .isEqualTo(5);
            assertThat(MessageHeader.flags(tester.bytes, HEADER) & SocketFlags.MSG_TRUNC)
                    .isEqualTo(SocketFlags.MSG_TRUNC);
            final ByteBuffer expected =
                    ByteBuffer.allocateDirect(SocketAddresses.MAX_BYTES).order(tester.bytes.order());
            assertThat(MessageHeader.nameLength(tester.bytes, HEADER))
                    .isEqualTo(SocketAddresses.write(expected, 0, sender.getLocalAddress()));
            assertThat(tester.bytes.slice(ADDRESS, 16)).isEqualTo(expected.slice(0, 16));
        }
    }

    @Test
    void shouldPassADescriptorAsControlData() {
        final int[] sockets = tester.closeLater(Descriptors.socketPair());
        final int eventFd = tester.closeLater(Descriptors.eventFd());
        tester.bytes
                .putLong(CONTROL, 20L)
                .putInt(CONTROL + 8, 1)
                .putInt(CONTROL + 12, 1)
                .putInt(CONTROL + 16, eventFd);
        tester.put(DATA, "x");
        iovecs(1, 0);
        MessageHeader.control(tester.bytes, HEADER, tester.address(CONTROL), 20L);
        assertThat(tester.run(sqe -> sqe.prepSendmsg(sockets[0], tester.address(HEADER), 0)))
                .isEqualTo(1);

        tester.bytes.putInt(CONTROL + 16, -1);
        MessageHeader.control(tester.bytes, HEADER, tester.address(CONTROL), 24L);
        assertThat(tester.run(sqe -> sqe.prepRecvmsg(sockets[1], tester.address(HEADER), 0)))
                .isEqualTo(1);

        assertThat(MessageHeader.controlLength(tester.bytes, HEADER)).isEqualTo(24L);
        final int passed = tester.closeLater(tester.bytes.getInt(CONTROL + 16));
        assertThat(passed).isNotEqualTo(eventFd);
        Descriptors.signalEventFd(passed);
        assertThat(Descriptors.drainEventFd(eventFd)).isEqualTo(1L);
    }
}
