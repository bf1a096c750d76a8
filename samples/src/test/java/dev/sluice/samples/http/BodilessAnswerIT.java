// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that have no content, whatever the handler gives: RFC 9110, 6.4.1. */
@Timeout(60)
class BodilessAnswerIT {
    private final AtomicInteger letGo = new AtomicInteger();
    private final CompletableFuture<TestBody> source = new CompletableFuture<>();
    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    /** What is given as the body. */
    private enum Given {
        NOTHING,
        BYTES,
        BUFFER,
        RANGE,
        SOURCE
    }

    private void give(Exchange exchange, Given given) {
        switch (given) {
            case NOTHING -> {}
            case BYTES -> exchange.body("content".getBytes(ISO_8859_1));
            case BUFFER -> {
                final IoBuffer buffer = exchange.io().arena().tryLease(100);
                buffer.bytes().put("content".getBytes(ISO_8859_1)).flip();
                exchange.body(buffer);
            }
            case RANGE -> exchange.body(exchange.io().newFile(), 0L, 7L, letGo::incrementAndGet, errno -> {});
            case SOURCE -> {
                final TestBody body = new TestBody(exchange.io().arena(), 7, 1, Body.UNKNOWN_BYTES);
                exchange.body(body);
                source.complete(body);
            }
        }
    }

    /** The last request, for another path, is answered with 200 and content. */
    private void serve(int status, boolean withLength, Given given) {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            if (exchange.request().target().equals("/next")) {
                PlainText.say(exchange, 200);
                return;
            }
            if (withLength) {
                exchange.head(status, ResponseFields.of(HttpFields.build().add("Tag", "1")));
            } else {
                exchange.headWithoutLength(status, new NoFields());
            }
            give(exchange, given);
            exchange.done();
        });
    }

    private void assertIsLetGo(Given given) throws Exception {
        assertThat(letGo).hasValue(given == Given.RANGE ? 1 : 0);
        if (given == Given.SOURCE) {
            final TestBody body = source.get(20, TimeUnit.SECONDS);
            assertThat(body.aborted).hasValue(1);
            assertThat(body.pulled).hasValue(0);
        }
    }

    /** Returns the first answer: what is behind the empty line after its head is the next one. */
    private String firstOf(String version, String method) throws Exception {
        final String keep = "HTTP/1.0".equals(version) ? "Connection: keep-alive\r\n" : "";
        final String answers = server.ask(method + " / " + version + "\r\nHost: h\r\n" + keep + "\r\n" + "GET /next "
                + version + "\r\nHost: h\r\n" + keep + "\r\n");
        final int end = answers.indexOf("\r\n\r\n") + 4;
        if (!answers.substring(0, end).contains("Connection: close")) {
            assertThat(answers.substring(end)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n200 OK\n");
        } else {
            assertThat(answers.substring(end)).isEmpty();
        }
        return answers.substring(0, end);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendNoContentWithAStatusThatHasNone(Given given) throws Exception {
        serve(given == Given.BYTES ? 304 : 204, true, given);
        assertThat(firstOf("HTTP/1.1", "GET"))
                .contains("Tag: 1\r\n")
                .doesNotContain("Transfer-Encoding")
                .doesNotContain("Connection");
        assertIsLetGo(given);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendNoChunksWithAStatusThatHasNone(Given given) throws Exception {
        serve(given == Given.BYTES ? 204 : 304, false, given);
        assertThat(firstOf("HTTP/1.1", "GET"))
                .doesNotContain("Transfer-Encoding")
                .doesNotContain("Connection");
        assertIsLetGo(given);
    }

    /** Nothing has to end with the connection, where there is nothing. */
    @ParameterizedTest
    @CsvSource({"204, true", "204, false", "304, true", "304, false"})
    void shouldKeepTheConnectionOfAClientOf10WithAStatusThatHasNoContent(int status, boolean withLength)
            throws Exception {
        serve(status, withLength, Given.BYTES);
        assertThat(firstOf("HTTP/1.0", "GET"))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("Connection: keep-alive\r\n")
                .doesNotContain("Transfer-Encoding");
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendNoChunksInAnswerToHead(Given given) throws Exception {
        serve(200, false, given);
        assertThat(firstOf("HTTP/1.1", "HEAD"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Transfer-Encoding: chunked\r\n")
                .doesNotContain("Connection");
        assertIsLetGo(given);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void shouldSayNoChunksInAnswerToHeadWithAStatusThatHasNoContent(int status) throws Exception {
        serve(status, false, Given.SOURCE);
        assertThat(firstOf("HTTP/1.1", "HEAD"))
                .startsWith("HTTP/1.1 " + status + " ")
                .doesNotContain("Transfer-Encoding")
                .doesNotContain("Connection");
        assertIsLetGo(Given.SOURCE);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendNothingInAnswerToHeadOf10(Given given) throws Exception {
        serve(200, false, given);
        assertThat(firstOf("HTTP/1.0", "HEAD"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .doesNotContain("Transfer-Encoding");
        assertIsLetGo(given);
    }
}
