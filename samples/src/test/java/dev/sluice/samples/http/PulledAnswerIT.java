// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers whose length nobody knows when they begin, pulled as the client takes them. */
@Timeout(60)
class PulledAnswerIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private final AtomicInteger letGo = new AtomicInteger();
    private final CompletableFuture<Exchange> echoed = new CompletableFuture<>();
    private final CompletableFuture<FileBody> pulled = new CompletableFuture<>();
    private RunningLoop server;
    private RootDirectory root;

    @AfterEach
    void stop() throws Exception {
        server.close();
        if (root != null) {
            root.close();
        }
    }

    /** Every answer echoes its request. */
    private void serveEchoes() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            echoed.complete(exchange);
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(exchange.requestBody());
            exchange.done();
        }));
    }

    private static byte[] content(int lengthBytes) {
        final byte[] content = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(content);
        return content;
    }

    private static CompletableFuture<Void> sending(Socket socket, byte[]... bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (final byte[] part : bytes) {
                    socket.getOutputStream().write(part);
                }
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** What comes behind the head, from chunks. */
    private static byte[] dechunked(byte[] answer) {
        final String text = new String(answer, ISO_8859_1);
        assertThat(text).startsWith("HTTP/1.1 200 OK\r\n").contains("Transfer-Encoding: chunked\r\n");
        final StringBuilder content = new StringBuilder();
        int from = text.indexOf("\r\n\r\n") + 4;
        int lengthBytes;
        do {
            final int lineEnd = text.indexOf("\r\n", from);
            lengthBytes = Integer.parseInt(text.substring(from, lineEnd), 16);
            content.append(text, lineEnd + 2, lineEnd + 2 + lengthBytes);
            from = lineEnd + 2 + lengthBytes + 2;
        } while (lengthBytes > 0);
        assertThat(from).isEqualTo(text.length());
        return ascii(content.toString());
    }

    @Test
    void shouldEchoWhatComesAsItComes() throws Exception {
        serveEchoes();
        final byte[] content = content(20_000_000);
        try (Socket socket = server.connect()) {
            final CompletableFuture<Void> sent = sending(
                    socket,
                    ascii("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + content.length + "\r\n\r\n"),
                    content);
            assertThat(dechunked(socket.getInputStream().readAllBytes())).isEqualTo(content);
            sent.get(20, TimeUnit.SECONDS);
        }
    }

    /** To a client that takes nothing nothing is pulled: it is not received from either. */
    @Test
    void shouldPullNothingForAClientThatTakesNothing() throws Exception {
        serveEchoes();
        final byte[] content = content(30_000_000);
        try (Socket socket = server.connect()) {
            final CompletableFuture<Void> sent = sending(
                    socket,
                    ascii("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + content.length + "\r\n\r\n"),
                    content);
            final Exchange exchange = echoed.get(20, TimeUnit.SECONDS);
            await().during(Duration.ofMillis(500)).until(() -> !sent.isDone());
            final CompletableFuture<Long> leased = new CompletableFuture<>();
            server.later(() -> leased.complete((long) exchange.io().arena().leasedCount()));
            assertThat(leased.get(20, TimeUnit.SECONDS)).isLessThanOrEqualTo(8L);
            assertThat(dechunked(socket.getInputStream().readAllBytes())).isEqualTo(content);
        }
    }

    @Test
    void shouldEndWithTheConnectionForAClientThatKnowsNoChunks() throws Exception {
        serveEchoes();
        final String answer = server.ask("POST / HTTP/1.0\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nbody");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .doesNotContain("Transfer-Encoding")
                .contains("Connection: close\r\n")
                .endsWith("\r\n\r\nbody");
    }

    /** Serves one file to its end; {@code serve} may do something with the body when it is made. */
    private void serveFile(String name, AtomicBoolean grows, BiConsumer<Exchange, FileBody> made) throws Exception {
        root = RootDirectory.open(directory);
        final Function<Exchange, HttpHandler> handlers = own -> exchange -> {
            final AsyncFile file = exchange.io().newFile();
            exchange.operations()
                    .start(a -> file.open(root, name, OpenOptions.READ, exchange.container(), a), event -> {
                        if (event.failed()) {
                            PlainText.say(exchange, 500);
                            return;
                        }
                        final FileBody body = new FileBody(exchange, file, grows::get, () -> {
                            letGo.incrementAndGet();
                            file.discard();
                        });
                        made.accept(exchange, body);
                        pulled.complete(body);
                        exchange.headWithoutLength(200, new NoFields());
                        exchange.body(body);
                        exchange.done();
                    });
        };
        server = new RunningLoop(HttpTimeouts.USUAL, handlers);
    }

    private byte[] readTwice() throws IOException {
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(ascii(GET + GET.replace("GET", "HEAD")));
            socket.shutdownOutput();
            final byte[] answers = socket.getInputStream().readAllBytes();
            final String text = new String(answers, ISO_8859_1);
            final int second = text.lastIndexOf("HTTP/1.1 200 OK");
            assertThat(text.substring(second))
                    .contains("Transfer-Encoding: chunked")
                    .endsWith("\r\n\r\n");
            return dechunked(ascii(text.substring(0, second)));
        }
    }

    @Test
    void shouldSendAFileToItsEndAndNothingOfItToHead() throws Exception {
        final byte[] content = content(1_000_001);
        Files.write(directory.resolve("file"), content);
        serveFile("file", new AtomicBoolean(), (exchange, body) -> {});

        assertThat(readTwice()).isEqualTo(content);
        assertThat(letGo).hasValue(2);
    }

    @Test
    void shouldSendWhatComesOutOfAPipe() throws Exception {
        final Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        serveFile("pipe", new AtomicBoolean(), (exchange, body) -> {});
        final byte[] content = content(500_000);
        final CompletableFuture<Void> written = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(pipe)) {
                out.write(content);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(ascii(GET));
            socket.shutdownOutput();
            assertThat(dechunked(socket.getInputStream().readAllBytes())).isEqualTo(content);
        }
        written.get(20, TimeUnit.SECONDS);
        assertThat(letGo).hasValue(1);
    }

    /** Who comes while a file is still being written has what there is, and then the rest as it is written. */
    @Test
    void shouldFollowAFileThatGrows() throws Exception {
        final Path file = Files.createFile(directory.resolve("file"));
        final AtomicBoolean grows = new AtomicBoolean(true);
        serveFile("file", grows, (exchange, body) -> {});
        final byte[] content = content(300_000);
        final Random random = new Random(content.length);
        try (Socket socket = server.connect();
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            socket.getOutputStream().write(ascii(GET));
            socket.shutdownOutput();
            final FileBody body = pulled.get(20, TimeUnit.SECONDS);
            for (int i = 0; i < content.length; ) {
                final int lengthBytes = Math.min(content.length - i, 1 + random.nextInt(20_000));
                out.write(content, i, lengthBytes);
                i += lengthBytes;
                server.later(body::grown);
            }
            grows.set(false);
            server.later(body::grown);
            assertThat(dechunked(socket.getInputStream().readAllBytes())).isEqualTo(content);
        }
        assertThat(letGo).hasValue(1);
    }

    @Test
    void shouldLetGoOfWhatNobodyTakesAnyMore() throws Exception {
        Files.createFile(directory.resolve("file"));
        serveFile("file", new AtomicBoolean(true), (exchange, body) -> {});
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(ascii(GET));
            pulled.get(20, TimeUnit.SECONDS);
            socket.setSoLinger(true, 0);
        }
        await().until(() -> letGo.get() == 1);
    }

    private void serveWhatBreaksOff() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(ascii("some"));
            exchange.body(new Body() {
                @Override
                public long lengthBytes() {
                    return UNKNOWN_BYTES;
                }

                @Override
                public void pull(Taker taker) {
                    taker.failed("as it is meant to");
                }

                @Override
                public void abort() {}
            });
            exchange.body(ascii("more"));
            exchange.done();
        });
    }

    /** A body that breaks off must not look complete; what there was of it is sent. */
    @Test
    void shouldNotEndTheChunksOfABodyThatFails() throws Exception {
        serveWhatBreaksOff();
        assertThat(server.ask(GET + GET)).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n4\r\nsome");
    }

    /** To whom only the end of the connection would tell that a body is complete, it must not end as others do. */
    @Test
    void shouldResetTheConnectionWhoseEndWouldTellThatAllIsThere() throws Exception {
        serveWhatBreaksOff();
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(ascii("GET / HTTP/1.0\r\n\r\n"));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).hasMessageContaining("reset");
        }
    }

    @Test
    void shouldSendTrailersBehindChunks() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(new Body() {
                @Override
                public long lengthBytes() {
                    return UNKNOWN_BYTES;
                }

                @Override
                public void pull(Taker taker) {
                    taker.end(HttpFields.build().add("Sum", "1"));
                }

                @Override
                public void abort() {}
            });
            exchange.done();
        });
        assertThat(server.ask(GET)).endsWith("\r\n\r\n0\r\nSum: 1\r\n\r\n");
    }
}
