// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers of one's own: what they say, when they say it, and what becomes of the others when one throws. */
@Timeout(60)
class HandlerIT {
    private final AtomicInteger ended = new AtomicInteger();
    private RunningLoop server;

    private void serve(HttpTimeouts timeouts, Function<Exchange, HttpHandler> handlers) throws Exception {
        server = new RunningLoop(timeouts, handlers);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static void ask(Socket socket, String... paths) throws IOException {
        final StringBuilder requests = new StringBuilder();
        for (final String path : paths) {
            requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        socket.getOutputStream().write(requests.toString().getBytes(US_ASCII));
    }

    private String askOnce(String path) throws IOException {
        try (Socket socket = server.connect()) {
            ask(socket, path);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private HttpHandler counting(HttpHandler handler) {
        return new HttpHandler() {
            @Override
            public void handle(Exchange exchange) {
                handler.handle(exchange);
            }

            @Override
            public void ended() {
                ended.incrementAndGet();
            }
        };
    }

    @Test
    void shouldAnswerRequestsThatItHasForgotten() throws Exception {
        serve(
                HttpTimeouts.USUAL,
                own -> counting(exchange -> {
                    final String path = exchange.request().target();
                    exchange.forgetRequest();
                    assertThat(exchange.request()).isNull();
                    exchange.forgetRequest();
                    exchange.headWithoutLength(200, ResponseFields.of(HttpFields.EMPTY));
                    exchange.body(path.getBytes(US_ASCII));
                    exchange.done();
                }));
        try (Socket socket = server.connect()) {
            ask(socket, "/first", "/second", "/third");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .containsSubsequence("200 OK", "/first", "200 OK", "/second", "200 OK", "/third");
        }
    }

    /** All of the body has come, and its end is not pulled yet. */
    @Test
    void shouldGiveTheEndOfABodyAlsoAfterTheRequestWasToBeForgotten() throws Exception {
        final CompletableFuture<String> pulled = new CompletableFuture<>();
        serve(
                HttpTimeouts.USUAL,
                own -> HttpHandler.ofBodies(exchange -> exchange.requestBody().pull(new Body.Taker() {
                    @Override
                    public void piece(IoBuffer piece) {
                        piece.release();
                        exchange.forgetRequest();
                        exchange.requestBody().pull(this);
                    }

                    @Override
                    public void end(HttpFields trailers) {
                        pulled.complete("the end");
                        PlainText.say(exchange, 200);
                    }

                    @Override
                    public void failed(String why) {
                        pulled.complete(why);
                    }
                })));
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nwhole".getBytes(US_ASCII));
            assertThat(pulled.get(20, TimeUnit.SECONDS)).isEqualTo("the end");
        }
    }

    /** It is read on by what has read its head. */
    @Test
    void shouldNotForgetARequestOfWhichSomethingIsToCome() throws Exception {
        serve(
                HttpTimeouts.USUAL,
                own -> HttpHandler.ofBodies(exchange -> {
                    exchange.forgetRequest();
                    assertThat(exchange.request()).isNotNull();
                    exchange.headWithoutLength(200, ResponseFields.of(HttpFields.EMPTY));
                    exchange.body(exchange.requestBody());
                    exchange.done();
                }));
        try (Socket socket = server.connect()) {
            final String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write((head + "5\r\nwhole\r\n0\r\n\r\n").getBytes(US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .contains("200 OK", "5\r\nwhole\r\n0\r\n");
        }
    }

    /** The block that has all three is given back once: whoever has it next is another client. */
    @Test
    void shouldEndTheConnectionOfAHandlerThatThrowsAndNoOther() throws Exception {
        serve(
                HttpTimeouts.USUAL,
                own -> counting(exchange -> {
                    if (exchange.request().target().equals("/throws")) {
                        throw new IllegalStateException("as it is meant to");
                    }
                    PlainText.say(exchange, 200);
                }));
        for (int i = 0; i < 20; i++) {
            try (Socket other = server.connect();
                    Socket socket = server.connect()) {
                if (i % 2 == 0) {
                    ask(socket, "/throws", "/behind");
                } else {
                    ask(socket, "/", "/throws", "/behind");
                }
                ask(other, "/");
                assertThat(new String(other.getInputStream().readNBytes(15), US_ASCII))
                        .isEqualTo("HTTP/1.1 200 OK");
                final String answer = new String(readUntilReset(socket), US_ASCII);
                assertThat(answer.split("HTTP/1.1 200 OK", -1).length - 1).isLessThanOrEqualTo(1);
            }
            assertThat(askOnce("/")).startsWith("HTTP/1.1 200 OK");
        }
        assertThat(server.failures)
                .hasSize(20)
                .allSatisfy(failure ->
                        assertThat(failure).hasMessage("as it is meant to").hasNoSuppressedExceptions());
    }

    static byte[] readUntilReset(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    @Test
    void shouldSayOfEachRequestOnceThatItHasEnded() throws Exception {
        serve(HttpTimeouts.USUAL, own -> counting(exchange -> PlainText.say(exchange, 200)));
        try (Socket socket = server.connect()) {
            ask(socket, "/1", "/2", "/3");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII).split("200 OK\n", -1))
                    .hasSize(4);
        }
        assertThat(askOnce("/4")).endsWith("200 OK\n");
        assertThat(ended).hasValue(4);
    }

    @Test
    void shouldSayThatItHasEndedAlsoToWhoWantsBodies() throws Exception {
        serve(HttpTimeouts.USUAL, own -> HttpHandler.ofBodies(counting(exchange -> PlainText.say(exchange, 200))));
        assertThat(askOnce("/")).endsWith("200 OK\n");
        assertThat(ended).hasValue(1);
    }

    /** Nobody answers: the client is told, and what the handler says after that reaches nobody. */
    @Test
    void shouldAnswerForAHandlerThatDoesNot() throws Exception {
        final CompletableFuture<Exchange> unanswered = new CompletableFuture<>();
        final HttpTimeouts hasty =
                new HttpTimeouts(60_000_000_000L, 10_000_000_000L, 200_000_000L, 2_000_000_000L, 512L);
        serve(hasty, own -> counting(unanswered::complete));
        assertThat(askOnce("/")).startsWith("HTTP/1.1 503 ").contains("Connection: close");
        assertThat(unanswered.get().isOver()).isTrue();
        assertThat(ended).hasValue(1);
        server.on(() -> {
            PlainText.say(unanswered.join(), 200);
            unanswered.join().interim(103, HttpFields.EMPTY);
            return "said";
        });
        assertThat(ended).hasValue(1);
    }

    @Test
    void shouldRefuseASecondAnswer() throws Exception {
        final CompletableFuture<String> refusal = new CompletableFuture<>();
        serve(HttpTimeouts.USUAL, own -> exchange -> {
            PlainText.say(exchange, 200);
            try {
                PlainText.say(exchange, 404);
            } catch (IllegalStateException e) {
                refusal.complete(e.getMessage());
            }
        });
        assertThat(askOnce("/")).startsWith("HTTP/1.1 200 OK");
        assertThat(refusal.get(20, TimeUnit.SECONDS)).isEqualTo("the answer to this request has begun: status 200");
    }
}
