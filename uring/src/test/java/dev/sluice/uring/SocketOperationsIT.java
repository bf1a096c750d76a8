package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** CONNECT, SENDMSG and RECVMSG, with the JDK's channels on the other side. */
class SocketOperationsIT {

    private static final int ADDRESS = 0;
    private static final int HEADER = 256;
    private static final int IOVECS = 512;
    private static final int CONTROL = 768;
    private static final int DATA = 4096;

    @AutoClose
    private final RingTester tester = RingTester.open();

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

    @Test
    void shouldRefuseAddressesThatCannotBeWritten() {
        assertThatThrownBy(() -> SocketAddresses.write(
                        tester.bytes, ADDRESS, UnixDomainSocketAddress.of(folder.resolve("x".repeat(200)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path of a socket longer than 107 bytes: ");
        assertThatThrownBy(() -> SocketAddresses.write(
                        tester.bytes, ADDRESS, InetSocketAddress.createUnresolved("sluice.invalid", 80)))
                .hasMessageContaining("unresolved address: sluice.invalid");
    }
}
