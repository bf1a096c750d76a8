// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Well-formed, malformed and ambiguous responses, by the section that rules them: whole, byte by byte, and in two at every place, with
 * the end of the connection behind them. A bar is the end of a line.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
class Rfc9112ResponsesTest {
    private static final String OK = "HTTP/1.1 200 OK|";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked||";
    private static final String REFUSED = "the response is refused: ";

    /** RFC 9112, 4: status line. */
    @Nested
    class StatusLines {
        @ParameterizedTest
        @CsvSource({
            "HTTP/1.1 200 OK, 200 1.1 OK",
            "HTTP/1.0 200 OK, 200 1.0 OK",
            "HTTP/1.7 200 OK, 200 1.1 OK",
            "HTTP/1.1 200, '200 1.1 '",
            "'HTTP/1.1 200 ', '200 1.1 '",
            "HTTP/1.1 404 Not\tFound, 404 1.1 Not\tFound",
            "HTTP/1.1 404 \u00fc, 404 1.1 \u00fc",
            "HTTP/1.1 999 x, 999 1.1 x"
        })
        void shouldTakeWhatIsOne(String line, String told) {
            assertThat(verdict("GET", line + "|Content-Length: 0||").get(0)).startsWith(told + "\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "HTTP/2.0 200 OK", "HTTP/0.9 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK",
                            "HTTP/1.1 2000 OK",
                    "HTTP/1.1 099 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1\t200 OK", " HTTP/1.1 200 OK", "|HTTP/1.1 200 OK",
                            "HTTP/1.1 -20 OK",
                    "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\u0000K", "HTTP/1.1 200 O\rK", "HTTP/1.1 200 O\nK",
                            "HTTP/11 200 OK", "ICY 200 OK",
                    "HTTP/1.1 200 \u007f", "HTTPS/1.1 200 OK", "200 OK"
                })
        void shouldRefuseWhatIsNone(String line) {
            assertRefused("GET", line + "|Content-Length: 0||");
        }

        @Test
        void shouldRefuseALineThatIsTooLong() {
            assertRefused("GET", "HTTP/1.1 200 " + "a".repeat(9000) + "||");
        }
    }

    /** RFC 9112, 5: field syntax. */
    @Nested
    class FieldSyntax {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "X : y",
                    " X: y",
                    "X",
                    ": y",
                    "X y: z",
                    "X: y\u0000z",
                    "X: a| b",
                    "X: a|\tb",
                    "X\u00e4: y",
                    "X: a\nY: b",
                    "X: a\rY: b",
                    "X=y"
                })
        void shouldRefuseWhatIsNoFieldLine(String field) {
            assertRefused("GET", OK + field + "|Content-Length: 0||");
        }

        @Test
        void shouldRefuseTooManyFieldsAndTooLongOnes() {
            assertRefused("GET", OK + "A: b|".repeat(RequestLimits.USUAL.fields() + 1) + "|");
            assertRefused("GET", OK + "A: " + "b".repeat(41_000) + "||");
        }
    }

    /** RFC 9112, 6.3: message body length. */
    @Nested
    class BodyLength {
        @ParameterizedTest
        @CsvSource({
            "HEAD, 200, 0",
            "GET, 204, 0",
            "GET, 304, 0",
            "HEAD, 404, 0",
            "GET, 200, 3",
            "GET, 404, 3",
            "POST, 201, 3",
            "CONNECT, 407, 3",
            "GET, 205, 3"
        })
        void shouldKnowWhichResponsesHaveNone(String method, int status, int length) {
            final String told = verdict(
                            method, "HTTP/1.1 " + status + " x|Content-Length: 3||" + "abc".substring(0, length))
                    .get(0);
            assertThat(told).contains("[" + "abc".substring(0, length) + "]").endsWith("kept");
        }

        @ParameterizedTest
        @CsvSource({"GET, 101", "CONNECT, 200", "CONNECT, 204", "CONNECT, 299"})
        void shouldLeaveATunnelAlone(String method, int status) {
            final ResponseReader reader = new ResponseReader(RequestLimits.USUAL);
            reader.awaitResponseTo(method);
            final ByteBuffer received = ByteBuffer.wrap(Cuts.bytes("HTTP/1.1 " + status + " x|Content-Length: 3||abc"));
            assertThat(reader.parseHead(received)).isTrue();
            assertThat(reader.fault()).isNull();
            assertThat(reader.startsTunnel()).isTrue();
            assertThat(reader.isInterim()).isFalse();
            assertThat(reader.hasBody()).isFalse();
            assertThat(reader.keepAlive()).isFalse();
            assertThat(received.remaining()).isEqualTo(3);
        }

        @Test
        void shouldReadToTheEndOfTheConnectionWithoutALength() {
            assertThat(verdict("GET", OK + "|abc|0||").get(0))
                    .contains("[abc\r\n0\r\n\r\n]")
                    .endsWith("closed");
            assertThat(verdict("GET", OK + "|").get(0)).contains("[]").endsWith("closed");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 3|Content-Length: 4",
                    "Content-Length: 3|Content-Length: 3",
                    "Content-Length: 3, 4",
                    "Content-Length: 3|Transfer-Encoding: chunked",
                    "Transfer-Encoding: chunked|Content-Length: 3",
                    "Transfer-Encoding: gzip",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: foo|Transfer-Encoding: chunked",
                    "Transfer-Encoding: chunked, gzip",
                    "Transfer-Encoding: chunked, chunked",
                    "Transfer-Encoding: identity",
                    "Transfer-Encoding:",
                    "Content-Length: x",
                    "Content-Length: -3",
                    "Content-Length:",
                    "Content-Length: 99999999999999999999",
                    "Content-Length : 3",
                    "Transfer-Encoding\t: chunked"
                })
        void shouldRefuseWhatTwoReadersMightEndElsewhere(String fields) {
            assertRefused("GET", OK + fields + "||3|abc|0||");
        }

        @Test
        void shouldRefuseChunksOfHttp10() {
            assertRefused("GET", CHUNKED.replace("1.1", "1.0") + "0||");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"3|abc0||", "g|", "3 |abc|0||", "3|abc|0|X : y||", "3|abc|0|X: y\n|", "1000000000000000|"})
        void shouldRefuseInTheMiddleAMalformedChunk(String chunks) {
            assertRefused("GET", CHUNKED + chunks);
        }
    }

    /** RFC 9112, 8: incomplete messages. */
    @Nested
    class Incomplete {
        @Test
        void shouldTellWhatWasCutOffFromWhatIsComplete() {
            for (final String whole : List.of(OK + "Content-Length: 3||abc", CHUNKED + "3|abc|0|T: x||")) {
                final byte[] bytes = Cuts.bytes(whole);
                for (int length = 1; length < bytes.length; length++) {
                    final List<String> told =
                            ResponseRun.of("GET", Cuts.at(bytes, length).subList(0, 1));
                    assertThat(told).as("after %d bytes", length).hasSize(1);
                    assertThat(told.get(0)).startsWith(REFUSED + "the connection ended");
                }
                assertThat(verdict("GET", whole).get(0)).contains("[abc]").endsWith("kept");
            }
        }

        @Test
        void shouldSayThatNothingCame() {
            final ResponseReader reader = new ResponseReader(RequestLimits.USUAL);
            assertThat(reader.hasBegun()).isFalse();
            assertThat(reader.endOfInput()).isFalse();
            assertThat(reader.fault()).isEqualTo(REFUSED + "the connection ended before it began");
        }
    }

    /** RFC 9112, 9.3: persistence. */
    @Nested
    class Persistence {
        @ParameterizedTest
        @CsvSource({
            "HTTP/1.1, X: y, kept",
            "HTTP/1.1, Connection: close, closed",
            "HTTP/1.1, 'Connection: keep-alive, close', closed",
            "HTTP/1.1, 'Connection: x, CLOSE', closed",
            "HTTP/1.0, X: y, closed",
            "HTTP/1.0, Connection: keep-alive, kept",
            "HTTP/1.0, Connection: close, closed"
        })
        void shouldKnowWhetherTheConnectionIsKept(String version, String field, String kept) {
            assertThat(verdict("GET", version + " 200 OK|" + field + "|Content-Length: 1||x")
                            .get(0))
                    .endsWith(kept);
        }

        @Test
        void shouldGiveUpALongBodyThatNobodyWants() {
            final ResponseReader reader = new ResponseReader(RequestLimits.USUAL);
            reader.parseHead(ByteBuffer.wrap(Cuts.bytes(OK + "Content-Length: 1000000||")));
            assertThat(reader.keepAlive()).isTrue();
            assertThat(reader.skipBody(ByteBuffer.allocate(10))).isTrue();
            assertThat(reader.keepAlive()).isFalse();
        }

        @Test
        void shouldAwaitNothingBehindAnIncompleteResponse() {
            final ResponseReader reader = new ResponseReader(RequestLimits.USUAL);
            reader.parseHead(ByteBuffer.wrap(Cuts.bytes(OK + "Content-Length: 1||")));
            assertThatThrownBy(() -> reader.awaitResponseTo("GET"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not complete");
            assertThatThrownBy(reader::awaitFinal).isInstanceOf(IllegalStateException.class);
        }
    }

    /** RFC 9110, 15.2: informational. */
    @Nested
    class Interim {
        @Test
        void shouldReadInterimResponsesBeforeTheFinalOne() {
            final List<String> told = verdict(
                    "GET", "HTTP/1.1 100 Continue||HTTP/1.1 103 Early Hints|Link: x||" + OK + "Content-Length: 1||x");
            assertThat(told).hasSize(3);
            assertThat(told.get(1)).startsWith("103 1.1 Early Hints\nlink: x\n");
            assertThat(told.get(2)).startsWith("200 1.1 OK\n").contains("[x]");
        }

        @Test
        void shouldNotTakeALengthOfOneForABody() {
            assertThat(verdict("GET", "HTTP/1.1 102 x|Content-Length: 9||" + OK + "Content-Length: 1||x"))
                    .hasSize(2);
        }

        @Test
        void shouldRefuseThemWithoutEnd() {
            final String most = "HTTP/1.1 100 Continue||".repeat(ResponseReader.MAX_INTERIM);
            assertThat(verdict("GET", most + OK + "Content-Length: 0||"))
                    .last()
                    .asString()
                    .startsWith("200");
            assertThat(verdict("GET", most + "HTTP/1.1 100 Continue||"))
                    .last()
                    .asString()
                    .startsWith(REFUSED);
        }
    }

    private static void assertRefused(String method, String response) {
        assertThat(verdict(method, response).get(0)).as(response).startsWith(REFUSED);
    }

    /** What comes out of the whole; of pieces it is the same. */
    private static List<String> verdict(String method, String response) {
        final byte[] bytes = Cuts.bytes(response);
        final List<String> whole = ResponseRun.of(method, Cuts.whole(bytes));
        for (final List<ByteBuffer> pieces : Cuts.all(bytes)) {
            final int first = pieces.get(0).capacity();
            assertThat(ResponseRun.of(method, pieces))
                    .as("after %d bytes: %s", first, response)
                    .isEqualTo(whole);
        }
        return whole;
    }
}
