// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {
    private static final String REPLY =
            "HTTP/1.1 200 OK\r\nServer: x\r\ncOnTeNt-LeNgTh: 10\r\nConnection: keep-alive\r\n\r\n0123\r\n\r\n89";

    private final Request request = new Request(ByteBuffer.allocate(Request.MAX_BYTES)).expect(200, 10);
    private final ReplyReader reader = new ReplyReader(request, new KnownHeader());

    @Test
    void shouldFindTheEndHoweverTheBytesAreCut() throws IOException {
        for (int first = 0; first <= REPLY.length(); first++) {
            for (int second = first; second <= REPLY.length(); second++) {
                final String[] parts = {
                    REPLY.substring(0, first), REPLY.substring(first, second), REPLY.substring(second)
                };
                int replies = 0;
                for (String part : parts) {
                    replies += reader.onData(bytes(part)) ? 1 : 0;
                }
                // An empty part after the last byte must not count again.
                assertThat(replies).as("cut at %s and %s", first, second).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldLeaveWhatFollowsTheReply() throws IOException {
        final ByteBuffer data = bytes(REPLY + REPLY);

        assertThat(reader.onData(data)).isTrue();
        assertThat(data.remaining()).isEqualTo(REPLY.length());
        assertThat(reader.onData(data)).isTrue();
        assertThat(data.remaining()).isZero();
    }

    @Test
    void shouldRefuseAnotherStatus() {
        assertThatThrownBy(() -> reader.onData(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status 200 and Content-Length 10")
                .hasMessageContaining("404 Not Found");
    }

    @Test
    void shouldRefuseAnotherLengthAndNone() {
        assertThatThrownBy(() -> reader.onData(bytes("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Content-Length: 11");
        request.expect(200, 0);
        assertThatThrownBy(() -> reader.onData(bytes("HTTP/1.1 200 OK\r\n\r\n")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldTakeTheStatusAndTheLengthThatTheRequestAsksFor() throws IOException {
        request.expect(206, 3);
        assertThat(reader.onData(bytes("HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc")))
                .isTrue();
        request.expect(404, Request.ANY_LENGTH);
        assertThat(reader.onData(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nab")))
                .isTrue();
        assertThatThrownBy(() -> reader.onData(bytes("HTTP/1.1 404 Not Found\r\n\r\n")))
                .isInstanceOf(IOException.class);
    }

    /** What a 304 says of the length is that of the body it does not have. */
    @Test
    void shouldExpectNoBodyOfWhatIsNotModified() throws IOException {
        request.expect(304, Request.ANY_LENGTH);
        final String without = "HTTP/1.1 304 Not Modified\r\n\r\n";
        final String with = "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n";
        for (String reply : List.of(without, with, with)) {
            final ByteBuffer data = bytes(reply + "HTTP");

            assertThat(reader.onData(data)).isTrue();
            assertThat(data.remaining()).isEqualTo("HTTP".length());
        }
    }

    /** A header that is known by its bytes must not be taken for an answer to what asks for something else. */
    @Test
    void shouldRefuseAKnownHeaderWhereAnotherIsAskedFor() throws IOException {
        assertThat(reader.onData(bytes(REPLY))).isTrue();
        assertThat(reader.onData(bytes(REPLY))).isTrue();
        request.expect(200, 11);

        assertThatThrownBy(() -> reader.onData(bytes(REPLY))).isInstanceOf(IOException.class);
    }

    @Test
    void shouldRefuseAHeaderWithoutEnd() {
        assertThatThrownBy(() -> reader.onData(bytes("HTTP/1.1 200 OK\r\nX: " + "x".repeat(5000))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 2048");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
