// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TCP on the loopback of the real kernel, with Java's own sockets at the other end. */
class AsyncSocketIT {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private AioFixture aio;
    private AsyncListener listener;
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void listen() {
        aio = new AioFixture();
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024, aio.normal, "listener");
        listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        for (final Socket client : clients) {
            client.close();
        }
        aio.close();
    }

    private Socket connect() throws IOException {
        final Socket client = new Socket();
        clients.add(client);
        client.connect(listener.localAddress());
        return client;
    }

    private AsyncSocket accept(Object attachment) {
        final Event event = aio.events
                .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                .next();
        assertThat(event.operation()).isEqualTo(Opcode.ACCEPT);
        assertThat(event.attachment()).isEqualTo("listener");
        assertThat(event.flags() & CqeFlags.F_MORE).isNotZero();
        final AsyncSocket socket = aio.io.newSocket();
        socket.adopt(event.takeDescriptor(), aio.urgent.child("connection"), attachment);
        return socket;
    }

    private void closeAll(AsyncSocket... sockets) {
        for (final AsyncSocket socket : sockets) {
            socket.close();
        }
        aio.runUntil(() -> aio.io.openDescriptors() == 1);
        listener.close();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    @Test
    void shouldAcceptReceiveSendAndClose() throws IOException {
        final Socket client = connect();
        final AsyncSocket socket = accept("connection");
        assertThat(socket.peerAddress().getPort()).isEqualTo(client.getLocalPort());
        final IoBuffer buffer = aio.io.arena().tryLease(100);

        client.getOutputStream().write(HELLO);
        socket.receive(buffer);
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, 5, 0));
        buffer.bytes().flip();
        socket.send(buffer);
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.SEND, 5, 0));
        assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);

        socket.shutdown(SocketFlags.SHUT_WR);
        assertThat(aio.runOne().operation()).isEqualTo(Opcode.SHUTDOWN);
        assertThat(client.getInputStream().read()).as("end of stream").isEqualTo(-1);
        client.shutdownOutput();
        buffer.bytes().clear();
        socket.receive(buffer);
        assertThat(aio.runOne().result()).as("the peer has ended its side").isZero();

        buffer.release();
        closeAll(socket);
        assertThat(aio.urgent.usage().socketBytes()).isEqualTo(10);
    }

    @Test
    void shouldSendEverythingToASlowReader() throws IOException {
        final Socket client = connect();
        final AsyncSocket socket = accept("connection");
        final int bufferBytes = BufferArena.MAX_BLOCK_BYTES;
        final int rounds = 64; // 16 MiB: more than the kernel's socket buffers hold
        final CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> readToEnd(client));
        final IoBuffer buffer = aio.io.arena().tryLease(bufferBytes);
        for (int round = 0; round < rounds; round++) {
            buffer.bytes().clear();
            socket.send(buffer);
            assertThat(aio.runOne().result()).isEqualTo(bufferBytes);
        }
        buffer.release();
        closeAll(socket);

        assertThat(received.join()).isEqualTo((long) rounds * bufferBytes);
    }

    private static long readToEnd(Socket client) {
        try {
            final InputStream in = client.getInputStream();
            final byte[] piece = new byte[10_000];
            long total = 0L;
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                total += n;
            }
            return total;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldCloseAnAcceptedConnectionThatTheHandlerDoesNotTake() throws IOException {
        final Socket client = connect();
        aio.runOne();

        aio.expectSilence(1_000_000L);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        closeAll();
    }

    @Test
    void shouldHandADescriptorOverOnlyOnce() throws IOException {
        connect();
        final Event event = aio.events
                .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                .next();
        final AsyncSocket socket = aio.adopt(event.takeDescriptor(), "connection");
        assertThatIllegalStateException().isThrownBy(event::takeDescriptor).withMessageContaining("taken already");
        closeAll(socket);
    }

    /** Rule: closing cancels, awaits the terminal events, then closes; the peer sees the end at once. */
    @Test
    void shouldReportAPendingReceiveBeforeTheCloseAndLetThePeerSeeTheEnd() throws IOException {
        final Socket client = connect();
        final AsyncSocket socket = accept("connection");
        final IoBuffer buffer = aio.io.arena().tryLease(100);
        socket.receive(buffer);
        aio.reapOnly();

        socket.close();

        assertThat(aio.run(2))
                .containsExactly(
                        new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0),
                        new Seen("connection", Opcode.CLOSE, 0, 0));
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        buffer.release();
        closeAll();
    }

    @Test
    void shouldStopAcceptingWhileConnectionsAreNotTakenAndGoOnLater() throws IOException {
        aio.normal.setPriority(Priority.LOW);
        final int before = 300;
        final int connections = 700;
        for (int i = 0; i < before; i++) {
            connect();
        }
        // Nothing of the class is handed out: accepting ends in the kernel, and who comes later waits in its queue.
        while (aio.events.counters().signalled() < before) {
            aio.events.dequeueNextEvents(1, Priority.NORMAL, 1_000_000L);
        }
        aio.reapOnly();
        for (int i = before; i < connections; i++) {
            connect();
        }
        aio.events.dequeueNextEvents(1, Priority.NORMAL, 20_000_000L);
        assertThat(aio.events.counters().signalled()).isEqualTo(before);

        aio.run(connections);

        assertThat(aio.seen).hasSize(connections).allMatch(s -> s.operation() == Opcode.ACCEPT && s.result() > 0);
        closeAll();
    }

    /** As kernels before 5.19 make it. */
    @Test
    void shouldAcceptOneByOneWhereThereIsNoMultishotAccept() throws IOException {
        listener.close();
        aio.run(2);
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024, aio.normal, "listener");
        listener.listener.acceptOneByOne();
        listener.accept();
        final int connections = 300;
        final int before = aio.seen.size();
        for (int i = 0; i < connections; i++) {
            connect();
        }

        final List<Seen> accepted = aio.run(connections);

        assertThat(accepted).allMatch(s -> s.operation() == Opcode.ACCEPT && s.result() > 0);
        assertThat(accepted).allMatch(s -> (s.flags() & CqeFlags.F_MORE) != 0);
        assertThat(aio.seen).hasSize(before + connections);
        closeAll();
    }

    @Test
    void shouldEndAcceptingWhenCancelledAndAcceptAgainWhenAsked() throws IOException {
        listener.close();
        assertThat(aio.run(2))
                .containsExactly(
                        new Seen("listener", Opcode.ACCEPT, -Errno.ECANCELED, 0),
                        new Seen("listener", Opcode.CLOSE, 0, 0));
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
        final long accepting = listener.accept();
        assertThatIllegalStateException().isThrownBy(listener::accept);
        aio.reapOnly();
        assertThat(aio.io.cancel(accepting)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("listener", Opcode.ACCEPT, -Errno.ECANCELED, 0));

        connect();
        aio.expectSilence(20_000_000L);
        listener.accept();
        closeAll(accept("connection"));
    }

    @Test
    void shouldRefuseMisuse() throws IOException {
        connect();
        final AsyncSocket socket = accept("connection");
        final IoBuffer buffer = aio.io.arena().tryLease(100);
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.adopt(1, aio.normal, null))
                .withMessageContaining("already stands for descriptor");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.shutdown(3))
                .withMessageContaining("how=3");
        buffer.bytes().limit(0);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.send(buffer));
        buffer.release();
        assertThatIllegalStateException().isThrownBy(() -> socket.send(buffer)).withMessageContaining("released");
        closeAll(socket);
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.receive(buffer))
                .withMessageContaining("not open");
    }

    @Test
    void shouldCloseTheQueueWithEverythingUnderWayAndLeakNothing() throws IOException {
        connect().close(); // the JDK keeps a descriptor of its own from the first close on
        aio.runOne();
        final List<String> before = OpenDescriptors.now();
        final Socket client;
        try (AioFixture other = new AioFixture()) {
            final AsyncListener its = other.io.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, other.normal, "listener");
            its.accept();
            client = new Socket();
            clients.add(client);
            client.connect(its.localAddress());
            final Event event = other.events
                    .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                    .next();
            final AsyncSocket socket = other.io.newSocket();
            socket.adopt(event.takeDescriptor(), other.normal, "connection");
            socket.receive(other.io.arena().tryLease(100));
            final IoBuffer big = other.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);
            socket.send(big);
            new Socket(its.localAddress().getAddress(), its.localAddress().getPort())
                    .close(); // accepted, never handed out
            other.reapOnly();
        }
        readToEnd(client); // what was sent before the close, then its end
        client.close();
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }
}
