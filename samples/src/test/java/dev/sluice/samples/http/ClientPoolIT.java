// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connection a request has, and for how long it waits for one. */
@Timeout(120)
class ClientPoolIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final long LONG_NS = 30_000_000_000L;
    private static final long SHORT_NS = 200_000_000L;
    private static final ClientTimeouts PATIENT = new ClientTimeouts(LONG_NS, LONG_NS, LONG_NS, LONG_NS, 20 * LONG_NS);

    @Test
    void shouldUseConnectionsAgain() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop()) {
            for (int i = 0; i < 20; i++) {
                assertThat(loop.get(server.address(), "/" + i).await().text()).isEqualTo("ok");
            }
            assertThat(server.connections).hasValue(1);
            assertThat(server.heads).hasSize(20);
        }
    }

    /** Also for who asks for the next as soon as he has the last byte of this. */
    @Test
    void shouldUseTheConnectionAgainForWhoAsksWithinTheEnd() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop()) {
            final Answer second = new Answer();
            final Answer first = new Answer() {
                @Override
                void taken() {
                    second.call = loop.client.request(
                            server.address(), loop.asker, new ClientRequest("GET", "/2", RunningLoop.HOST), second);
                    super.taken();
                }
            };
            loop.send(server.address(), first, () -> new ClientRequest("GET", "/1", RunningLoop.HOST));
            assertThat(first.await().text()).isEqualTo("ok");
            assertThat(second.await().text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n",
            })
    void shouldNotUseAgainWhatTheServerClosesOrMixesUp(String response) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(response);
                RunningLoop loop = new RunningLoop()) {
            for (int i = 0; i < 3; i++) {
                assertThat(loop.get(server.address(), "/").await().text()).isEqualTo("ok");
            }
            assertThat(server.connections).hasValue(3);
            loop.awaitIdle(0);
        }
    }

    @Test
    void shouldNotUseAgainWhatItHasAskedToClose() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop()) {
            final HttpFields close = HttpFields.build(RunningLoop.HOST).add(HttpHeader.CONNECTION, "close");
            for (int i = 0; i < 2; i++) {
                loop.send(server.address(), new Answer(), () -> new ClientRequest("GET", "/", close))
                        .await();
            }
            assertThat(server.connections).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"})
    void shouldCloseAnIdleConnectionThatTheServerEndsOrSpeaksOn(String unasked) throws Exception {
        final CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say(OK);
                    mayEnd.join();
                    talk.say(unasked);
                    if (!unasked.isEmpty()) {
                        talk.awaitEnd();
                    }
                });
                RunningLoop loop = new RunningLoop(PATIENT, ClientLimits.USUAL)) {
            loop.get(server.address(), "/").await();
            loop.awaitIdle(1);
            mayEnd.complete(null);
            loop.awaitIdle(0);
            assertThat(loop.get(server.address(), "/").await().text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(2);
        }
    }

    @Test
    void shouldCloseWhatWasIdleForLong() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop(
                        new ClientTimeouts(LONG_NS, LONG_NS, LONG_NS, LONG_NS, SHORT_NS), ClientLimits.USUAL)) {
            loop.get(server.address(), "/").await();
            loop.awaitIdle(1);
            loop.awaitIdle(0);
            await().until(() -> loop.on(() -> loop.server.connections()) == 0);
        }
    }

    /** Before the server does: the time that it says, less a second. */
    @ParameterizedTest
    @ValueSource(strings = {"timeout=2, max=100", "max=100, Timeout = 2", "timeout=1", "timeout=0"})
    void shouldKeepAConnectionNoLongerThanItsServer(String kept) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(
                        "HTTP/1.1 200 OK\r\nKeep-Alive: " + kept + "\r\nContent-Length: 2\r\n\r\nok");
                RunningLoop loop = new RunningLoop(PATIENT, ClientLimits.USUAL)) {
            assertThat(loop.get(server.address(), "/").await().text()).isEqualTo("ok");
            loop.awaitIdle(0);
            await().until(() -> loop.on(() -> loop.server.connections()) == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=x", "max=1", "timeout=99999999999999999999", "timeout", ""})
    void shouldKeepAConnectionWhoseServerSaysNoTime(String kept) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(
                        "HTTP/1.1 200 OK\r\nKeep-Alive: " + kept + "\r\nContent-Length: 2\r\n\r\nok");
                RunningLoop loop = new RunningLoop(PATIENT, ClientLimits.USUAL)) {
            for (int i = 0; i < 2; i++) {
                assertThat(loop.get(server.address(), "/").await().text()).isEqualTo("ok");
                loop.awaitIdle(1);
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    /** Of two servers each with one: the longest idle one goes. */
    @Test
    void shouldKeepNoMoreThanItMay() throws Exception {
        try (ScriptedServer one = ScriptedServer.always(OK);
                ScriptedServer other = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(4, 1, 10))) {
            loop.get(one.address(), "/").await();
            loop.awaitIdle(1);
            loop.get(other.address(), "/").await();
            loop.get(other.address(), "/").await();
            loop.awaitIdle(1);
            assertThat(other.connections).hasValue(1);
            loop.get(one.address(), "/").await();
            assertThat(one.connections).hasValue(2);
        }
    }

    @Test
    void shouldServeAThousandOverEightConnections() throws Exception {
        try (RunningLoop server = new RunningLoop();
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(8, 8, 1_000))) {
            final List<Answer> answers = new ArrayList<>();
            loop.on(() -> {
                for (int i = 0; i < 1_000; i++) {
                    final Answer answer = new Answer();
                    answer.call = loop.client.request(
                            server.address(), loop.asker, new ClientRequest("GET", "/", RunningLoop.HOST), answer);
                    answers.add(answer);
                }
                return null;
            });
            for (final Answer answer : answers) {
                assertThat(answer.await().story).containsExactly("response 200", "end");
                assertThat(answer.text()).isEqualTo("200 OK\n");
            }
            assertThat(server.on(() -> server.http.counters().connections())).isEqualTo(8L);
        }
    }

    @Test
    void shouldRefuseWhoFindsTooManyWaiting() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                RunningLoop loop = new RunningLoop(
                        new ClientTimeouts(SHORT_NS, LONG_NS, 3 * SHORT_NS, LONG_NS, LONG_NS),
                        new ClientLimits(1, 1, 2))) {
            final List<Answer> answers = loop.on(() -> Stream.generate(Answer::new)
                    .limit(4)
                    .peek(answer -> answer.call = loop.client.request(
                            server.address(), loop.asker, new ClientRequest("GET", "/", RunningLoop.HOST), answer))
                    .toList());
            assertThat(answers.get(3).story).containsExactly("failed TOO_MANY_WAIT");
            assertThat(answers.get(1).await().story).containsExactly("failed NO_CONNECTION_IN_TIME");
            assertThat(answers.get(2).await().story).containsExactly("failed NO_CONNECTION_IN_TIME");
            assertThat(answers.get(0).await().story).containsExactly("failed NO_RESPONSE_IN_TIME");
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void shouldGiveConnectionsToTheMostUrgentFirst() throws Exception {
        final CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    while (talk.readHead() != null) {
                        mayAnswer.join();
                        talk.say(OK);
                    }
                });
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(1, 1, 10))) {
            loop.get(server.address(), "/first");
            await().until(() -> server.heads.size() == 1);
            final List<Answer> answers = loop.on(() -> {
                final ResourceContainer low = loop.server.container().child("low", Priority.NORMAL);
                final ResourceContainer urgent = loop.urgent();
                return Stream.of("low-1", "low-2", "urgent-1", "low-3", "urgent-2")
                        .map(name -> {
                            final Answer answer = new Answer();
                            answer.call = loop.client.request(
                                    server.address(),
                                    name.startsWith("low") ? low : urgent,
                                    new ClientRequest("GET", "/" + name, RunningLoop.HOST),
                                    answer);
                            return answer;
                        })
                        .toList();
            });
            mayAnswer.complete(null);
            answers.forEach(Answer::await);
            assertThat(server.heads.stream().map(head -> head.substring(5, head.indexOf(" HTTP"))))
                    .containsExactly("first", "urgent-1", "urgent-2", "low-1", "low-2", "low-3");
        }
    }

    /** Idle ones are closed at once, and who was asked is waited for. */
    @Test
    void shouldLetWhatIsUnderWayEndWhenTheServerStops() throws Exception {
        final CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer((index, talk) -> {
                    String head;
                    while ((head = talk.readHead()) != null) {
                        if (head.startsWith("GET /busy ")) {
                            mayAnswer.join();
                        }
                        talk.say(OK);
                    }
                });
                RunningLoop loop = new RunningLoop(PATIENT, new ClientLimits(2, 2, 10))) {
            final Answer idle = loop.get(server.address(), "/idle");
            final Answer busy = loop.get(server.address(), "/busy");
            final Answer waiting = loop.get(server.address(), "/waiting");
            idle.await();
            waiting.await();
            await().until(() -> server.heads.size() == 3);
            loop.awaitIdle(1);
            loop.server.stop();
            await().until(() -> server.connections.get() == 2 && loop.on(loop.client::idleConnections) == 0);
            assertThat(busy.story).isEmpty();
            mayAnswer.complete(null);
            assertThat(busy.await().text()).isEqualTo("ok");
            loop.stop();
        }
    }

    @Test
    void shouldChargeARequestToWhoAskedAndNobodyElse() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop()) {
            final ResourceContainer other = loop.on(loop::urgent);
            loop.get(server.address(), "/").await();
            loop.awaitIdle(1);
            assertThat(loop.on(() -> loop.asker.inUse(Resource.DESCRIPTORS))).isZero();
            final long askerBytes = loop.on(() -> loop.asker.usage().socketBytes());
            assertThat(askerBytes).isPositive();
            final Answer answer = loop.on(() -> {
                final Answer second = new Answer();
                loop.client.request(server.address(), other, new ClientRequest("GET", "/", RunningLoop.HOST), second);
                return second;
            });
            assertThat(answer.await().text()).isEqualTo("ok");
            loop.awaitIdle(1);
            assertThat(server.connections).hasValue(1);
            assertThat(loop.on(() -> other.usage().socketBytes())).isEqualTo(askerBytes);
            assertThat(loop.on(() -> loop.asker.usage().socketBytes())).isEqualTo(askerBytes);
            loop.on(() -> {
                other.close(); // what goes on is the server's
                return null;
            });
            assertThat(loop.get(server.address(), "/").await().text()).isEqualTo("ok");
        }
    }

    /** Its container has gone with who has asked, before it is its turn. */
    @Test
    void shouldGoOnForWhoseContainerIsClosed() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                RunningLoop loop = new RunningLoop()) {
            final Answer answer = loop.on(() -> {
                final ResourceContainer brief = loop.server.container().child("brief");
                final Answer asked = new Answer();
                loop.client.request(server.address(), brief, new ClientRequest("GET", "/", RunningLoop.HOST), asked);
                brief.close();
                return asked;
            });
            assertThat(answer.await().text()).isEqualTo("ok");
            assertThat(answer.over.get(1, TimeUnit.SECONDS).story).containsExactly("response 200", "end");
        }
    }
}
