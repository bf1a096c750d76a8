// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The head of a request, and what neither a request's nor a response's head may be made of.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-11.1">RFC 9112, 11.1: response splitting</a>
 */
class RequestHeadTest {
    private final ByteBuffer out = ByteBuffer.allocate(1024);

    @Test
    void shouldWriteWhatTheReaderReads() {
        RequestHead.begin(out, "PUT", "/a?b=%20");
        RequestHead.field(out, "Host", "h");
        RequestHead.field(out, new HttpField(HttpHeader.ACCEPT, "*/*"));
        RequestHead.field(out, "X", "\u00e4\tb");
        RequestHead.contentLength(out, 0L);
        RequestHead.end(out);

        final byte[] written = Arrays.copyOf(out.array(), out.position());
        assertThat(new String(written, ISO_8859_1))
                .isEqualTo(
                        "PUT /a?b=%20 HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX: \u00e4\tb\r\nContent-Length: 0\r\n\r\n");
        assertThat(RequestRun.of(Cuts.whole(written)))
                .isEqualTo(
                        List.of("PUT /a?b=%20 1.1\nhost: h\naccept: */*\nx: \u00e4\tb\ncontent-length: 0\n[]\nkept"));
    }

    @Test
    void shouldSayThatChunksFollow() {
        RequestHead.chunked(out);
        final ResponseHeader header = new ResponseHeader();
        header.chunked(out);
        assertThat(new String(out.array(), 0, out.position(), ISO_8859_1))
                .isEqualTo("Transfer-Encoding: chunked\r\n".repeat(2));
    }

    @ParameterizedTest
    @CsvSource({
        "'', /",
        "'GET ', /",
        "'G T', /",
        "'GET\r\nX:', /",
        "GET, ''",
        "GET, '/ HTTP/1.1\r\nX: y'",
        "GET, '/a b'",
        "GET, '/\u0000'",
        "GET, /\u00e4",
        "GET, /\u2028",
        "GET, /\u010d"
    })
    void shouldRefuseWhatEndsTheRequestLineBefore(String method, String target) {
        assertThatThrownBy(() -> RequestHead.begin(out, method, target)).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b\r\nC: d",
                "b\nC: d",
                "b\rC: d",
                "b\u0000",
                "\r\n\r\n<html>",
                "\u0001",
                "\u007f",
                "\u010a",
                "\u560d",
                "\u2028"
            })
    void shouldRefuseAValueThatEndsItsLine(String value) {
        assertThatThrownBy(() -> RequestHead.field(out, "A", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the value of A must have no CR, LF, NUL");
        assertThatThrownBy(() -> new ResponseHeader().field(out, new HttpField(HttpHeader.LOCATION, value)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A:", "A B", "A\r\nB", "A\u0000", "\u00c4", "(A)", "\u0141"})
    void shouldRefuseANameThatIsNoToken(String name) {
        assertThatThrownBy(() -> RequestHead.field(out, name, "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a field's name must be a token");
        assertThat(out.position()).isZero();
    }

    @Test
    void shouldRefuseANegativeLength() {
        assertThatThrownBy(() -> RequestHead.contentLength(out, -1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lengthBytes=-1");
    }
}
