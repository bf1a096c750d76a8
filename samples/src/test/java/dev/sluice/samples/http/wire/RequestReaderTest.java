// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private final RequestReader parser = new RequestReader(RequestLimits.USUAL);

    @Test
    void shouldKeepWhatAFileServerWantsToKnow() {
        assertThat(parse("GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n")).isTrue();

        assertThat(parser.badStatus()).isZero();
        assertThat(parser.isGet()).isTrue();
        assertThat(parser.isHead()).isFalse();
        assertThat(parser.target()).isEqualTo("/a?b");
        assertThat(parser.keepAlive()).isTrue();
    }

    @Test
    void shouldTakeARequestByteByByte() {
        final byte[] bytes = "HEAD /file HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n".getBytes(ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(parser.parse(ByteBuffer.wrap(bytes, i, 1))).isEqualTo(i == bytes.length - 1);
            assertThat(parser.hasBegun()).isTrue();
        }
        assertThat(parser.isHead()).isTrue();
        assertThat(parser.target()).isEqualTo("/file");
    }

    @Test
    void shouldNotCountEmptyLinesAsABegunRequest() {
        assertThat(parse("\r\n\r\n")).isFalse();
        assertThat(parser.hasBegun()).isFalse();
    }

    @Test
    void shouldLeaveThePipelinedRequestInTheBuffer() {
        final ByteBuffer both = bytes("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.target()).isEqualTo("/1");
        assertThat(parser.bodyComplete()).isTrue();
        parser.reset();
        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.target()).isEqualTo("/2");
        assertThat(both.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, '',                                  true,  false",
        "HTTP/1.1, 'Connection: close',                 false, false",
        "HTTP/1.1, 'Connection: keep-alive',            true,  false",
        "HTTP/1.1, 'Connection: keep-alive, close',     false, false",
        "HTTP/1.1, 'Connection: x, Close',              false, false",
        "HTTP/1.0, '',                                  false, false",
        "HTTP/1.0, 'Connection: keep-alive',            true,  true",
        "HTTP/1.0, 'Connection: Keep-Alive',            true,  true",
        "HTTP/1.0, 'Connection: close',                 false, false"
    })
    void shouldKnowWhetherTheConnectionIsKept(String version, String field, boolean kept, boolean sayIt) {
        assertThat(parse("GET / " + version + "\r\nHost: h\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n"))
                .isTrue();
        assertThat(parser.badStatus()).isZero();
        assertThat(parser.keepAlive()).isEqualTo(kept);
        assertThat(parser.keepAlive() && parser.askedToKeepAlive()).isEqualTo(sayIt);
    }

    @Test
    void shouldStillKeepFieldsAfterAConnectionThatWasClosed() {
        for (int i = 0; i < 3; i++) {
            assertThat(parse("GET /" + i + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                    .isTrue();
            assertThat(parser.keepAlive()).isFalse();
            parser.reset();
            assertThat(parse("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n")).isTrue();
            assertThat(parser.keepAlive()).isTrue();
            assertThat(parser.target()).isEqualTo("/" + i);
            parser.reset();
        }
    }

    @Test
    void shouldReadASmallBodyAndForgetIt() {
        final ByteBuffer both =
                bytes("GET /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.keepAlive()).isTrue();
        parser.reset();
        assertThat(parser.parse(both)).isTrue();
        assertThat(parser.target()).isEqualTo("/2");
    }

    @Test
    void shouldReadAChunkedBodyWithTrailersAndForgetIt() {
        assertThat(parse("GET /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n"))
                .isFalse();
        assertThat(parse("\r\n")).isTrue();
        assertThat(parser.badStatus()).isZero();
        assertThat(parser.keepAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000000\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
            })
    void shouldBeAnsweredBeforeABodyThatNobodyWants(String request) {
        assertThat(parse(request)).isTrue();
        assertThat(parser.badStatus()).isZero();
        assertThat(parser.keepAlive()).isFalse();
        assertThat(parser.bodyComplete()).isFalse();
    }

    @Test
    void shouldGiveUpAChunkedBodyThatGoesOn() {
        parse("GET /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        final String chunk = "1000\r\n" + "x".repeat(4096) + "\r\n";
        int chunks = 0;
        while (!parse(chunk)) {
            chunks++;
            assertThat(chunks).isLessThan(100);
        }
        assertThat(chunks).isEqualTo(RequestLimits.USUAL.forgottenBodyBytes() / 4096);
        assertThat(parser.keepAlive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\r\n\r\n',                                                        400",
        "'GET /\r\n\r\n',                                                                 400",
        "'PRI * HTTP/2.0\r\n\r\n',                                                        505",
        "'GET / HTTP/1.1\r\nHost: h\r\nA b: c\r\n\r\n',                                   400",
        "'GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n',                                 400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n',                        400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',   400",
        "'GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n',                                  400",
        "'GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n',                                  400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n',                  400",
        "'GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',                 400",
        "'GET / HTTP/1.0\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0', 400",
        "'GET / HTTP/1.0\r\nTransfer-Encoding: identity\r\n\r\n',                        400",
        "'GET / HTTP/1.0\r\ntransfer-encoding: x\r\nConnection: keep-alive\r\n\r\n',    400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n',              400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n',      400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n',         400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n',              400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n',              400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n',                       400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 2\r\n\r\n',                     400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n',                       400",
        "'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n',     400",
        "'GET / HTTP/1.1\nHost: h\n\n',                                                   400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc',        400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n',    400",
        "'G\u0001T / HTTP/1.1\r\nHost: h\r\n\r\n',                                        400",
        "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',         400"
    })
    void shouldRefuseWhatIsMalformed(String request, int status) {
        assertThat(parse(request)).isTrue();
        assertThat(parser.badStatus()).isEqualTo(status);
        assertThat(parser.bodyComplete()).isFalse();
    }

    @Test
    void shouldRefuseContentLengthBesideTransferEncoding() {
        parse("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(parser.badStatus()).isEqualTo(400);
    }

    @Test
    void shouldRefuseATargetThatIsTooLong() {
        assertThat(parse("GET /" + "a".repeat(RequestLimits.USUAL.requestLineBytes())))
                .isTrue();
        assertThat(parser.badStatus()).isEqualTo(414);
    }

    @Test
    void shouldRefuseFieldsThatAreTooLong() {
        assertThat(parse("GET / HTTP/1.1\r\nHost: h\r\nA: " + "a".repeat(40 * 1024)))
                .isTrue();
        assertThat(parser.badStatus()).isEqualTo(431);
    }

    private boolean parse(String text) {
        return parser.parse(bytes(text));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }
}
