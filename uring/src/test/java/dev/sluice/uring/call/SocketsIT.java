// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.contract.TestLibC;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.SocketAddresses;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketsIT {

    @Test
    void shouldRefuseAddressesThatCannotBeWritten() {
        final ByteBuffer memory = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
        assertThatThrownBy(() -> SocketAddresses.write(memory, 0, UnixDomainSocketAddress.of("x".repeat(200))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path of a socket longer than 107 bytes: ");
        assertThatThrownBy(() ->
                        SocketAddresses.write(memory, 0, InetSocketAddress.createUnresolved("sluice.invalid", 80)))
                .hasMessageContaining("unresolved address: sluice.invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldListenAndTellBothAddresses(String host) throws Exception {
        Assumptions.assumeTrue(host.indexOf('.') > 0 || Files.exists(Path.of("/proc/net/if_inet6")), "no IPv6 here");
        final InetAddress address = InetAddress.getByName(host);
        final int listener = Sockets.listen(new InetSocketAddress(address, 0), 4);
        try (Socket client = new Socket(address, Sockets.localAddress(listener).getPort())) {
            final int connection = Sockets.connect(Sockets.localAddress(listener));

            assertThat(Sockets.localAddress(listener).getAddress()).isEqualTo(address);
            assertThat(client.getRemoteSocketAddress()).isEqualTo(Sockets.localAddress(listener));
            assertThat(Sockets.peerAddress(connection)).isEqualTo(Sockets.localAddress(listener));
            assertThat(Sockets.localAddress(connection).getPort()).isPositive().isNotEqualTo(client.getLocalPort());
            Descriptors.close(connection);
        } finally {
            Descriptors.close(listener);
        }
    }

    @Test
    void shouldSayThatAnAddressIsInUse() {
        final int listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        final InetSocketAddress taken = Sockets.localAddress(listener);
        try {
            assertThatThrownBy(() -> Sockets.listen(taken, 4))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseExactlyInstanceOf(BindException.class)
                    .hasMessage("bind(" + taken + ") failed: EADDRINUSE (98)");
        } finally {
            Descriptors.close(listener);
        }
    }

    @Test
    void shouldSayThatNobodyListens() {
        final int listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        final InetSocketAddress address = Sockets.localAddress(listener);
        Descriptors.close(listener);

        assertThatThrownBy(() -> Sockets.connect(address))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseExactlyInstanceOf(ConnectException.class)
                .hasMessage("connect(" + address + ") failed: ECONNREFUSED (111)");
    }

    @Test
    void shouldSayWhyThereIsNoAddress() {
        final int[] pair = Descriptors.socketPair();
        final int listener = Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        try {
            assertThatThrownBy(() -> Sockets.peerAddress(listener))
                    .hasCauseExactlyInstanceOf(SocketException.class)
                    .hasMessage("getpeername(fd " + listener + ") failed: ENOTCONN (107)");
            assertThatThrownBy(() -> Sockets.localAddress(pair[0]))
                    .hasMessageEndingWith("neither IPv4 nor IPv6 but address family 1");
        } finally {
            Descriptors.close(listener);
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
    }

    @Test
    void shouldRefuseBadArguments() {
        final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("sluice.invalid", 80);

        assertThatThrownBy(() -> Sockets.listen(unresolved, 4))
                .hasMessageContaining("unresolved address: sluice.invalid");
        assertThatThrownBy(() -> Sockets.connect(unresolved))
                .hasMessageContaining("unresolved address: sluice.invalid");
        assertThatThrownBy(() -> Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0))
                .hasMessage("backlog must be at least 1: backlog=0");
    }

    @Test
    void shouldSetNoDelayOnAcceptedSockets() {
        try (RingTester tester = RingTester.open()) {
            final int listener =
                    tester.closeLater(Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4));
            tester.closeLater(Sockets.connect(Sockets.localAddress(listener)));
            final int accepted =
                    tester.closeLater(tester.run(sqe -> sqe.prepAccept(listener, SocketFlags.SOCK_CLOEXEC)));

            assertThat(TestLibC.tcpNoDelay(accepted)).isEqualTo(1);
        }
    }
}
