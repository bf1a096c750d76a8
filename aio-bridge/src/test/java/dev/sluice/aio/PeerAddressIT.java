// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.memory.AbstractUnixAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is at the other end, of any kind of socket, and also when he has gone. */
class PeerAddressIT {
    private final AioFixture aio = new AioFixture();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        aio.close();
    }

    private AsyncListener listen(SocketAddress address) {
        final AsyncListener listener = aio.io.listen(address, 16, aio.normal, "listener");
        listener.acceptSockets(10, aio.normal);
        return listener;
    }

    private AsyncSocket accepted() {
        return (AsyncSocket) aio.runOne().message();
    }

    private AsyncSocket connected(SocketAddress address) {
        final AsyncSocket socket = aio.io.newSocket();
        socket.connect(address, aio.urgent, "connect");
        aio.runUntil(socket::isOpen);
        return socket;
    }

    @Test
    void shouldTellTheAddressOfAnInternetPeer() throws IOException {
        final AsyncListener listener = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (SocketChannel client = SocketChannel.open(listener.localAddress())) {
            assertThat(accepted().tryPeerAddress()).isEqualTo(client.getLocalAddress());
        }
        final AsyncSocket socket = connected(listener.localAddress());
        assertThat(socket.tryPeerAddress()).isEqualTo(listener.localAddress());
        socket.discard();
        assertThatThrownBy(socket::tryPeerAddress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldTellTheAddressOfAPeerThatHasGone() throws IOException {
        final AsyncListener listener = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        final SocketAddress address;
        try (SocketChannel client = SocketChannel.open(listener.localAddress())) {
            address = client.getLocalAddress();
            client.setOption(StandardSocketOptions.SO_LINGER, 0); // resets
        }
        final AsyncSocket socket = accepted();
        assertThatThrownBy(socket::peerAddress).hasMessageContaining("ENOTCONN");
        assertThat(socket.tryPeerAddress()).isEqualTo(address);
    }

    @Test
    void shouldTellTheAddressOfAnInternetPeerOfSixThatHasGone() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "no IPv6 here");
        final byte[] one = new byte[16];
        one[15] = 1;
        final InetAddress loopback = InetAddress.getByAddress(one); // ::1
        final AsyncListener listener = listen(new InetSocketAddress(loopback, 0));
        final SocketAddress address;
        try (SocketChannel client = SocketChannel.open(listener.localAddress())) {
            address = client.getLocalAddress();
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        final AsyncSocket socket = accepted();
        assertThat(socket.tryPeerAddress()).isEqualTo(address);
    }

    @Test
    void shouldTellThePathOfAUnixPeerAndThatAClientHasNone() throws IOException {
        final UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("door \u00e4"));
        final AsyncListener listener = listen(path);
        try (SocketChannel client = SocketChannel.open(path)) {
            assertThat(client.isConnected()).isTrue();
            assertThat(accepted().tryPeerAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
        }
        assertThat(connected(path).tryPeerAddress()).isEqualTo(path);

        final UnixDomainSocketAddress own = UnixDomainSocketAddress.of(directory.resolve("client"));
        aio.seen.clear();
        try (SocketChannel client =
                SocketChannel.open(StandardProtocolFamily.UNIX).bind(own)) {
            client.connect(path);
            aio.runUntil(() -> aio.seen.stream().anyMatch(PeerAddressIT::isOfBound));
            assertThat(aio.seen).anyMatch(PeerAddressIT::isOfBound);
        }
        assertThat(listener.isOpen()).isTrue();
    }

    private static boolean isOfBound(AioFixture.Seen seen) {
        return seen.message() instanceof AsyncSocket socket
                && socket.tryPeerAddress() instanceof UnixDomainSocketAddress address
                && address.getPath().endsWith("client");
    }

    @Test
    void shouldTellTheNameOfAUnixPeer() {
        final AbstractUnixAddress name =
                new AbstractUnixAddress("peer-" + ProcessHandle.current().pid() + "-\u00e4");
        listen(name);
        final AsyncSocket socket = connected(name);
        assertThat(socket.tryPeerAddress()).isEqualTo(name);
    }
}
