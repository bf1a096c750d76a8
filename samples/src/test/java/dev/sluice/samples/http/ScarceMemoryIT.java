// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.Resource;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server's memory: who waits for it is not the one who is slow, and who takes nothing does not hold it. */
@Timeout(60)
class ScarceMemoryIT {
    private static final AsyncIoOptions LITTLE = AsyncIoOptions.defaults().withArenaBytes(4L << 20, 0L);
    private static final long PATIENCE_NS = 1_000_000_000L;

    /** More than twice that. */
    private static final Duration TOO_LONG = Duration.ofMillis(2500);

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private final CompletableFuture<Exchange> begun = new CompletableFuture<>();
    private final List<IoBuffer> held = new ArrayList<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private void serve(long idleNs, long requestNs, Consumer<Exchange> handle) {
        final HttpTimeouts timeouts = new HttpTimeouts(idleNs, requestNs, 30_000_000_000L, 2_000_000_000L, 512L);
        server = new RunningLoop(LITTLE, timeouts, RunningLoop.wanting(handle));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** On the thread of the loop; tells whether nobody else has any. */
    private boolean holdAll() {
        final BufferArena arena = server.server.io().arena();
        for (int lengthBytes = BufferArena.MAX_BLOCK_BYTES; lengthBytes > 0; lengthBytes /= 2) {
            IoBuffer block = arena.tryLease(lengthBytes);
            while (block != null) {
                held.add(block);
                block = arena.tryLease(lengthBytes);
            }
        }
        return arena.leasedCount() == held.size();
    }

    /** What is leased for a client that may be silent is given back soon. */
    private void holdAllAndSend(Socket socket, String text) throws IOException {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> server.on(this::holdAll));
        send(socket, text);
    }

    private void assertIsServedWhenThereIsMemory(Socket socket) throws IOException {
        await().during(TOO_LONG).until(() -> server.on(server.server.io().arena()::waiting) == 1);
        server.later(() -> held.forEach(IoBuffer::release));
        assertThat(new String(socket.getInputStream().readNBytes(15), ISO_8859_1))
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void shouldNotGiveUpWhoseBodyWaitsForMemory() throws Exception {
        serve(60_000_000_000L, PATIENCE_NS, begun::complete);
        try (Socket socket = server.connect()) {
            send(socket, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
            final Exchange exchange = begun.get(20, TimeUnit.SECONDS);
            send(socket, "body");
            server.later(() -> {
                holdAll();
                PulledText.pull(exchange.requestBody(), text -> PlainText.say(exchange, 200));
            });
            assertIsServedWhenThereIsMemory(socket);
        }
    }

    @Test
    void shouldNotGiveUpWhoseHeadWaitsForMemory() throws Exception {
        serve(60_000_000_000L, PATIENCE_NS, exchange -> PlainText.say(exchange, 200));
        try (Socket socket = server.connect()) {
            send(socket, GET + "GET / HTTP/1.1\r\n"); // the first tells that what is behind it has come
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            socket.getInputStream()
                    .skipNBytes(Math.max(0, socket.getInputStream().available()));
            holdAllAndSend(socket, "Host: h\r\n\r\n");
            assertIsServedWhenThereIsMemory(socket);
        }
    }

    @Test
    void shouldNotCloseForIdlenessWhoseRequestWaitsForMemory() throws Exception {
        serve(PATIENCE_NS, 60_000_000_000L, exchange -> PlainText.say(exchange, 200));
        try (Socket socket = server.connect()) {
            await().until(() -> server.on(server.server::connections) == 1);
            holdAllAndSend(socket, GET);
            assertIsServedWhenThereIsMemory(socket);
        }
    }

    /** Each comes in a block of its own, for a client that takes nothing. */
    @Test
    void shouldHoldFewBlocksForManyPiecesOfOneByte() throws Exception {
        final CompletableFuture<WatchedBody> echoed = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            final WatchedBody body = new WatchedBody(exchange.requestBody());
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(body);
            exchange.done();
            begun.complete(exchange);
            echoed.complete(body);
        }));
        try (Socket socket = server.connect()) {
            socket.setTcpNoDelay(true);
            send(socket, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            final WatchedBody body = echoed.get(20, TimeUnit.SECONDS);
            body.sendUntil(server, socket, () -> heldBytes() > 150_000L); // then the kernel takes no more
            assertThat(server.on(body::isPulled)).isTrue();
            long mostBytes = 0L;
            for (int i = 0; i < 5000; i++) {
                send(socket, "1\r\ny\r\n");
                mostBytes = Math.max(mostBytes, server.on(this::heldBytes));
            }
            assertThat(mostBytes).isLessThan(4L << 20);
            socket.setSoLinger(true, 0);
        }
    }

    private long heldBytes() {
        return begun.join().container().inUse(Resource.BUFFER_BYTES);
    }
}
