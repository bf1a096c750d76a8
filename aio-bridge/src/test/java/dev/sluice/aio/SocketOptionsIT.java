// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Options of sockets are set and read as the kernel has them, and those of a listener are inherited. */
class SocketOptionsIT {
    private static final Map<SocketOption, Integer> VALUES = Map.of(
            SocketOption.SO_KEEPALIVE, 1,
            SocketOption.TCP_NODELAY, 0,
            SocketOption.TCP_CORK, 1,
            SocketOption.TCP_KEEPIDLE, 77,
            SocketOption.TCP_KEEPINTVL, 7,
            SocketOption.TCP_KEEPCNT, 4,
            SocketOption.TCP_USER_TIMEOUT, 30_000,
            SocketOption.TCP_NOTSENT_LOWAT, 16_384);

    private AioFixture aio;
    private AsyncListener listener;

    @BeforeEach
    void open() {
        aio = new AioFixture();
        listener = aio.io.listen(anyPort(), ListenOptions.defaults().withBacklog(16), aio.normal, "listener");
    }

    @AfterEach
    void close() {
        aio.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private AsyncSocket accept(AsyncListener from) throws IOException {
        from.acceptSockets(1, aio.normal);
        try (SocketChannel client = SocketChannel.open(from.localAddress())) {
            final AsyncSocket socket = (AsyncSocket) aio.runOne().message();
            assertThat(socket.peerAddress()).isEqualTo(client.getLocalAddress());
            assertThat(socket.localAddress()).isEqualTo(client.getRemoteAddress());
            return socket;
        }
    }

    @Test
    void shouldReadBackWhatWasSet() throws IOException {
        final AsyncSocket socket = accept(listener);
        assertThat(socket.option(SocketOption.TCP_NODELAY)).isEqualTo(1);
        VALUES.forEach((option, value) -> {
            assertThat(socket.option(option)).as("%s before", option).isNotEqualTo(value);
            assertThat(socket.setOption(option, value)).as("%s", option).isZero();
            assertThat(socket.option(option)).as("%s", option).isEqualTo(value);
        });
        // The kernel doubles what is asked for.
        assertThat(socket.setOption(SocketOption.SO_SNDBUF, 32_768)).isZero();
        assertThat(socket.option(SocketOption.SO_SNDBUF)).isEqualTo(65_536);
        assertThat(socket.setOption(SocketOption.SO_RCVBUF, 16_384)).isZero();
        assertThat(socket.option(SocketOption.SO_RCVBUF)).isEqualTo(32_768);
    }

    @Test
    void shouldLetAcceptedSocketsInheritWhatTheListenerHas() throws IOException {
        final ListenOptions options = ListenOptions.defaults()
                .withBacklog(16)
                .withSocketOption(SocketOption.SO_RCVBUF, 16_384)
                .withSocketOption(SocketOption.TCP_KEEPIDLE, 5)
                .withSocketOption(SocketOption.TCP_KEEPIDLE, 99)
                .withSocketOption(SocketOption.TCP_DEFER_ACCEPT, 0)
                .withSocketOption(SocketOption.TCP_FASTOPEN, 16);
        final AsyncListener other = aio.io.listen(anyPort(), options, aio.normal, "other");
        assertThat(other.setOption(SocketOption.SO_KEEPALIVE, 1)).isZero();
        assertThat(other.option(SocketOption.TCP_FASTOPEN)).isEqualTo(16);

        final AsyncSocket socket = accept(other);

        assertThat(socket.option(SocketOption.SO_RCVBUF)).isEqualTo(32_768);
        assertThat(socket.option(SocketOption.TCP_KEEPIDLE)).isEqualTo(99);
        assertThat(socket.option(SocketOption.SO_KEEPALIVE)).isEqualTo(1);
    }

    @Test
    void shouldShareAPortOnlyWhereAllSaySo() {
        final ListenOptions shared =
                ListenOptions.defaults().withBacklog(16).withSocketOption(SocketOption.SO_REUSEPORT, 1);
        final AsyncListener first = aio.io.listen(anyPort(), shared, aio.normal, "first");
        final AsyncListener second = aio.io.listen(first.localAddress(), shared, aio.normal, "second");
        assertThat(second.localAddress()).isEqualTo(first.localAddress());
        assertThat(second.option(SocketOption.SO_REUSEPORT)).isEqualTo(1);

        assertThatThrownBy(() -> aio.io.listen(
                        first.localAddress(), ListenOptions.defaults().withBacklog(1), aio.normal, "third"))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(BindException.class);
        assertThat(aio.io.openDescriptors()).isEqualTo(3);
    }

    @Test
    void shouldTellWhatTheKernelRefuses() throws IOException {
        final AsyncSocket socket = accept(listener);
        assertThat(socket.setOption(SocketOption.TCP_KEEPIDLE, 0)).isEqualTo(-Errno.EINVAL);
        assertThatThrownBy(() -> aio.io.listen(
                        anyPort(),
                        ListenOptions.defaults().withBacklog(1).withSocketOption(SocketOption.TCP_KEEPIDLE, 0),
                        aio.normal,
                        null))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("TCP_KEEPIDLE=0")
                .hasMessageContaining("EINVAL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ListenOptions.defaults().withBacklog(0));
        final int[] pair = Descriptors.socketPair();
        Descriptors.close(pair[1]);
        final AsyncSocket unix = aio.adopt(pair[0], "unix");
        assertThat(unix.setOption(SocketOption.TCP_NODELAY, 1)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(unix.option(SocketOption.TCP_NODELAY)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThatThrownBy(unix::localAddress).isInstanceOf(UncheckedIOException.class);
        final AsyncSocket fresh = aio.io.newSocket();
        assertThatIllegalStateException().isThrownBy(() -> fresh.option(SocketOption.SO_SNDBUF));
        assertThatIllegalStateException().isThrownBy(() -> fresh.setOption(SocketOption.SO_SNDBUF, 1));
    }
}
