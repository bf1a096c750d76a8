// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies by demand: what a sink gets, what it leaves, and what is done with what nobody wants. A bar is the end of a line. */
class RequestBodyTest {
    private static final String HEAD = "POST / HTTP/1.1|Host: h|";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked||";

    private final RequestReader reader = new RequestReader(RequestLimits.USUAL);
    private final TestSink sink = new TestSink();

    @Test
    void shouldLendContentWhereItLies() {
        final ByteBuffer received = head(HEAD + "Content-Length: 3||abcGET");

        assertThat(reader.readBody(received, content -> {
                    assertThat(content).isSameAs(received);
                    assertThat(content.remaining()).isEqualTo(3);
                    return sink.take(content);
                }))
                .isTrue();

        assertThat(sink.text()).isEqualTo("abc");
        assertThat(received.remaining()).isEqualTo(3);
        assertThat(reader.bodyComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {HEAD + "Content-Length: 6||abcdef", CHUNKED + "6|abcdef|0||"})
    void shouldConsumeNothingFurtherWhenTheSinkWantsNoMore(String request) {
        final ByteBuffer received = head(request);
        final int contentAt = request.replace("|", "\r\n").indexOf("abcdef");

        assertThat(reader.readBody(received, content -> {
                    content.position(content.position() + 2);
                    return false;
                }))
                .isFalse();
        assertThat(received.position()).isEqualTo(contentAt + 2);
        assertThat(received.limit()).isEqualTo(received.capacity());
        assertThat(reader.readBody(received, content -> false)).isFalse();
        assertThat(received.position()).isEqualTo(contentAt + 2);

        assertThat(reader.readBody(received, sink)).isTrue();
        assertThat(sink.text()).isEqualTo("cdef");
    }

    @Test
    void shouldStopAtASinkThatAsksForMoreAndTakesNothing() {
        final ByteBuffer received = head(HEAD + "Content-Length: 3||abc");
        assertThat(reader.readBody(received, content -> true)).isFalse();
        assertThat(received.remaining()).isEqualTo(3);
    }

    @Test
    void shouldGiveAllChunksOfOneBufferAtOnce() {
        assertThat(reader.readBody(head(CHUNKED + "1|a|2|bc|0||"), sink)).isTrue();
        assertThat(sink.text()).isEqualTo("abc");
    }

    @Test
    void shouldLeaveEverythingAsItIsWhenTheSinkThrows() {
        final ByteBuffer received = head(HEAD + "Content-Length: 3||abcGET");
        assertThatThrownBy(() -> reader.readBody(received, content -> {
                    throw new IllegalStateException("full");
                }))
                .hasMessage("full");
        assertThat(received.remaining()).isEqualTo(6);
        assertThat(reader.readBody(received, sink)).isTrue();
        assertThat(sink.text()).isEqualTo("abc");
    }

    @Test
    void shouldGiveContentBeforeItTurnsOutToBeMalformed() {
        assertThat(reader.readBody(head(CHUNKED + "3|abc|x"), sink)).isTrue();
        assertThat(sink.text()).isEqualTo("abc");
        assertThat(reader.badStatus()).isEqualTo(400);
        assertThat(reader.bodyComplete()).isFalse();
        assertThat(reader.keepAlive()).isFalse();
    }

    @Test
    void shouldSkipWhatIsLeftOfABodyThatWasBegun() {
        final ByteBuffer received = head(HEAD + "Content-Length: 70000||" + "x".repeat(70_000));
        reader.readBody(received, content -> {
            content.position(content.position() + 69_000);
            return false;
        });
        assertThat(reader.skipBody(received)).isTrue();
        assertThat(reader.keepAlive()).isTrue();
        assertThat(received.hasRemaining()).isFalse();
    }

    @Test
    void shouldGiveUpALongBodyBeforeAnythingOfItIsRead() {
        final ByteBuffer received = head(HEAD + "Content-Length: 65537||abc");
        assertThat(reader.keepAlive()).isTrue();
        assertThat(reader.skipBody(received)).isTrue();
        assertThat(reader.keepAlive()).isFalse();
        assertThat(received.remaining()).isEqualTo(3);
        assertThat(reader.bodyComplete()).isFalse();
    }

    /** RFC 9110, 10.1.1: Expect. */
    @Test
    void shouldTellThatTheClientWaitsUntilTheBodyIsAskedFor() {
        head(HEAD + "Expect: 100-continue|Content-Length: 3||");
        assertThat(reader.expectsContinue()).isTrue();
        assertThat(reader.readBody(ByteBuffer.allocate(0), sink)).isFalse();
        assertThat(reader.expectsContinue()).isFalse();
        assertThat(reader.readBody(ByteBuffer.wrap(Cuts.bytes("abc")), sink)).isTrue();
        assertThat(reader.keepAlive()).isTrue();
    }

    /** RFC 9110, 10.1.1: Expect. */
    @Test
    void shouldGiveUpABodyThatTheClientWasNotAskedFor() {
        final ByteBuffer received = head(HEAD + "Expect: 100-continue|Content-Length: 3||");
        assertThat(reader.skipBody(received)).isTrue();
        assertThat(reader.keepAlive()).isFalse();
    }

    /** RFC 9110, 10.1.1: Expect. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.0|Expect: 100-continue|Content-Length: 3||",
                "POST / HTTP/1.1|Host: h|Expect: 100-continue||",
                "POST / HTTP/1.1|Host: h|Expect: 100-continue|Content-Length: 0||"
            })
    void shouldExpectNothingOfHttp10AndWithoutABody(String request) {
        head(request);
        assertThat(reader.badStatus()).isZero();
        assertThat(reader.expectsContinue()).isFalse();
    }

    @Test
    void shouldRefuseToReadABodyBeforeItsHead() {
        final ByteBuffer received = ByteBuffer.wrap(Cuts.bytes("POST / HTTP/1.1|"));
        reader.parseHead(received);
        assertThatThrownBy(() -> reader.readBody(received, sink)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> reader.skipBody(received)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldBeAsNewAfterABodyThatWasGivenUp() {
        head(CHUNKED + "3|ab");
        reader.readBody(ByteBuffer.wrap(Cuts.bytes("3|ab")), sink);
        reader.reset();
        sink.forget();
        assertThat(reader.readBody(head(CHUNKED + "2|cd|0|A: b||"), sink)).isTrue();
        assertThat(sink.text()).isEqualTo("cd");
        assertThat(reader.trailers().get("A")).isEqualTo("b");
    }

    private ByteBuffer head(String request) {
        final ByteBuffer received = ByteBuffer.wrap(Cuts.bytes(request));
        assertThat(reader.parseHead(received)).isTrue();
        return received;
    }
}
