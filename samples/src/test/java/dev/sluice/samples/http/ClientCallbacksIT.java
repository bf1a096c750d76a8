// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import dev.sluice.samples.http.wire.ResponseReader;
import java.util.List;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done, or thrown, within each thing that is told. Other requests do not suffer, and nothing is left. */
@Timeout(120)
class ClientCallbacksIT {
    private static final String RESPONSE =
            "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private enum Told {
        INTERIM,
        RESPONSE,
        PIECE,
        END,
        FAILED,
        BODY_FAILED
    }

    /** Does something when one thing is told. */
    private static final class Acting extends Answer {
        private final Told when;
        private final BiConsumer<Answer, Told> action;

        Acting(Told when, BiConsumer<Answer, Told> action) {
            this.when = when;
            this.action = action;
        }

        private void act(Told now) {
            if (now == when) {
                over.complete(this);
                action.accept(this, now);
            }
        }

        @Override
        public void interim(ResponseReader response) {
            super.interim(response);
            act(Told.INTERIM);
        }

        @Override
        void begun() {
            act(Told.RESPONSE);
            super.begun();
        }

        @Override
        public void failed(ClientFailure newFailure, String newWhy) {
            super.failed(newFailure, newWhy);
            act(Told.FAILED);
        }

        @Override
        public void failed(String newWhy) {
            super.failed(newWhy);
            act(Told.BODY_FAILED);
        }

        @Override
        void taken() {
            act(Told.PIECE);
            super.taken();
        }

        @Override
        public void end(HttpFields newTrailers) {
            super.end(newTrailers);
            act(Told.END);
        }
    }

    /** Its content comes in several parts; {@code /cut} and {@code /none} are cut off. */
    private static ScriptedServer server() throws Exception {
        return new ScriptedServer((index, talk) -> {
            String head;
            while ((head = talk.readHead()) != null) {
                if (head.startsWith("GET /sink")) {
                    talk.awaitEnd();
                    return;
                }
                if (head.startsWith("GET /none")) {
                    talk.say("HTTP/1.1 20");
                    return;
                }
                talk.say(RESPONSE);
                talk.say("3\r\nabc\r\n");
                if (head.startsWith("GET /cut")) {
                    return;
                }
                talk.say("3\r\ndef\r\n0\r\n\r\n");
            }
        });
    }

    private static String targetOf(Told told) {
        return told == Told.FAILED ? "/none" : told == Told.BODY_FAILED ? "/cut" : "/";
    }

    private static Answer act(RunningLoop loop, ScriptedServer server, Told told, BiConsumer<Answer, Told> action) {
        final Acting acting = new Acting(told, action);
        loop.send(server.address(), acting, () -> new ClientRequest("GET", targetOf(told), RunningLoop.HOST));
        acting.await();
        return acting;
    }

    private static void shouldAnswerOthers(RunningLoop loop, ScriptedServer server) {
        for (int i = 0; i < 3; i++) {
            final Answer other = loop.get(server.address(), "/").await();
            assertThat(other.story).containsExactly("interim 103", "response 200", "end");
            assertThat(other.text()).isEqualTo("abcdef");
        }
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void shouldTellNothingMoreAfterAnAbort(Told told) throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            final Answer acting = act(loop, server, told, (answer, now) -> {
                answer.call.abort();
                answer.call.abort();
            });
            final List<String> story = List.copyOf(acting.story);
            shouldAnswerOthers(loop, server);
            switch (told) { // who pulls after that is told so, unless all has come
                case RESPONSE -> assertThat(acting.story).containsExactly("interim 103", "response 200", "body failed");
                case PIECE ->
                    assertThat(acting.story.subList(2, acting.story.size()))
                            .containsAnyOf("body failed", "end")
                            .hasSize(1);
                default -> assertThat(acting.story).isEqualTo(story);
            }
            assertThat(loop.failures).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void shouldEndTheConnectionOfACallbackThatThrowsAndNoOther(Told told) throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            shouldAnswerOthers(loop, server);
            final Answer acting = act(loop, server, told, (answer, now) -> {
                throw new IllegalStateException("as it is meant to");
            });
            Awaitility.await().until(() -> !loop.failures.isEmpty());
            shouldAnswerOthers(loop, server);
            assertThat(acting.story).doesNotHaveDuplicates();
            assertThat(loop.failures).hasSize(1);
            final RuntimeException failure = loop.failures.peek();
            final Throwable thrown = failure.getSuppressed().length == 0 ? failure : failure.getSuppressed()[0];
            assertThat(thrown).hasMessage("as it is meant to");
        }
    }

    /** A handler that throws before there is a response is told that there is none. */
    @Test
    void shouldTellTheFailureToWhoThrewBeforeTheResponse() throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            final Answer acting = act(loop, server, Told.INTERIM, (answer, now) -> {
                throw new IllegalStateException("as it is meant to");
            });
            acting.awaitHead();
            assertThat(acting.story).containsExactly("interim 103", "failed CONNECTION_LOST");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Told.class,
            names = {"RESPONSE", "PIECE", "END", "FAILED", "BODY_FAILED", "INTERIM"})
    void shouldTakeAnotherRequestWithinEachCallback(Told told) throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            final Answer second = new Answer();
            act(
                    loop,
                    server,
                    told,
                    (answer, now) -> loop.client.request(
                            server.address(), loop.asker, new ClientRequest("GET", "/", RunningLoop.HOST), second));
            assertThat(second.await().text()).isEqualTo("abcdef");
        }
    }

    @ParameterizedTest
    @EnumSource(Told.class)
    void shouldStopWithinEachCallback(Told told) throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            act(loop, server, told, (answer, now) -> loop.server.stop());
            loop.stop();
        }
    }

    /** Of the request: its pull, its abort. */
    @ParameterizedTest
    @ValueSource(strings = {"first pull", "later pull", "abort"})
    void shouldFailTheRequestWhoseBodyThrows(String where) throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            final Body throwing = new Body() {
                private int pulled;

                @Override
                public long lengthBytes() {
                    return UNKNOWN_BYTES;
                }

                @Override
                public void pull(Taker taker) {
                    pulled++;
                    if (where.equals("abort")) {
                        return;
                    }
                    if (where.equals("first pull") || pulled > 20) {
                        throw new IllegalStateException("as it is meant to");
                    }
                    final IoBuffer piece = loop.server.io().arena().tryLease(65_536);
                    taker.piece(piece);
                }

                @Override
                public void abort() {
                    if (where.equals("abort")) {
                        throw new IllegalStateException("as it is meant to");
                    }
                }
            };
            final String target = where.equals("abort") ? "/none" : "/sink";
            final Answer answer = loop.send(
                    server.address(), new Answer(), () -> new ClientRequest("GET", target, RunningLoop.HOST, throwing));
            answer.await();
            Awaitility.await().until(() -> !loop.failures.isEmpty());
            assertThat(loop.failures).hasSize(1);
            assertThat(answer.story)
                    .containsExactly(where.equals("first pull") ? "failed NO_REQUEST_BODY" : "failed CONNECTION_LOST");
            shouldAnswerOthers(loop, server);
        }
    }

    /** The connection is another's by then: what somebody has kept of a response is of no use any more, and does no harm. */
    @Test
    void shouldNotTouchTheNextResponseByABodyThatWasKept() throws Exception {
        try (ScriptedServer server = server();
                RunningLoop loop = new RunningLoop()) {
            final Answer first = loop.get(server.address(), "/").await();
            final Answer second = loop.send(
                    server.address(), Answer.unpulled(), () -> new ClientRequest("GET", "/", RunningLoop.HOST));
            second.awaitHead();
            loop.on(() -> {
                first.body.abort();
                first.call.abort();
                first.body.pull(first);
                first.call.tunnel(new TestBody(loop.server.io().arena(), 1, 1, 1L));
                second.begun();
                return null;
            });
            assertThat(second.await().text()).isEqualTo("abcdef");
            assertThat(first.story).containsExactly("interim 103", "response 200", "end", "end");
            assertThat(server.connections).hasValue(1);
        }
    }
}
