// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with content, as a socket of the test receives them. */
@Timeout(120)
class ClientRequestsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final ClientTimeouts HASTY =
            new ClientTimeouts(5_000_000_000L, 5_000_000_000L, 300_000_000L, 300_000_000L, 15_000_000_000L);

    private static Answer post(RunningLoop loop, InetSocketAddress to, Answer answer, Supplier<Body> body) {
        return loop.send(to, answer, () -> new ClientRequest("POST", "/", RunningLoop.HOST, body.get()));
    }

    @Test
    void shouldSendContentOfKnownLengthAsItIs() throws Exception {
        final CompletableFuture<String> received = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    received.complete(talk.read(12));
                    talk.say(OK);
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = post(
                    loop,
                    server.address(),
                    new Answer(),
                    () -> new TestBody(loop.server.io().arena(), 4, 3, 12L));
            assertThat(answer.await().text()).isEqualTo("ok");
            assertThat(received.get()).isEqualTo("abcdbcdecdef");
            assertThat(server.heads.peek()).contains("Content-Length: 12\r\n");
            loop.awaitIdle(1);
        }
    }

    @Test
    void shouldSendContentOfUnknownLengthInChunksWithTrailers() throws Exception {
        final String chunks = "4\r\nabcd\r\n4\r\nbcde\r\n0\r\nX-Sum: 7\r\n\r\n";
        final CompletableFuture<String> received = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    received.complete(talk.read(chunks.length()));
                    talk.say(OK);
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = post(
                    loop,
                    server.address(),
                    new Answer(),
                    () -> new TestBody(loop.server.io().arena(), 4, 2, Body.UNKNOWN_BYTES)
                            .withTrailers(HttpFields.build().add("X-Sum", "7")));
            assertThat(answer.await().text()).isEqualTo("ok");
            assertThat(received.get()).isEqualTo(chunks);
            loop.awaitIdle(1);
        }
    }

    /** A server that reads slowly, as it does mostly nothing, is neither given up nor sent more than it takes. */
    @Test
    void shouldPullNoMoreThanTheServerTakes() throws Exception {
        final int pieces = 2_000;
        final int pieceBytes = 16_384;
        final CompletableFuture<Void> mayRead = new CompletableFuture<>();
        final CRC32 checksum = new CRC32();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    mayRead.join();
                    checksum.update(talk.socket.getInputStream().readNBytes(pieces * pieceBytes));
                    talk.say(OK);
                });
                RunningLoop loop = new RunningLoop()) {
            final TestBody[] body = new TestBody[1];
            final Answer answer = post(loop, server.address(), new Answer(), () -> {
                body[0] = new TestBody(loop.server.io().arena(), pieceBytes, pieces, (long) pieces * pieceBytes);
                return body[0];
            });
            final int[] seen = {0};
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        final int before = seen[0];
                        seen[0] = body[0].pulled.get();
                        return seen[0] > 0 && seen[0] == before;
                    });
            assertThat(body[0].pulled.get()).isLessThan(pieces / 2);
            final int leased = loop.on(() -> loop.server.io().arena().leasedCount());
            assertThat(leased).isLessThanOrEqualTo(12);
            mayRead.complete(null);
            assertThat(answer.await().text()).isEqualTo("ok");
            assertThat(checksum.getValue()).isEqualTo(body[0].checksum.getValue());
        }
    }

    @Test
    void shouldGiveUpAServerThatTakesNothing() throws Exception {
        final CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    mayEnd.join(); // and reads nothing of what follows
                });
                RunningLoop loop = new RunningLoop(HASTY, ClientLimits.USUAL)) {
            final TestBody[] body = new TestBody[1];
            final Answer answer = post(loop, server.address(), new Answer(), () -> {
                body[0] = new TestBody(loop.server.io().arena(), 65_536, 10_000, Body.UNKNOWN_BYTES);
                return body[0];
            });
            assertThat(answer.await().story).containsExactly("failed NO_RESPONSE_IN_TIME");
            assertThat(body[0].aborted).hasValue(1);
            mayEnd.complete(null);
        }
    }

    /** The source is what is slow, and has time of its own. */
    @Test
    void shouldNotBlameTheServerForASourceThatIsSlow() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                RunningLoop loop = new RunningLoop(HASTY, ClientLimits.USUAL)) {
            final CompletableFuture<Body.Taker> pulled = new CompletableFuture<>();
            final Answer answer = post(loop, server.address(), new Answer(), () -> new Body() {
                @Override
                public long lengthBytes() {
                    return UNKNOWN_BYTES;
                }

                @Override
                public void pull(Taker taker) {
                    pulled.complete(taker);
                }

                @Override
                public void abort() {}
            });
            final Body.Taker taker = pulled.get(20, TimeUnit.SECONDS);
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(() -> answer.story.isEmpty());
            loop.on(() -> {
                taker.end(HttpFields.EMPTY);
                return null;
            });
            assertThat(answer.await().story).containsExactly("failed NO_RESPONSE_IN_TIME");
        }
    }

    @Test
    void shouldFailWithTheBodyOfTheRequest() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                RunningLoop loop = new RunningLoop()) {
            final Answer early = post(
                    loop,
                    server.address(),
                    new Answer(),
                    () -> new TestBody(loop.server.io().arena(), 4, 9, Body.UNKNOWN_BYTES).failingAt(0));
            assertThat(early.await().story).containsExactly("failed NO_REQUEST_BODY");
            final Answer late = post(
                    loop,
                    server.address(),
                    new Answer(),
                    () -> new TestBody(loop.server.io().arena(), 65_536, 9, Body.UNKNOWN_BYTES).failingAt(7));
            assertThat(late.await().story).containsExactly("failed NO_REQUEST_BODY");
            assertThat(late.why).isEqualTo("as it is meant to");
        }
    }

    /** Else the server would take what is behind it, or the next request, for another part of it. */
    @Test
    void shouldNotSendMoreNorLessThanItSaid() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                RunningLoop loop = new RunningLoop()) {
            for (final long saidBytes : new long[] {7L, 9L, 0L}) {
                final Answer answer = post(
                        loop,
                        server.address(),
                        new Answer(),
                        () -> new TestBody(loop.server.io().arena(), 4, 2, saidBytes));
                assertThat(answer.await().story).containsExactly("failed NO_REQUEST_BODY");
                assertThat(answer.why).contains(saidBytes > 8L ? "less" : "more");
            }
        }
    }

    /** The answer counts, the rest of the request does not go, and the connection is not kept. */
    @Test
    void shouldTakeAnAnswerThatComesBeforeTheRequestHasGone() throws Exception {
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say("HTTP/1.1 413 x\r\nContent-Length: 2\r\n\r\nno");
                    talk.awaitEnd();
                });
                RunningLoop loop = new RunningLoop()) {
            final TestBody[] body = new TestBody[1];
            final Answer answer = post(loop, server.address(), new Answer(), () -> {
                body[0] = new TestBody(loop.server.io().arena(), 16_384, 1_000_000, Body.UNKNOWN_BYTES);
                return body[0];
            });
            assertThat(answer.await().story).containsExactly("response 413", "end");
            await().until(() -> body[0].aborted.get() == 1);
            loop.awaitIdle(0);
        }
    }
}
