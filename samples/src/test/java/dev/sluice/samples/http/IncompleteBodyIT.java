// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.IoBuffer;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that were pulled and do not come, or not wholly: who answers then, and who is waited for. */
@Timeout(60)
class IncompleteBodyIT {
    private static final String HEAD = "PUT / HTTP/1.1\r\nHost: h\r\n";
    private static final String LENGTH_10 = HEAD + "Content-Length: 10\r\n\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

    /** Three times as long as a request may take. */
    private static final Duration TOO_LONG = Duration.ofMillis(1200);

    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private void serve(HttpTimeouts timeouts, Consumer<Exchange> handle) {
        server = new RunningLoop(timeouts, RunningLoop.wanting(handle));
    }

    /** A request must have come within 0.4 s. */
    private static HttpTimeouts hasty() {
        return new HttpTimeouts(60_000_000_000L, 400_000_000L, 30_000_000_000L, 2_000_000_000L, 512L);
    }

    /** Pulls the first piece and the next one, which does not come, and does something then. */
    private static Consumer<Exchange> whenAwaiting(Consumer<Exchange> action) {
        return exchange -> exchange.requestBody().pull(new Body.Taker() {
            @Override
            public void piece(IoBuffer piece) {
                piece.release();
                exchange.requestBody().pull(this);
                action.accept(exchange);
            }

            @Override
            public void end(HttpFields trailers) {
                throw new AssertionError("it does not come wholly");
            }

            @Override
            public void failed(String why) {
                assertThat(exchange.isOver()).isTrue();
            }
        });
    }

    private static Socket begin(RunningLoop server, String request) throws Exception {
        final Socket socket = server.connect();
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        return socket;
    }

    private static String readAll(Socket socket) throws Exception {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** It is the client's turn to take the answer, however long that takes, and not to send on. */
    @Test
    void shouldNotCutALongAnswerShortForTheRestOfABody() throws Exception {
        final byte[] content = new byte[30_000_000];
        serve(hasty(), whenAwaiting(exchange -> {
            exchange.head(200, ResponseFields.of(HttpFields.build().add("Content-Length", "30000000")));
            exchange.body(content);
            exchange.done();
        }));
        try (Socket socket = begin(server, LENGTH_10 + "ab")) {
            await().during(TOO_LONG).until(() -> server.on(server.server::connections) == 1);
            int headEnd = 0;
            while (headEnd < 4) {
                headEnd = socket.getInputStream().read() == "\r\n\r\n".charAt(headEnd) ? headEnd + 1 : 0;
            }
            assertThat(socket.getInputStream().readNBytes(content.length)).hasSize(content.length);
        }
    }

    /** Who has given it up waits for something else than its rest. */
    @Test
    void shouldNotAwaitABodyThatWasAborted() throws Exception {
        final CompletableFuture<Exchange> aborted = new CompletableFuture<>();
        serve(hasty(), whenAwaiting(exchange -> {
            exchange.requestBody().abort();
            aborted.complete(exchange);
        }));
        try (Socket socket = begin(server, LENGTH_10 + "ab")) {
            final Exchange exchange = aborted.get(20, TimeUnit.SECONDS);
            await().during(TOO_LONG).until(() -> !server.on(exchange::isOver));
            server.later(() -> PlainText.say(exchange, 200));
            assertThat(new String(socket.getInputStream().readNBytes(15), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /** What a handler says of a body that fails. */
    private enum Said {
        NOTHING,
        ANSWER,
        CHUNKS,
        TUNNEL,
        INTERIM,
        END
    }

    private static void say(Exchange exchange, Said said) {
        switch (said) {
            case NOTHING -> {}
            case ANSWER -> PlainText.say(exchange, 500);
            case CHUNKS -> {
                exchange.headWithoutLength(500, new NoFields());
                exchange.body("of the handler".getBytes(ISO_8859_1));
                exchange.done();
            }
            case TUNNEL -> exchange.handOver(101, new NoFields());
            case INTERIM -> exchange.interim(103, HttpFields.EMPTY);
            case END -> exchange.abort();
        }
    }

    private void serveSaying(HttpTimeouts timeouts, Said said) {
        serve(
                timeouts,
                exchange -> PulledText.pull(exchange.requestBody(), text -> {
                    say(exchange, said);
                    failed.complete(text);
                }));
    }

    private static void assertIsOneAnswer(String status, String answers) {
        assertThat(answers)
                .startsWith("HTTP/1.1 " + status)
                .contains("Connection: close\r\n")
                .doesNotContain("of the handler");
        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerATruncatedBodyWithBadRequestAndEnd(Said said) throws Exception {
        serveSaying(HttpTimeouts.USUAL, said);
        final long startNs = System.nanoTime();
        assertIsOneAnswer("400 ", server.ask(LENGTH_10 + "ab"));
        assertIsOneAnswer("400 ", server.ask(CHUNKED + "5\r\nab"));
        assertThat(System.nanoTime() - startNs).isLessThan(HttpTimeouts.USUAL.requestNs() / 2L);
        assertThat(failed.get(20, TimeUnit.SECONDS)).startsWith("failed: ");
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerAMalformedBodyWithBadRequestAndEnd(Said said) throws Exception {
        serveSaying(HttpTimeouts.USUAL, said);
        try (Socket socket = begin(server, CHUNKED + "5\r\nfive5broken\r\n")) {
            assertIsOneAnswer("400 ", readAll(socket));
        }
        assertThat(failed.get(20, TimeUnit.SECONDS)).startsWith("failed: ");
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerABodyThatStopsComingWithTimeoutAndEnd(Said said) throws Exception {
        serveSaying(hasty(), said);
        try (Socket socket = begin(server, LENGTH_10 + "ab")) {
            assertIsOneAnswer("408 ", readAll(socket));
        }
        assertThat(failed.get(20, TimeUnit.SECONDS)).startsWith("failed: ");
    }

    /** What has begun is not complete, and must not look so. */
    @Test
    void shouldBreakOffTheAnswerThatAMalformedBodyIsTheBodyOf() throws Exception {
        serve(HttpTimeouts.USUAL, exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(exchange.requestBody());
            exchange.done();
        });
        try (Socket socket = begin(server, CHUNKED + "5\r\nfive5broken\r\n")) {
            assertThat(readAll(socket))
                    .startsWith("HTTP/1.1 200 OK")
                    .doesNotContain("\r\n0\r\n")
                    .doesNotContain("400");
        }
    }

    /** That is complete, and nothing that comes behind it has a meaning, nor does it come. */
    @Test
    void shouldEndAtOnceBehindAnAnswerThatHadBegunWhenItsBodyWasFoundMalformed() throws Exception {
        serve(HttpTimeouts.USUAL, exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            PulledText.pull(exchange.requestBody(), text -> exchange.done());
        });
        final long startNs = System.nanoTime();
        try (Socket socket = begin(server, CHUNKED + "5\r\nfive5b")) {
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n0\r\n\r\n");
        }
        assertThat(System.nanoTime() - startNs).isLessThan(HttpTimeouts.USUAL.requestNs() / 2L);
    }
}
