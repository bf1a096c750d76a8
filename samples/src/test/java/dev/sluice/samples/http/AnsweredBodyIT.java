// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseReader;
import dev.sluice.uring.linux.OpenFlags;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who still has the body of a request that is answered has nothing of the next one on the same connection. */
@Timeout(60)
class AnsweredBodyIT {
    private static final String OF_SECOND = "of request 2";
    private static final String SECOND =
            "PUT /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 12\r\n\r\n" + OF_SECOND;
    private static final String OVER = "failed: the request is answered";

    @TempDir
    private Path directory;

    private final CompletableFuture<Exchange> first = new CompletableFuture<>();
    private final CompletableFuture<Exchange> second = new CompletableFuture<>();
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    /** Leaves the second request to the test. */
    private void serve(Consumer<Exchange> handleFirst) {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            if (exchange.request().target().equals("/2")) {
                second.complete(exchange);
            } else {
                handleFirst.accept(exchange);
                first.complete(exchange);
            }
        }));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private String bodyOfSecond() throws Exception {
        final Exchange exchange = second.get(20, TimeUnit.SECONDS);
        final CompletableFuture<String> body = new CompletableFuture<>();
        server.later(() -> PulledText.pull(exchange.requestBody(), text -> {
            PlainText.say(exchange, 201);
            body.complete(text);
        }));
        return body.get(20, TimeUnit.SECONDS);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Test
    void shouldTakeNothingOfTheNextBodyForOneThatIsAbortedLate() throws Exception {
        final CompletableFuture<Body> left = new CompletableFuture<>();
        serve(exchange -> {
            left.complete(exchange.requestBody());
            PlainText.say(exchange, 200);
        });
        try (Socket socket = server.connect()) {
            send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab" + SECOND);
            second.get(20, TimeUnit.SECONDS);
            server.later(left.join()::abort);
            assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 201 ");
        }
    }

    /** Aborts when the next body is being pulled: whose taker is waiting then must be told of that all the same. */
    @Test
    void shouldGoOnWithTheNextBodyWhenOneIsAbortedLate() throws Exception {
        final CompletableFuture<Body> left = new CompletableFuture<>();
        serve(exchange -> {
            left.complete(exchange.requestBody());
            PlainText.say(exchange, 200);
        });
        try (Socket socket = server.connect()) {
            final int half = SECOND.length() - OF_SECOND.length() / 2;
            send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab" + SECOND.substring(0, half));
            final Exchange exchange = second.get(20, TimeUnit.SECONDS);
            server.later(() -> {
                PulledText.pull(exchange.requestBody(), text -> {
                    PlainText.say(exchange, 201);
                    outcome.complete(text);
                });
                left.join().abort();
            });
            send(socket, SECOND.substring(half));
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(OF_SECOND);
        }
    }

    @Test
    void shouldTellWhoPullsLateThatTheRequestIsAnswered() throws Exception {
        final CompletableFuture<Body> left = new CompletableFuture<>();
        serve(exchange -> exchange.requestBody().pull(new Body.Taker() {
            @Override
            public void piece(IoBuffer piece) {
                piece.release();
                left.complete(exchange.requestBody());
                PlainText.say(exchange, 200);
            }

            @Override
            public void end(HttpFields trailers) {
                throw new AssertionError("there was a piece");
            }

            @Override
            public void failed(String why) {
                throw new AssertionError("nothing is pulled");
            }
        }));
        try (Socket socket = server.connect()) {
            send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
            final Body body = left.get(20, TimeUnit.SECONDS);
            send(socket, "b" + SECOND);
            second.get(20, TimeUnit.SECONDS);
            server.later(() -> PulledText.pull(body, outcome::complete));
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(OVER);
            assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
        }
    }

    /** Nobody has asked for it before: what is left of it is forgotten, and is nobody's. */
    @ParameterizedTest
    @ValueSource(strings = {"", "b"})
    void shouldTellWhoAsksLateThatTheRequestIsAnswered(String come) throws Exception {
        serve(exchange -> PlainText.say(exchange, 200));
        try (Socket socket = server.connect()) {
            send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
            final Exchange exchange = first.get(20, TimeUnit.SECONDS);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            send(socket, come);
            server.later(() -> PulledText.pull(exchange.requestBody(), outcome::complete));
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(OVER);
            send(socket, "b".substring(come.length()) + SECOND);
            assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
        }
    }

    @Test
    void shouldTellWhoIsPullingThatTheRequestIsAnswered() throws Exception {
        serve(exchange -> PulledText.pull(exchange.requestBody(), outcome::complete));
        try (Socket socket = server.connect()) {
            send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
            final Exchange exchange = first.get(20, TimeUnit.SECONDS);
            server.later(() -> PlainText.say(exchange, 200));
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(OVER);
            send(socket, "b" + SECOND);
            assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
        }
    }

    /** It waits for a pipe that is full, and so for nothing of the body. */
    @Test
    void shouldWriteNothingOfTheNextBodyIntoASinkOfThisOne() throws Exception {
        final Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (RootDirectory root = RootDirectory.open(directory);
                InputStream reader = new BufferedInputStream(FileSinkIT.reading(pipe))) { // which does not seek
            serve(exchange -> putIntoPipe(exchange, root));
            try (Socket socket = server.connect()) {
                send(socket, "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 120000\r\n\r\n");
                socket.getOutputStream().write(new byte[90_000]);
                await().until(() -> reader.available() > 60_000);
                server.later(() -> PlainText.say(first.join(), 507));
                socket.getOutputStream().write(new byte[30_000]);
                send(socket, SECOND);
                assertThat(outcome.get(20, TimeUnit.SECONDS))
                        .isEqualTo("the request is answered, or the client has gone");
                assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
                assertThat(readAll(socket)).startsWith("HTTP/1.1 507 ").contains("HTTP/1.1 201 ");
            }
            assertThat(new String(reader.readAllBytes(), ISO_8859_1)).doesNotContain(OF_SECOND);
        }
    }

    private void putIntoPipe(Exchange exchange, RootDirectory root) {
        final OpenOptions options = new OpenOptions(OpenFlags.O_WRONLY, 0, 0L);
        final AsyncFile file = exchange.io().newFile();
        exchange.operations()
                .start(
                        a -> file.open(root, "pipe", options, exchange.container(), a),
                        event -> new FileSink(exchange, file, 0L, why -> {
                                    file.discard();
                                    outcome.complete(why);
                                })
                                .take(exchange.requestBody()));
    }

    /** The other server takes nothing, and so nothing is pulled for it when the answer is given. */
    @Test
    void shouldSendNothingOfTheNextBodyToAnotherServer() throws Exception {
        final CompletableFuture<WatchedBody> relayed = new CompletableFuture<>();
        final CompletableFuture<String> sent = new CompletableFuture<>();
        final Semaphore mayRead = new Semaphore(0);
        try (ScriptedServer origin = new ScriptedServer((index, talk) -> {
            talk.readHead();
            mayRead.acquireUninterruptibly();
            sent.complete(readUntilReset(talk.socket));
        })) {
            server = new RunningLoop(ClientTimeouts.USUAL, ClientLimits.USUAL, (loop, own) -> new HttpHandler() {
                @Override
                public boolean wantsBody(RequestReader head) {
                    return true;
                }

                @Override
                public void handle(Exchange exchange) {
                    if (exchange.request().target().equals("/2")) {
                        second.complete(exchange);
                        return;
                    }
                    final WatchedBody body = new WatchedBody(exchange.requestBody());
                    loop.client.request(
                            origin.address(),
                            loop.asker,
                            new ClientRequest("POST", "/1", RunningLoop.HOST, body),
                            telling(outcome));
                    first.complete(exchange);
                    relayed.complete(body);
                }
            });
            try (Socket socket = server.connect()) {
                send(socket, "POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
                final WatchedBody body = relayed.get(20, TimeUnit.SECONDS);
                body.sendUntil(server, socket, () -> !body.isPulled());
                server.later(() -> PlainText.say(first.join(), 202));
                send(socket, "0\r\n\r\n" + SECOND);
                second.get(20, TimeUnit.SECONDS);
                mayRead.release();
                assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("NO_REQUEST_BODY the request is answered");
                assertThat(sent.get(20, TimeUnit.SECONDS)).doesNotContain(OF_SECOND);
                assertThat(bodyOfSecond()).isEqualTo(OF_SECOND);
            }
        }
    }

    private static String readUntilReset(Socket socket) {
        final StringBuilder text = new StringBuilder();
        final byte[] bytes = new byte[64 * 1024];
        try {
            int lengthBytes = 0;
            while (lengthBytes >= 0) {
                text.append(new String(bytes, 0, lengthBytes, ISO_8859_1));
                lengthBytes = socket.getInputStream().read(bytes);
            }
        } catch (IOException e) {
            text.append(e.getMessage());
        }
        return text.toString();
    }

    private static ResponseHandler telling(CompletableFuture<String> outcome) {
        return new ResponseHandler() {
            @Override
            public void response(ResponseReader head, Body body) {
                body.abort();
                outcome.complete("response " + head.status());
            }

            @Override
            public void failed(ClientFailure failure, String why) {
                outcome.complete(failure + " " + why);
            }
        };
    }
}
