// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of all forms, as they come from a socket of the test. */
@Timeout(120)
class ClientResponsesIT {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final long MANY_BYTES = 64L << 20;

    private static String askOnce(String response, String... story) throws Exception {
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(response);
                });
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = loop.get(server.address(), "/").await();
            assertThat(answer.story).containsExactly(story);
            assertThat(answer.contentBytes).isEqualTo(answer.text().length());
            return answer.text();
        }
    }

    @Test
    void shouldTakeBodiesOfAllFramings() throws Exception {
        assertThat(askOnce(OK + "Content-Length: 5\r\n\r\nhello", "response 200", "end"))
                .isEqualTo("hello");
        assertThat(askOnce(
                        OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
                        "response 200",
                        "end"))
                .isEqualTo("hello");
        assertThat(askOnce(OK + "\r\nhello", "response 200", "end")).isEqualTo("hello");
        assertThat(askOnce("HTTP/1.0 200\r\n\r\n", "response 200", "end")).isEmpty();
        assertThat(askOnce(OK + "Content-Length: 0\r\n\r\n", "response 200", "end"))
                .isEmpty();
    }

    @Test
    void shouldTellWhatComesBeforeTheResponse() throws Exception {
        final String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        assertThat(askOnce(
                        "HTTP/1.1 100 Continue\r\n\r\n" + hints + OK + "Content-Length: 1\r\n\r\nx",
                        "interim 100",
                        "interim 103",
                        "response 200",
                        "end"))
                .isEqualTo("x");
    }

    @Test
    void shouldGiveTrailersWithTheEnd() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(
                        OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 7\r\nHost: no\r\n\r\n");
                RunningLoop loop = new RunningLoop()) {
            for (int i = 0; i < 2; i++) {
                final Answer answer = loop.get(server.address(), "/").await();
                assertThat(answer.trailers.getFieldNamesCollection()).containsExactly("X-Sum");
                assertThat(answer.trailers.get("X-Sum")).isEqualTo("7");
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    /** The connection is free as soon as the head has come, though nobody asks for the end. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD 200", "GET 204", "GET 304"})
    void shouldKeepTheConnectionOfAResponseWithoutContent(String form) throws Exception {
        final String method = form.substring(0, form.indexOf(' '));
        final String response = "HTTP/1.1" + form.substring(form.indexOf(' ')) + " x\r\nContent-Length: 9\r\n\r\n";
        try (ScriptedServer server = ScriptedServer.always(response);
                RunningLoop loop = new RunningLoop()) {
            for (int i = 0; i < 3; i++) {
                final Answer answer = loop.send(
                        server.address(), Answer.unpulled(), () -> new ClientRequest(method, "/", RunningLoop.HOST));
                assertThat(answer.awaitHead().fields.get(HttpHeader.CONTENT_LENGTH))
                        .isEqualTo("9");
                assertThat(answer.body.lengthBytes()).isZero();
                loop.awaitIdle(1);
                loop.on(() -> {
                    answer.begun();
                    return null;
                });
                assertThat(answer.await().story).containsExactly("response " + answer.status, "end");
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nxx",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 101 x\r\nUpgrade: y\r\nConnection: upgrade\r\n\r\n"
            })
    void shouldRefuseWhatIsNoResponse(String response) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(response);
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = loop.get(server.address(), "/").await();
            assertThat(answer.story).containsExactly("failed BAD_RESPONSE");
            assertThat(answer.why).isNotBlank();
        }
    }

    @Test
    void shouldFailTheBodyOfABadChunk() throws Exception {
        assertThat(askOnce(OK + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\nZ\r\n", "response 200", "body failed"))
                .isEqualTo("x");
    }

    /** What is read of a server is what was asked for: the rest stays with the kernels, and then with the server. */
    @Test
    void shouldReadNoMoreThanIsPulled() throws Exception {
        final AtomicLong writtenBytes = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(OK + "Content-Length: " + MANY_BYTES + "\r\n\r\n");
                    final byte[] block = new byte[64 * 1024];
                    while (writtenBytes.get() < MANY_BYTES) {
                        talk.socket.getOutputStream().write(block);
                        writtenBytes.addAndGet(block.length);
                    }
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = loop.send(
                    server.address(), Answer.unpulled(), () -> new ClientRequest("GET", "/", RunningLoop.HOST));
            answer.awaitHead();
            final long[] seen = {-1L};
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        final long before = seen[0];
                        seen[0] = writtenBytes.get();
                        return seen[0] > 0L && seen[0] == before;
                    });
            assertThat(writtenBytes.get()).isLessThan(MANY_BYTES / 2);
            final int leased = loop.on(() -> loop.server.io().arena().leasedCount());
            assertThat(leased).isLessThanOrEqualTo(2);
            loop.on(() -> {
                answer.begun();
                return null;
            });
            assertThat(answer.await().contentBytes).isEqualTo(MANY_BYTES);
            assertThat(answer.story).containsExactly("response 200", "end");
        }
    }

    /** Who takes his time is not the server. */
    @Test
    void shouldNotBlameTheServerForWhoDoesNotPull() throws Exception {
        final long shortNs = 200_000_000L;
        try (ScriptedServer server =
                        ScriptedServer.always(OK + "Content-Length: 200000\r\n\r\n" + "x".repeat(200_000));
                RunningLoop loop = new RunningLoop(
                        new ClientTimeouts(shortNs, shortNs, shortNs, shortNs, shortNs), ClientLimits.USUAL)) {
            final Answer answer = new Answer() {
                private int taken;

                @Override
                void taken() {
                    if (++taken == 2) { // for which the server was waited for
                        somePiece.complete(this);
                    } else {
                        super.taken();
                    }
                }
            };
            loop.send(server.address(), answer, () -> new ClientRequest("GET", "/", RunningLoop.HOST));
            answer.somePiece.get(20, TimeUnit.SECONDS);
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(() -> answer.story.size() == 1);
            loop.on(() -> {
                answer.taken();
                return null;
            });
            assertThat(answer.await().contentBytes).isEqualTo(200_000L);
            assertThat(answer.story).containsExactly("response 200", "end");
        }
    }

    /** Who knows the length may not ask for the end. */
    @Test
    void shouldKeepTheConnectionWhenTheLastPieceIsTaken() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK + "Content-Length: 5\r\n\r\nhello");
                RunningLoop loop = new RunningLoop()) {
            for (int i = 0; i < 2; i++) {
                final Answer answer = new Answer() {
                    @Override
                    void taken() {
                        somePiece.complete(this);
                    }
                };
                loop.send(server.address(), answer, () -> new ClientRequest("GET", "/", RunningLoop.HOST));
                answer.somePiece.get(20, TimeUnit.SECONDS);
                loop.awaitIdle(1);
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    /** Little is read and forgotten, and the connection kept; of much the connection is closed. */
    @Test
    void shouldSkipWhatIsLeftOfABodyUnlessItIsMuch() throws Exception {
        for (final int lengthBytes : List.of(10_000, 1_000_000)) {
            final String response = OK + "Content-Length: " + lengthBytes + "\r\n\r\n" + "x".repeat(lengthBytes);
            try (ScriptedServer server = ScriptedServer.always(response);
                    RunningLoop loop = new RunningLoop()) {
                for (int i = 0; i < 3; i++) {
                    final Answer answer = new Answer() {
                        @Override
                        void taken() {
                            body.abort();
                            body.abort();
                            over.complete(this);
                        }
                    };
                    loop.send(server.address(), answer, () -> new ClientRequest("GET", "/", RunningLoop.HOST));
                    assertThat(answer.await().story).containsExactly("response 200");
                    loop.awaitIdle(lengthBytes == 10_000 ? 1 : 0);
                }
                assertThat(server.connections).hasValue(lengthBytes == 10_000 ? 1 : 3);
            }
        }
    }

    /** Whatever is missing, exactly one thing is told of it, and nothing is left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: t\r\n\r\n",
                "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
                "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"
            })
    void shouldTellOnceOfAServerThatDiesAfterAnyByte(String response) throws Exception {
        final int headBytes = response.lastIndexOf("\r\n\r\nhello") + 4;
        final boolean toEnd = response.endsWith("\r\n\r\nhello") && response.contains("103");
        for (final boolean resets : new boolean[] {false, true}) {
            final AtomicLong keptBytes = new AtomicLong();
            try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                        talk.readHead();
                        talk.say(response.substring(0, (int) keptBytes.get()));
                        if (resets) {
                            talk.reset();
                        }
                    });
                    RunningLoop loop = new RunningLoop()) {
                for (int bytes = 0; bytes <= response.length(); bytes++) {
                    keptBytes.set(bytes);
                    final Answer answer = loop.get(server.address(), "/").await();
                    final String last = answer.story.get(answer.story.size() - 1);
                    final boolean complete = bytes == response.length() || (toEnd && bytes >= headBytes);
                    assertThat(answer.story).as("after %d bytes", bytes).doesNotHaveDuplicates();
                    if (!resets) {
                        assertThat(last.equals("end"))
                                .as("after %d bytes: %s", bytes, last)
                                .isEqualTo(complete);
                    } else if (!complete || toEnd) {
                        assertThat(last).as("after %d bytes", bytes).isIn("failed CONNECTION_LOST", "body failed");
                    }
                }
                assertThat(server.connections).hasValue(response.length() + 1);
                loop.awaitIdle(0);
                assertThat(loop.failures).isEmpty();
            }
        }
    }

    @Test
    void shouldGoThroughATunnelEachSideEndingAlone() throws Exception {
        for (final String method : List.of("CONNECT", "GET")) {
            final String first = method.equals("GET") ? "HTTP/1.1 101 x\r\nUpgrade: echo\r\n" : "HTTP/1.1 200 OK\r\n";
            try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                        talk.readHead();
                        talk.say(first + "\r\nearly ");
                        talk.say(talk.readAll());
                        talk.say(" late");
                    });
                    RunningLoop loop = new RunningLoop()) {
                final TestBody[] sent = new TestBody[1];
                final Answer answer = new Answer() {
                    @Override
                    void begun() {
                        sent[0] = new TestBody(loop.server.io().arena(), 5, 3, Body.UNKNOWN_BYTES);
                        call.tunnel(sent[0]);
                        super.begun();
                    }
                };
                tunnel(loop, server.address(), method, answer);
                assertThat(answer.await().text()).isEqualTo("early abcdebcdefcdefg late");
                assertThat(answer.story).endsWith("end").hasSize(2);
                assertThat(sent[0].aborted).hasValue(0);
            }
        }
    }

    private static void tunnel(RunningLoop loop, InetSocketAddress to, String method, Answer answer) {
        loop.send(
                to,
                answer,
                () -> new ClientRequest(
                        method,
                        method.equals("GET") ? "/" : "h:1",
                        method.equals("GET")
                                ? org.eclipse.jetty.http.HttpFields.build(RunningLoop.HOST)
                                        .add(HttpHeader.UPGRADE, "echo")
                                        .add(HttpHeader.CONNECTION, "upgrade")
                                : RunningLoop.HOST));
    }
}
