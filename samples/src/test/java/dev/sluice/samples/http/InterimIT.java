// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before an answer. */
@Timeout(60)
class InterimIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final HttpFields LINKS = HttpFields.build()
            .add("Link", "</a>; rel=preload")
            .add("Link", "</b>")
            .asImmutable();
    private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nLink: </b>\r\n\r\n";

    private final CompletableFuture<Exchange> hinted = new CompletableFuture<>();
    private final CompletableFuture<String> refused = new CompletableFuture<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    @Test
    void shouldReachAClientBeforeTheAnswer() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.interim(103, LINKS);
            exchange.interim(102, HttpFields.EMPTY);
            hinted.complete(exchange);
        });
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(GET.getBytes(ISO_8859_1));
            final String interim = HINTS + "HTTP/1.1 102 Processing\r\n\r\n";
            assertThat(new String(socket.getInputStream().readNBytes(interim.length()), ISO_8859_1))
                    .isEqualTo(interim);
            final Exchange exchange = hinted.get(20, TimeUnit.SECONDS);
            server.later(() -> PlainText.say(exchange, 200));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 OK\r\n");
        }
        assertThat(server.on(() -> server.http.counters().responses(1))).isZero();
    }

    /** RFC 9110, 15.2: it would take that for the answer. */
    @Test
    void shouldNotReachAClientThatKnowsNone() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.interim(103, LINKS);
            PlainText.say(exchange, 200);
        });
        assertThat(server.ask("GET / HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .doesNotContain("103");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBeRefusedWhenTheAnswerHasBegun(boolean done) throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            if (done) {
                exchange.done();
            }
            try {
                exchange.interim(103, LINKS);
            } catch (IllegalStateException e) {
                refused.complete(e.getMessage());
            }
            if (!done) {
                exchange.done();
            }
        });
        assertThat(server.ask(GET)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("103");
        assertThat(refused.get(20, TimeUnit.SECONDS)).isEqualTo("the answer to this request has begun: status 200");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 101, 200, 1000})
    void shouldBeRefusedWithAnotherStatus(int status) throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            assertThatThrownBy(() -> exchange.interim(status, LINKS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Integer.toString(status));
            PlainText.say(exchange, 200);
        });
        assertThat(server.ask(GET)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: c", "a\nB: c", "a\r\n\r\nHTTP/1.1 200 OK", "\u0000", "\u20ac"})
    void shouldBeRefusedWithAValueThatIsNone(String value) throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            final HttpFields fields =
                    HttpFields.build().add("Link", "</a>").add("Link", value).asImmutable();
            assertThatThrownBy(() -> exchange.interim(103, fields)).isInstanceOf(IllegalArgumentException.class);
            PlainText.say(exchange, 200);
        });
        assertThat(server.ask(GET)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Link");
    }

    /** The head that was said is dropped, and with it that anything was. */
    @Test
    void shouldReachAClientBeforeAnAnswerInThePlaceOfAFileThatIsTooShort(@TempDir Path directory) throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        try (RootDirectory root = RootDirectory.open(directory)) {
            server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
                final AsyncFile file = exchange.io().newFile();
                exchange.operations()
                        .start(a -> file.open(root, "file", OpenOptions.READ, exchange.container(), a), event -> {
                            exchange.head(
                                    200, ResponseFields.of(HttpFields.build().add("Content-Length", "20")));
                            exchange.body(file, 0L, 20L, file::discard, errno -> {
                                exchange.interim(103, LINKS);
                                PlainText.say(exchange, 500);
                            });
                            exchange.done();
                        });
            });
            assertThat(server.ask(GET)).startsWith(HINTS + "HTTP/1.1 500 ");
        }
    }
}
