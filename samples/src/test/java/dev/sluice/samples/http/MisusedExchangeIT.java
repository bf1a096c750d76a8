// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said too early, too late, or wrongly: refused before it has changed anything, and what was given for it is let go of. */
@Timeout(60)
class MisusedExchangeIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private final CompletableFuture<String> checked = new CompletableFuture<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
    }

    /** Checks, and then answers with 200 unless it is answered. */
    private void serveChecked(Consumer<Exchange> check) {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            try {
                check.accept(exchange);
                checked.complete("checked");
            } catch (AssertionError e) {
                checked.completeExceptionally(e);
            }
            if (!exchange.isOver()) {
                PlainText.say(exchange, 200);
            }
        }));
    }

    /** There is one answer to each of two requests, and that is the one that was given when nothing was wrong. */
    private void assertIsAnsweredWith200(String request) throws Exception {
        final String answers = server.ask(request + request);
        assertThat(checked.get(20, TimeUnit.SECONDS)).isEqualTo("checked");
        assertThat(answers).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Transfer-Encoding");
        assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(3);
        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(3);
        assertThat(answers.split("200 OK\n", -1)).hasSize(3);
        assertThat(server.failures).isEmpty();
    }

    private static void assertIsMisuse(Class<? extends RuntimeException> kind, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(kind).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 100, 101, 103, 199, 1000})
    void shouldRefuseAStatusThatIsNone(int status) throws Exception {
        serveChecked(exchange -> {
            final String value = Integer.toString(status);
            assertIsMisuse(IllegalArgumentException.class, value, () -> exchange.head(status, new NoFields()));
            assertIsMisuse(
                    IllegalArgumentException.class, value, () -> exchange.headWithoutLength(status, new NoFields()));
            assertIsMisuse(IllegalArgumentException.class, value, () -> PlainText.say(exchange, status));
        });
        assertIsAnsweredWith200(GET);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 299, 600, 799, 999})
    void shouldPassOnAStatusThatHasNoMeaningHere(int status) throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            exchange.headWithoutLength(status, new NoFields());
            exchange.done();
        });
        assertThat(server.ask(GET)).startsWith("HTTP/1.1 " + status + " ").endsWith("\r\n\r\n0\r\n\r\n");
        assertThat(server.on(() -> server.http.counters().responses(status / 100)))
                .isEqualTo(1L);
    }

    @Test
    void shouldRefuseABodyAndAnEndBeforeAHead() throws Exception {
        serveChecked(exchange -> {
            final IoBuffer buffer = exchange.io().arena().tryLease(100);
            buffer.bytes().putInt(1).flip();
            final AtomicInteger letGo = new AtomicInteger();
            final TestBody source = new TestBody(exchange.io().arena(), 1, 1, Body.UNKNOWN_BYTES);
            final String message = "no head yet";
            final Class<IllegalStateException> kind = IllegalStateException.class;
            assertIsMisuse(kind, message, () -> exchange.body("early".getBytes(ISO_8859_1)));
            assertIsMisuse(kind, message, () -> exchange.body(buffer));
            assertIsMisuse(
                    kind, message, () -> exchange.body(exchange.io().newFile(), 0L, 1L, letGo::incrementAndGet, null));
            assertIsMisuse(kind, message, () -> exchange.body(source));
            assertIsMisuse(kind, message, exchange::done);
            assertThat(letGo).hasValue(1);
            assertThat(source.aborted).hasValue(1);
            assertThat(source.pulled).hasValue(0);
        });
        assertIsAnsweredWith200(GET);
    }

    /** As if the head were missing, also where there would be no body. */
    @Test
    void shouldRefuseABodyBeforeAHeadAlsoInAnswerToHead() throws Exception {
        serveChecked(exchange -> assertIsMisuse(
                IllegalStateException.class, "no head yet", () -> exchange.body("early".getBytes(ISO_8859_1))));
        final String answer = server.ask(GET.replace("GET", "HEAD"));
        assertThat(checked.get(20, TimeUnit.SECONDS)).isEqualTo("checked");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 204, 404})
    void shouldHandOverToNobodyWhoHasNotAskedForThat(int status) throws Exception {
        serveChecked(exchange -> assertIsMisuse(
                IllegalArgumentException.class,
                Integer.toString(status),
                () -> exchange.handOver(status, new NoFields())));
        assertIsAnsweredWith200(GET);
    }

    @Test
    void shouldRefuseWhatComesBehindTheEnd() throws Exception {
        serveChecked(exchange -> {
            PlainText.say(exchange, 200);
            final Class<IllegalStateException> kind = IllegalStateException.class;
            final String begun = "has begun: status 200";
            assertIsMisuse(kind, begun, () -> exchange.head(200, new NoFields()));
            assertIsMisuse(kind, begun, () -> exchange.headWithoutLength(200, new NoFields()));
            assertIsMisuse(kind, begun, () -> exchange.handOver(101, new NoFields()));
            assertIsMisuse(kind, "complete", () -> exchange.body("late".getBytes(ISO_8859_1)));
            final IoBuffer buffer = exchange.io().arena().tryLease(100);
            buffer.bytes().putInt(1).flip();
            assertIsMisuse(kind, "complete", () -> exchange.body(buffer));
            final TestBody source = new TestBody(exchange.io().arena(), 1, 1, Body.UNKNOWN_BYTES);
            assertIsMisuse(kind, "complete", () -> exchange.body(source));
            assertThat(source.aborted).hasValue(1);
            assertIsMisuse(kind, "complete", exchange::done);
        });
        assertIsAnsweredWith200(GET);
    }

    /** Its answer is taken back, but not that it was done. */
    @Test
    void shouldHandOverNoConnectionInThePlaceOfAFileThatIsTooShort() throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        try (RootDirectory root = RootDirectory.open(directory)) {
            serveFile(root, (exchange, file) -> {
                exchange.head(200, ResponseFields.of(HttpFields.build().add("Content-Length", "20")));
                exchange.body(file, 0L, 20L, file::discard, errno -> {
                    try {
                        exchange.handOver(101, new NoFields());
                    } catch (IllegalStateException e) {
                        checked.complete(e.getMessage());
                    }
                    PlainText.say(exchange, 500);
                });
                exchange.done();
            });
            assertThat(server.ask(GET)).startsWith("HTTP/1.1 500 ");
            assertThat(checked.get(20, TimeUnit.SECONDS)).contains("done with");
        }
    }

    /** It ends once: what is pulled may end long after it was said. */
    @Test
    void shouldRefuseASecondEndWhileABodyIsPulled() throws Exception {
        final CompletableFuture<String> refused = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(exchange.requestBody());
            exchange.done();
            try {
                exchange.done();
            } catch (IllegalStateException e) {
                refused.complete(e.getMessage());
            }
        }));
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(refused.get(20, TimeUnit.SECONDS)).contains("complete");
            socket.getOutputStream().write("body".getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .endsWith("\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
        }
    }

    /** What is done with a file for which it is too late. */
    private enum Late {
        PULLED,
        PULLED_BEHIND_ANOTHER,
        PULLED_TOO_EARLY,
        PULLED_FOR_NOBODY,
        NOT_GIVEN,
        NOT_GIVEN_IN_TIME
    }

    private static void use(Exchange exchange, FileBody body, Late late) {
        switch (late) {
            case PULLED -> {
                exchange.headWithoutLength(200, new NoFields());
                exchange.done();
                exchange.body(body);
            }
            case PULLED_BEHIND_ANOTHER -> {
                exchange.headWithoutLength(200, new NoFields());
                exchange.body(exchange.requestBody());
                exchange.body(body);
            }
            case PULLED_TOO_EARLY -> exchange.body(body);
            case PULLED_FOR_NOBODY -> {
                exchange.abort();
                exchange.body(body);
            }
            case NOT_GIVEN -> throw new IllegalStateException("as it is meant to");
            case NOT_GIVEN_IN_TIME -> PlainText.say(exchange, 200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLetGoOfAFileThatItIsTooLateFor(Late late) throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        final AtomicInteger letGo = new AtomicInteger();
        try (RootDirectory root = RootDirectory.open(directory)) {
            serveFile(root, (exchange, file) -> {
                final FileBody body = new FileBody(exchange, file, () -> {
                    letGo.incrementAndGet();
                    file.discard();
                });
                use(exchange, body, late);
            });
            assertEndsWithNothingLeft(letGo);
        }
    }

    /** The client goes while its body is awaited, and who is told of that first throws. */
    @Test
    void shouldLetGoOfAFileAlsoWhenSomebodyElseThrows() throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        final AtomicInteger letGo = new AtomicInteger();
        final CompletableFuture<Void> waits = new CompletableFuture<>();
        try (RootDirectory root = RootDirectory.open(directory)) {
            serveFile(root, (exchange, file) -> {
                new FileSink(exchange, file, 0L, why -> {
                            throw new IllegalStateException("as it is meant to");
                        })
                        .take(exchange.requestBody());
                new FileBody(exchange, file, () -> {
                    letGo.incrementAndGet();
                    file.discard();
                });
                waits.complete(null);
            });
            try (Socket socket = server.connect()) {
                socket.getOutputStream()
                        .write("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n".getBytes(ISO_8859_1));
                waits.get(20, TimeUnit.SECONDS);
                socket.setSoLinger(true, 0);
            }
            await().until(() -> server.on(server.server::connections) == 0);
            assertThat(letGo).hasValue(1);
            assertThat(server.failures).isNotEmpty();
        }
    }

    @Test
    void shouldLetGoOfARangeOfAFileThatItIsTooLateFor() throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        final AtomicInteger letGo = new AtomicInteger();
        try (RootDirectory root = RootDirectory.open(directory)) {
            serveFile(root, (exchange, file) -> {
                exchange.headWithoutLength(200, new NoFields());
                exchange.done();
                exchange.body(
                        file,
                        0L,
                        10L,
                        () -> {
                            letGo.incrementAndGet();
                            file.discard();
                        },
                        null);
            });
            assertEndsWithNothingLeft(letGo);
        }
    }

    /** Its end is not awaited: that may be a minute away, or behind. */
    @Test
    void shouldLetGoAtOnceOfAFileOpenedForARequestThatIsAnswered() throws Exception {
        Files.write(directory.resolve("file"), new byte[10]);
        final AtomicInteger letGo = new AtomicInteger();
        final CompletableFuture<Exchange> answered = new CompletableFuture<>();
        try (RootDirectory root = RootDirectory.open(directory)) {
            serveFile(root, (exchange, file) -> {
                PlainText.say(exchange, 200);
                assertThat(exchange.isOver()).isTrue();
                new FileBody(exchange, file, () -> {
                    letGo.incrementAndGet();
                    file.discard();
                });
                answered.complete(exchange);
            });
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write(GET.getBytes(ISO_8859_1));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
                assertThat(server.on(letGo::get)).isEqualTo(1);
            }
            await().until(() -> server.on(server.server::connections) == 0);
            final Exchange gone = answered.join();
            server.on(() -> new FileBody(gone, gone.io().newFile(), letGo::incrementAndGet));
            assertThat(letGo).hasValue(2);
            assertThat(server.failures).isEmpty();
        }
    }

    private void serveFile(RootDirectory root, BiConsumer<Exchange, AsyncFile> use) {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            final AsyncFile file = exchange.io().newFile();
            exchange.operations()
                    .start(a -> file.open(root, "file", OpenOptions.READ, exchange.container(), a), event -> {
                        assertThat(event.failed()).isFalse();
                        use.accept(exchange, file);
                    });
        }));
    }

    private void assertEndsWithNothingLeft(AtomicInteger letGo) throws Exception {
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write("PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\n"
                            .getBytes(ISO_8859_1));
            HandlerIT.readUntilReset(socket);
            await().until(() -> letGo.get() == 1);
        }
        await().until(() -> server.on(server.server::connections) == 0);
        assertThat(letGo).hasValue(1);
    }
}
