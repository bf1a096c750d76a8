// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.AbstractUnixAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connects, TCP on the loopback and Unix, on the real kernel. */
class ConnectIT {
    @TempDir
    Path directory;

    private AioFixture aio;

    @BeforeEach
    void open() {
        aio = new AioFixture();
        assumeTrue(aio.io.port().features().supports(Opcode.CONNECT), "the ring does not connect");
    }

    @AfterEach
    void close() {
        aio.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void shouldConnectToEveryKindOfAddress() {
        final AsyncListener tcp = aio.io.listen(anyPort(), 16, aio.normal, "listener");
        assertTalks(tcp, tcp.localAddress());
        final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        assertTalks(aio.io.listen(path, 16, aio.normal, "listener"), path);
        assertThat(directory.resolve("socket")).exists();
        final SocketAddress name =
                new AbstractUnixAddress("sluice-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        assertTalks(aio.io.listen(name, 16, aio.normal, "listener"), name);
        assertTalks(aio.io.listen(name, 16, aio.normal, "listener"), name); // free again
        aio.assertNothingLeft();
    }

    private void assertTalks(AsyncListener listener, SocketAddress address) {
        aio.seen.clear();
        listener.accept();
        final AsyncSocket client = aio.io.newSocket();
        client.connect(address, aio.urgent, "client");
        final AsyncSocket server = aio.io.newSocket();
        while (!server.isOpen() || !client.isOpen()) {
            final EventBatch batch = aio.events.dequeueNextEvents(8, Priority.IDLE, AioFixture.LIMIT_NS);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                assertThat(event.result()).as("%s of %s", event, address).isNotNegative();
                if (event.operation() == Opcode.ACCEPT) {
                    server.adopt(event.takeDescriptor(), aio.normal, "server");
                } else {
                    assertThat(event.operation()).isEqualTo(Opcode.CONNECT);
                    assertThat(event.result()).isZero();
                }
            }
        }
        assertThat(aio.urgent.usage().descriptors()).isEqualTo(1);
        final IoBuffer sent = aio.io.arena().tryLease(3);
        sent.bytes().put(new byte[] {1, 2, 3}).flip();
        final IoBuffer received = aio.io.arena().tryLease(3);
        client.send(sent);
        server.receive(received);
        assertThat(aio.run(2)).extracting(Seen::result).containsOnly(3);
        assertThat(received.bytes().get(2)).isEqualTo((byte) 3);
        sent.release();
        received.release();
        client.close();
        server.close();
        listener.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
    }

    @Test
    void shouldReportARefusalAndConnectAgainWithTheSameObject() throws IOException {
        final AsyncSocket socket = aio.io.newSocket();
        final InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket()) {
            closed.bind(anyPort());
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }

        socket.connect(nobody, aio.normal, "tcp");
        assertThat(aio.runOne()).isEqualTo(new Seen("tcp", Opcode.CONNECT, -Errno.ECONNREFUSED, 0));
        assertThat(socket.isOpen()).isFalse();
        socket.connect(UnixDomainSocketAddress.of(directory.resolve("missing")), aio.normal, "path");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOENT);
        socket.connect(new AbstractUnixAddress("sluice-nobody-" + System.nanoTime()), aio.normal, "abstract");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECONNREFUSED);

        try (ServerSocket server = new ServerSocket()) {
            server.bind(anyPort());
            socket.connect(server.getLocalSocketAddress(), aio.normal, "tcp");
            assertThat(aio.runOne().result()).isZero();
            assertThat(socket.peerAddress()).isEqualTo(server.getLocalSocketAddress());
            socket.close();
            aio.runOne();
        }
        aio.assertNothingLeft();
    }

    /** A listener whose backlog is full leaves the first packet of a connect unanswered. */
    @Test
    void shouldEndAnUnansweredConnectByItsDeadlineOrByCancellation() throws IOException {
        try (ServerSocket full = new ServerSocket()) {
            full.bind(anyPort(), 1);
            final List<AsyncSocket> sockets = new ArrayList<>();
            final List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                sockets.add(aio.io.newSocket());
                ids.add(sockets.get(i).connect(full.getLocalSocketAddress(), aio.normal, i));
            }
            aio.runUntil(() -> aio.seen.size() >= 2);
            aio.expectSilence(50_000_000L);
            final int connected = aio.seen.size();
            assertThat(connected).isBetween(2, 4);

            for (int i = 0; i < 6; i++) {
                if (!sockets.get(i).isOpen() && i % 2 == 0) {
                    assertThat(aio.io.cancelAfter(ids.get(i), 1_000_000L)).isTrue();
                } else if (!sockets.get(i).isOpen()) {
                    assertThat(aio.io.cancel(ids.get(i))).isTrue();
                }
            }
            for (final Seen seen : aio.run(6 - connected)) {
                assertThat(seen.operation()).isEqualTo(Opcode.CONNECT);
                assertThat(seen.result()).isEqualTo((int) seen.attachment() % 2 == 0 ? -Errno.ETIME : -Errno.ECANCELED);
            }
            assertThat(aio.io.openDescriptors()).isEqualTo(connected);
            sockets.stream().filter(AsyncSocket::isOpen).forEach(AsyncSocket::close);
            aio.run(connected);
        }
        aio.assertNothingLeft();
    }

    @Test
    void shouldReportThatTheBacklogOfAUnixListenerIsFull() {
        final SocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        final AsyncListener listener = aio.io.listen(address, 1, aio.normal, "listener");
        final List<AsyncSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sockets.add(aio.io.newSocket());
            sockets.get(i).connect(address, aio.normal, i);
        }

        assertThat(aio.run(4)).extracting(Seen::result).containsOnly(0, -Errno.EAGAIN);

        sockets.stream().filter(AsyncSocket::isOpen).forEach(AsyncSocket::close);
        listener.close();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseMisuseAndLoseNothing() {
        final AsyncSocket socket = aio.io.newSocket();
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> socket.connect(InetSocketAddress.createUnresolved("host.invalid", 80), aio.normal, null))
                .withMessageContaining("host.invalid");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.connect(UnixDomainSocketAddress.of("/" + "x".repeat(107)), aio.normal, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new AbstractUnixAddress(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new AbstractUnixAddress("x".repeat(108)));
        final AsyncListener listener = aio.io.listen(anyPort(), 1, aio.normal, "listener");
        socket.connect(listener.localAddress(), aio.normal, "connect");
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.connect(listener.localAddress(), aio.normal, null))
                .withMessageContaining("being connected");
        aio.runOne();
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.connect(listener.localAddress(), aio.normal, null))
                .withMessageContaining("already stands for descriptor");
        final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        final AsyncListener first = aio.io.listen(path, 1, aio.normal, "listener");
        assertThatThrownBy(() -> aio.io.listen(path, 1, aio.normal, null))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("EADDRINUSE");
        socket.close();
        listener.close();
        first.close();
        aio.run(3);
        aio.assertNothingLeft();
    }
}
