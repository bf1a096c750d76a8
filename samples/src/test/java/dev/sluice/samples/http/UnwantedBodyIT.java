// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.RequestLimits;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that the handler does not want, or answers without a look at. */
@Timeout(60)
class UnwantedBodyIT {
    private static final String HEAD = "PUT / HTTP/1.1\r\nHost: h\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    private static final int FORGOTTEN_BYTES = RequestLimits.USUAL.forgottenBodyBytes();

    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 4\r\n\r\nbody", "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"})
    void shouldBeEmptyForAHandlerThatDoesNotWantIt(String body) throws Exception {
        final CompletableFuture<String> told = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            if (exchange.request().isGet()) {
                PlainText.say(exchange, 200);
                return;
            }
            final long lengthBytes = exchange.requestBody().lengthBytes();
            PulledText.pull(exchange.requestBody(), text -> {
                told.complete(lengthBytes + " '" + text + "'");
                PlainText.say(exchange, 202);
            });
        });
        try (Socket socket = server.connect()) {
            send(socket, HEAD + body + NEXT);
            assertThat(readAll(socket)).startsWith("HTTP/1.1 202 ").contains("HTTP/1.1 200 ");
        }
        assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("0 ''");
    }

    /** Also if it says that it does: there is none. */
    @Test
    void shouldBeEmptyIfThereIsNone() throws Exception {
        server = new RunningLoop(
                HttpTimeouts.USUAL,
                RunningLoop.wanting(exchange -> PulledText.pull(
                        exchange.requestBody(),
                        text -> PlainText.say(
                                exchange,
                                text.isEmpty() && exchange.requestBody().lengthBytes() == 0L ? 200 : 500))));
        assertThat(server.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(server.ask(HEAD + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    private void serveRefusals() {
        server = new RunningLoop(
                HttpTimeouts.USUAL,
                RunningLoop.wanting(exchange ->
                        PlainText.say(exchange, exchange.request().target().equals("/next") ? 200 : 413)));
    }

    /** The client is told with the answer that the connection ends, and not only by its end. */
    @ParameterizedTest
    @ValueSource(longs = {64 * 1024 + 1, 10_000_000L, 1L << 40})
    void shouldEndTheConnectionIfMoreIsToComeThanIsForgotten(long lengthBytes) throws Exception {
        serveRefusals();
        try (Socket socket = server.connect()) {
            send(socket, HEAD + "Content-Length: " + lengthBytes + "\r\n\r\nsome");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 413 ").contains("Connection: close\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1024, 0", "1024, 1000", "65536, 0", "65536, 65536"})
    void shouldGoOnWithTheConnectionOtherwise(int lengthBytes, int sentAtOnce) throws Exception {
        serveRefusals();
        assertThat(lengthBytes).isLessThanOrEqualTo(FORGOTTEN_BYTES);
        try (Socket socket = server.connect()) {
            send(socket, HEAD + "Content-Length: " + lengthBytes + "\r\n\r\n" + "x".repeat(sentAtOnce));
            final StringBuilder answer = new StringBuilder();
            while (answer.indexOf("413 Payload Too Large\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertThat(answer.toString()).startsWith("HTTP/1.1 413 ").doesNotContain("Connection");
            send(socket, "x".repeat(lengthBytes - sentAtOnce) + NEXT);
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** It may still be pulled while the answer is sent. */
    @Test
    void shouldGoOnWithTheConnectionOfALongBodyThatIsBeingPulled() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            if (exchange.request().isGet()) {
                PlainText.say(exchange, 200);
                return;
            }
            exchange.headWithoutLength(202, new NoFields());
            PulledText.pull(exchange.requestBody(), text -> {
                exchange.body(Integer.toString(text.length()).getBytes(ISO_8859_1));
                exchange.done();
            });
        }));
        try (Socket socket = server.connect()) {
            send(socket, HEAD + "Content-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000) + NEXT);
            assertThat(readAll(socket))
                    .startsWith("HTTP/1.1 202 ")
                    .contains("\r\n7\r\n1000000\r\n0\r\n\r\nHTTP/1.1 200 ");
        }
    }
}
