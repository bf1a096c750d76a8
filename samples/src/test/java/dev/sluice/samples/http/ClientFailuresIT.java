// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a request whose server fails: sent again, or told. */
@Timeout(120)
class ClientFailuresIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final long LONG_NS = 30_000_000_000L;
    private static final long SHORT_NS = 200_000_000L;
    private static final ClientTimeouts PATIENT = new ClientTimeouts(LONG_NS, LONG_NS, LONG_NS, LONG_NS, 20 * LONG_NS);

    /** The server has closed what was kept, just as the request came. */
    @Test
    void shouldSendAgainOnceWhatFindsItsConnectionClosed() throws Exception {
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(OK);
                    talk.readHead();
                    if (index % 2 == 0) {
                        talk.reset();
                    }
                });
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(1, 1, 10))) {
            for (int i = 0; i < 4; i++) {
                final int before = server.connections.get();
                assertThat(loop.get(server.address(), "/kept").await().text()).isEqualTo("ok");
                assertThat(loop.get(server.address(), "/again").await().text()).isEqualTo("ok");
                assertThat(server.connections.get() - before).isEqualTo(2);
            }
        }
    }

    /** RFC 9110, 15.5.9: it has closed what was idle, and says so as the request comes. */
    @Test
    void shouldSendAgainWhatMeetsAServerThatHasWaitedTooLong() throws Exception {
        final String goodbye = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(index == 3 ? goodbye : OK);
                    talk.readHead();
                    talk.say(goodbye);
                });
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(1, 1, 10))) {
            assertThat(loop.get(server.address(), "/kept").await().text()).isEqualTo("ok");
            assertThat(loop.get(server.address(), "/again").await().text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(2);

            final Answer post =
                    loop.send(server.address(), new Answer(), () -> new ClientRequest("POST", "/", RunningLoop.HOST));
            assertThat(post.await().story.get(0)).as("not to be sent twice").contains("408");

            assertThat(loop.get(server.address(), "/kept").await().text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(3);
            assertThat(loop.get(server.address(), "/new").await().story.get(0))
                    .as("said again on a new connection")
                    .contains("408");
            assertThat(server.connections).hasValue(4);
        }
    }

    /** Not on another that was kept, and may be closed as well. */
    @Test
    void shouldSendAgainOnANewConnection() throws Exception {
        final CompletableFuture<Void> bothAsked = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    if (index < 2) {
                        bothAsked.join();
                    }
                    talk.say(OK);
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(2, 2, 10))) {
            final Answer one = loop.get(server.address(), "/1");
            final Answer other = loop.get(server.address(), "/2");
            await().until(() -> server.heads.size() == 2);
            bothAsked.complete(null);
            one.await();
            other.await();
            loop.awaitIdle(2);
            assertThat(loop.get(server.address(), "/3").await().text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(3);
            assertThat(server.heads).hasSize(4);
        }
    }

    @Test
    void shouldNotSendAgainWhatMayHaveDoneSomething() throws Exception {
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(OK);
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop()) {
            for (final String method : List.of("POST", "PUT")) {
                loop.get(server.address(), "/kept").await();
                final Answer answer = loop.send(
                        server.address(),
                        new Answer(),
                        () -> method.equals("PUT")
                                ? new ClientRequest(
                                        "PUT",
                                        "/",
                                        RunningLoop.HOST,
                                        new TestBody(loop.server.io().arena(), 4, 1, 4L))
                                : new ClientRequest("POST", "/", RunningLoop.HOST));
                assertThat(answer.await().story).containsExactly("failed CONNECTION_LOST");
            }
            assertThat(server.connections).hasValue(2);
        }
    }

    /** Not a kept connection, or something of a response has come: it may have been seen. */
    @Test
    void shouldNotSendAgainWhatTheServerHasBegunToAnswerOrFindsNew() throws Exception {
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    if (index > 0) {
                        return;
                    }
                    talk.say(OK);
                    talk.readHead();
                    talk.say("H");
                });
                RunningLoop loop = new RunningLoop()) {
            loop.get(server.address(), "/kept").await();
            for (int i = 0; i < 2; i++) {
                assertThat(loop.get(server.address(), "/").await().story).containsExactly("failed CONNECTION_LOST");
                assertThat(server.connections).hasValue(1 + i);
            }
        }
    }

    @Test
    void shouldFailOfAServerThatIsNotThere() throws Exception {
        final InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (RunningLoop loop = new RunningLoop()) {
            final Answer answer = loop.get(nobody, "/").await();
            assertThat(answer.story).containsExactly("failed NOT_CONNECTED");
            assertThat(answer.why).contains("ECONNREFUSED");
        }
    }

    /** Whoever has sent nothing of it gives it back. */
    @Test
    void shouldAbortTheBodyOfARequestThatIsNotSent() throws Exception {
        final InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (ScriptedServer server = ScriptedServer.always("");
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(1, 1, 1))) {
            final List<TestBody> bodies = new ArrayList<>();
            final Answer refused = loop.on(() -> post(loop, nobody, bodies));
            refused.await();
            final Answer asked = loop.get(server.address(), "/");
            await().until(() -> server.heads.size() == 1);
            final Answer waiting = loop.on(() -> post(loop, server.address(), bodies));
            final Answer tooMany = loop.on(() -> post(loop, server.address(), bodies));
            loop.on(() -> {
                waiting.call.abort();
                asked.call.abort();
                return null;
            });
            assertThat(tooMany.story).containsExactly("failed TOO_MANY_WAIT");
            assertThat(waiting.story).isEmpty();
            assertThat(bodies).hasSize(3).allSatisfy(body -> {
                assertThat(body.aborted).hasValue(1);
                assertThat(body.pulled).hasValue(0);
            });
        }
    }

    private static Answer post(RunningLoop loop, InetSocketAddress to, List<TestBody> bodies) {
        final TestBody body = new TestBody(loop.server.io().arena(), 1, 1, 1L);
        bodies.add(body);
        final Answer answer = new Answer();
        answer.call =
                loop.client.request(to, loop.asker, new ClientRequest("POST", "/", RunningLoop.HOST, body), answer);
        return answer;
    }

    /** The backlog of the listener is full, and nobody accepts: the kernel would try for two minutes. */
    @Test
    void shouldFailOfAServerThatTakesNoConnections() throws Exception {
        final List<SocketChannel> before = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill((InetSocketAddress) full.getLocalSocketAddress(), before);
            try (RunningLoop loop = new RunningLoop(
                    new ClientTimeouts(LONG_NS, SHORT_NS, LONG_NS, LONG_NS, LONG_NS), ClientLimits.USUAL)) {
                final InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
                assertThat(loop.get(address, "/").await().story).containsExactly("failed NOT_CONNECTED_IN_TIME");
                final Answer aborted = loop.get(address, "/");
                loop.on(() -> {
                    aborted.call.abort();
                    return null;
                });
                loop.stop();
                assertThat(aborted.story).isEmpty();
            }
        } finally {
            for (final SocketChannel channel : before) {
                channel.close();
            }
        }
    }

    private static void fill(InetSocketAddress address, List<SocketChannel> opened) throws IOException {
        for (int i = 0; i < 4; i++) {
            final SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.configureBlocking(false);
            channel.connect(address);
            opened.add(channel);
        }
    }

    @Test
    void shouldGiveUpAServerThatIsSilent() throws Exception {
        final ClientTimeouts hasty = new ClientTimeouts(LONG_NS, LONG_NS, SHORT_NS, SHORT_NS, LONG_NS);
        for (final String said : List.of("", "HTTP/1.1 200 ", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) {
            try (ScriptedServer server = ScriptedServer.always(said);
                    RunningLoop loop = new RunningLoop(hasty, ClientLimits.USUAL)) {
                final Answer answer = loop.get(server.address(), "/").await();
                assertThat(answer.story)
                        .containsExactly(
                                said.endsWith("half")
                                        ? new String[] {"response 200", "body failed"}
                                        : new String[] {"failed NO_RESPONSE_IN_TIME"});
            }
        }
    }
}
