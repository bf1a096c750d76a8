// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More clients than there is memory, descriptors or places for: everybody is served in his turn, and nobody is dropped. */
@Timeout(60)
class ScarcityIT {
    private static final int CLIENTS = 150;
    private static final int FILE_BYTES = 200_000;
    private static final int HEAD_BYTES = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n".length();
    private static final byte[] REQUEST = "GET /file HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII);

    @TempDir
    Path directory;

    private final List<SocketChannel> clients = new ArrayList<>();
    private RootDirectory root;
    private InetSocketAddress address;
    private InetSocketAddress urgent;
    private RunningServer running;

    @BeforeEach
    void write() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void end() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        running.close();
        root.close();
    }

    private MiniHttp http(Link link) {
        return new MiniHttp(link, root, MiniHttp.Limits.GENEROUS);
    }

    private void serve(AsyncIoOptions options, int mostConnections) {
        running = new RunningServer(options, server -> {
            address = server.listen(
                    RunningServer.ANY_PORT, server.container().child("low", Priority.LOW), mostConnections, this::http);
            urgent = server.listen(
                    RunningServer.ANY_PORT,
                    server.container().child("urgent", Priority.HIGH),
                    mostConnections,
                    this::http);
        });
    }

    /** Asks for several files at once, and takes in next to nothing. */
    private void ask(int count, int requests) throws IOException {
        for (int i = 0; i < count; i++) {
            final SocketChannel client = RunningServer.connectNarrow(address, 4096);
            clients.add(client);
            for (int k = 0; k < requests; k++) {
                client.write(ByteBuffer.wrap(REQUEST));
            }
        }
    }

    private static void assertAnswered(SocketChannel client, int requests) throws IOException {
        final InputStream in = client.socket().getInputStream();
        assertThat(in.readNBytes(requests * (HEAD_BYTES + FILE_BYTES))).hasSize(requests * (HEAD_BYTES + FILE_BYTES));
    }

    private static void assertServed(InetSocketAddress at) throws IOException {
        try (Socket socket = RunningServer.connect(at)) {
            socket.getOutputStream().write(REQUEST);
            assertThat(socket.getInputStream().readNBytes(HEAD_BYTES + FILE_BYTES))
                    .hasSize(HEAD_BYTES + FILE_BYTES);
        }
    }

    @Test
    void shouldServeEverybodyWithMemoryForAFew() throws Exception {
        serve(AsyncIoOptions.defaults().withArenaBytes(2L * 256L * 1024L), 1000);
        ask(CLIENTS, 3);
        for (int i = CLIENTS - 1; i >= 0; i--) { // those who came last read first
            assertAnswered(clients.get(i), 3);
        }
    }

    @Test
    void shouldServeTheUrgentWhileOthersHoldAllTheMemoryThatTheyMay() throws Exception {
        serve(AsyncIoOptions.defaults().withArenaBytes(4L * 256L * 1024L), 1000);
        ask(CLIENTS, 3);
        for (int i = 0; i < 10; i++) {
            assertServed(urgent);
        }
        assertServed(address);
    }

    @Test
    void shouldServeEverybodyWithDescriptorsForAFew() throws Exception {
        serve(AsyncIoOptions.defaults().withDescriptors(40L, 10L), 10);
        ask(CLIENTS, 1);
        assertServed(urgent);
        for (final SocketChannel client : clients) {
            assertAnswered(client, 1);
            client.close();
        }
    }

    @Test
    void shouldLetABurstInOneByOne() throws Exception {
        serve(AsyncIoOptions.defaults(), 5);
        ask(CLIENTS, 1);
        for (final SocketChannel client : clients) {
            assertAnswered(client, 1);
            client.close();
        }
    }

    @Test
    void shouldListenOnAPath() throws Exception {
        final UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        running = new RunningServer(
                AsyncIoOptions.defaults(),
                server -> assertThat(server.listen(path, server.container(), link -> new Connection(link) {
                            @Override
                            protected void received(IoBuffer block) {
                                out().send(block);
                            }
                        }))
                        .isEqualTo(path));
        try (SocketChannel channel = SocketChannel.open(path)) {
            channel.write(ByteBuffer.wrap(REQUEST));
            final ByteBuffer back = ByteBuffer.allocate(REQUEST.length);
            while (back.hasRemaining()) {
                assertThat(channel.read(back)).isPositive();
            }
            assertThat(back.array()).isEqualTo(REQUEST);
        }
    }
}
