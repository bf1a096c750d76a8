// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed and ambiguous requests, by the section that rules them: whole, byte by byte, and in two at every place; as POST, and as GET.
 * A bar is the end of a line.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
class Rfc9112RequestsTest {
    private static final String HEAD = "METHOD / HTTP/1.1|Host: h|";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked||";

    /** RFC 9112, 2.2: message parsing. */
    @Nested
    class MessageParsing {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "METHOD / HTTP/1.1\nHost: h||",
                    "METHOD / HTTP/1.1|Host: h\n|",
                    "METHOD / HTTP/1.1|Host: h|\n",
                    "METHOD / HTTP/1.1|Host: h|\r|",
                    "METHOD / HTTP/1.1|Host: h|\rX: y||",
                    "METHOD / HTTP/1.1\r Host: h||",
                    "METHOD / HTTP/1.1|Host: h\rX: y||",
                    "METHOD / HTTP/1.1|Ho\rst: h||",
                    "METHOD / HTTP/1.1| Host: h||",
                    "METHOD / HTTP/1.1|\tX: y|Host: h||",
                    "METHOD / HTTP/1.1||Host: h||",
                    "\rMETHOD / HTTP/1.1|Host: h||",
                    "\nMETHOD / HTTP/1.1|Host: h||",
                    "\u0000METHOD / HTTP/1.1|Host: h||",
                    "\u00ef\u00bb\u00bfMETHOD / HTTP/1.1|Host: h||"
                })
        void shouldRefuseWhatEndsOrBeginsALineOtherwise(String request) {
            assertVerdict("400", request);
        }

        @Test
        void shouldSkipEmptyLinesBeforeARequestButNotForEver() {
            assertVerdict("METHOD / 1.1", "||" + HEAD + "|");
            assertVerdict("400", "|".repeat(300) + HEAD + "|");
        }

        @Test
        void shouldSkipAnEmptyLineBetweenPipelinedRequests() {
            final String request = HEAD + "Content-Length: 1||x|";
            assertThat(verdict(request + request)).hasSize(2).allMatch(told -> told.contains("[x]"));
        }
    }

    /** RFC 9112, 3: request line. */
    @Nested
    class RequestLines {
        @ParameterizedTest
        @CsvSource({
            "'METHOD  / HTTP/1.1', 400",
            "'METHOD / HTTP/1.1 ', 400",
            "'METHOD /', 400",
            "'METHOD', 400",
            "'METHOD / HTTP/1.1 x', 400",
            "'METHOD / x HTTP/1.1', 400",
            "'METHOD\t/ HTTP/1.1', 400",
            "'METHOD / HTTP/1.1\u000b', 400",
            "'METHOD /\u0080 HTTP/1.1', 400",
            "'METHOD / HTTP/1,1', 400",
            "'METHOD / HTTP/11', 400",
            "'METHOD / HTTP/1.', 400",
            "'METHOD / HTTP/A.1', 400",
            "'METHOD / HTTP/0.9', 505",
            "'METHOD / HTTP/2.0', 505",
            "'METHOD / HTTP/9.9', 505",
            "'ME(HOD / HTTP/1.1', 400",
            "': / HTTP/1.1', 400",
            "'\"METHOD\" / HTTP/1.1', 400"
        })
        void shouldRefuseWhatIsNoRequestLine(String line, String status) {
            assertVerdict(status, line + "|Host: h||");
        }

        @Test
        void shouldRefuseALineThatIsTooLongWhicheverPartIs() {
            final String long9000 = "a".repeat(9000);
            assertVerdict("414", "METHOD /" + long9000 + " HTTP/1.1|Host: h||");
            assertVerdict("414", long9000 + " / HTTP/1.1|Host: h||");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/", "*", "h:443", "http://h/", "http://h", "/a?b=c#d", "/%00", "/'"})
        void shouldLeaveTheTargetToWhoKnowsWhatItMeans(String target) {
            assertVerdict("METHOD " + target + " 1.1", "METHOD " + target + " HTTP/1.1|Host: h||");
        }
    }

    /** RFC 9112, 3.2: request target, and Host. */
    @Nested
    class Hosts {
        @ParameterizedTest
        @ValueSource(strings = {"X: y|", "Host: h|Host: h|", "Host: a|host: b|", "Host: h i|", "Host: h\u0000|"})
        void shouldRefuseNoHostTwoHostsAndWhatIsNone(String fields) {
            assertVerdict("400", "METHOD / HTTP/1.1|" + fields + "|");
        }

        @Test
        void shouldTakeOldRequestsWithoutHost() {
            assertVerdict("METHOD / 1.0", "METHOD / HTTP/1.0||");
        }
    }

    /** RFC 9112, 5: field syntax. */
    @Nested
    class FieldSyntax {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "X : y", "X\t: y", " X: y", "X", ": y", "X y: z", "X\u0000: y", "X: y\u0000z", "X: y\u0007",
                            "X: \u007f",
                    "X: a|b", "X: a| b", "X: a|\tb", "X\u00e4: y", "X;: y", "X[: y", "X=y", "{X}: y", "X/: y", "X\rY: z"
                })
        void shouldRefuseWhatIsNoFieldLine(String field) {
            assertVerdict("400", HEAD + field + "||");
            assertVerdict("400", "METHOD / HTTP/1.1|" + field + "|Host: h||");
        }

        @ParameterizedTest
        @ValueSource(strings = {"X:y", "X:", "X: ", "X:\t y \t", "X: \u00e4", "X: a:b", "X: a, b", "!#$%&'*+-.^_`~: y"})
        void shouldTakeWhatIsOne(String field) {
            assertVerdict("METHOD / 1.1", HEAD + field + "||");
        }

        /** The parser remembers fields of earlier requests. */
        @ParameterizedTest
        @ValueSource(
                strings = {"Cookie: s=", "Authorization: Basic ", "User-Agent: ", "Accept-Encoding: gZ", "Connection: x"
                })
        void shouldNotTakeAValueForOneThatDiffersInCase(String field) {
            final RequestReader reader = new RequestReader(RequestLimits.USUAL);
            for (final String value :
                    List.of(field + "AbC", field + "aBc", field + "AbC", field + "aBcD", "Connection: CLOSE")) {
                reader.parse(ByteBuffer.wrap(Cuts.bytes("GET / HTTP/1.1|Host: h|" + value + "|X: y||")));
                assertThat(reader.fields().getField(1)).hasToString(value);
                reader.reset();
            }
        }

        @Test
        void shouldRefuseTooManyFieldsAndTooLongOnes() {
            assertVerdict("431", HEAD + "A: b|".repeat(RequestLimits.USUAL.fields()) + "|");
            assertVerdict("431", HEAD + "A: " + "b".repeat(41_000) + "||");
            assertVerdict("431", HEAD + "A".repeat(41_000) + ": b||");
        }
    }

    /** RFC 9112, 6.1 to 6.3: where a body ends. */
    @Nested
    class BodyLength {
        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "Transfer-Encoding: chunked|Content-Length: 3 ~400",
                    "Content-Length: 3|Transfer-Encoding: chunked ~400",
                    "Content-Length: 0|Transfer-Encoding: chunked ~400",
                    "Transfer-Encoding: identity ~400",
                    "Transfer-Encoding: ~400",
                    "Transfer-Encoding: chunked|Transfer-Encoding: chunked ~400",
                    "Transfer-Encoding: chunked|Transfer-Encoding: gzip ~400",
                    "Transfer-Encoding: chunked, identity ~400",
                    "Transfer-Encoding: gzip, chunked ~501",
                    "Transfer-Encoding: gzip|Transfer-Encoding: chunked ~501",
                    "Transfer-Encoding: chunke ~400",
                    "Transfer-Encoding: chunked;a=b ~400",
                    "Transfer-Encoding: 'chunked' ~400",
                    "Transfer-Encoding: chunked chunked ~400",
                    "Transfer_Encoding: chunked|Transfer-Encoding : chunked ~400",
                    "Content-Length: 3|Content-Length: 3 ~400",
                    "Content-Length: 3|Content-Length: 4 ~400",
                    "Content-Length: 3, 3 ~400",
                    "Content-Length: 3,4 ~400",
                    "Content-Length: ~400",
                    "Content-Length: +3 ~400",
                    "Content-Length: 3.0 ~400",
                    "Content-Length: 0x3 ~400",
                    "Content-Length: 3; ~400",
                    "Content-Length: \u0663 ~400",
                    "Content-Length: 18446744073709551619 ~400"
                })
        void shouldRefuseWhatTwoReadersMightEndElsewhere(String fields, String status) {
            assertVerdict(status, HEAD + fields + "||3|abc|0||GET /smuggled HTTP/1.1|Host: h||");
        }

        @Test
        void shouldRefuseChunksOfHttp10() {
            assertVerdict("400", CHUNKED.replace("1.1", "1.0") + "0||");
        }

        @Test
        void shouldReadNoBodyWithoutALength() {
            assertThat(verdict(HEAD + "|" + HEAD + "Content-Length: 0||"))
                    .hasSize(2)
                    .allMatch(told -> told.contains("[]"));
        }

        @Test
        void shouldNotTakeARequestWithinABodyForOne() {
            final String inner = HEAD + "|";
            final int length = Cuts.bytes(inner).length;
            assertThat(verdict(HEAD + "Content-Length: " + (length - 2) + "||" + inner.replace("METHOD", "POST")))
                    .hasSize(1);
        }

        @Test
        void shouldKnowBeforehandHowLongABodyIs() {
            final RequestReader reader = new RequestReader(RequestLimits.USUAL);
            reader.parseHead(ByteBuffer.wrap(Cuts.bytes("POST / HTTP/1.1|Host: h|Content-Length: 1000000000000||")));
            assertThat(reader.hasBody()).isTrue();
            assertThat(reader.contentLength()).isEqualTo(1_000_000_000_000L);
            reader.reset();
            reader.parseHead(ByteBuffer.wrap(Cuts.bytes("POST / HTTP/1.1|Host: h|Transfer-Encoding: chunked||")));
            assertThat(reader.hasBody()).isTrue();
            assertThat(reader.contentLength()).isEqualTo(-1L);
            reader.reset();
            reader.parseHead(ByteBuffer.wrap(Cuts.bytes("POST / HTTP/1.1|Host: h||")));
            assertThat(reader.hasBody()).isFalse();
            assertThat(reader.contentLength()).isZero();
            assertThat(reader.bodyComplete()).isTrue();
        }
    }

    /** RFC 9112, 7.1: chunked transfer coding. */
    @Nested
    class Chunks {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "3 |abc|0||",
                    " 3|abc|0||",
                    "3\t|abc|0||",
                    "+3|abc|0||",
                    "-3|abc|0||",
                    "0x3|abc|0||",
                    "3_|abc|0||",
                    "g|abc|0||",
                    "|abc|0||",
                    ";a|abc|0||",
                    "3\nabc|0||",
                    "3|abc\n0||",
                    "3\rabc|0||",
                    "3|abc\r0||",
                    "3|abcd|0||",
                    "3|ab|0||",
                    "3|abc0||",
                    "0\n|",
                    "3;a\n|abc|0||",
                    "3;a\u0000|abc|0||",
                    "3;a=\"|\"|abc|0||",
                    "1000000000000000|abc",
                    "ffffffffffffffff|abc",
                    "0000000000000003|abc|0||",
                    "3|abc|0|X : y||",
                    "3|abc|0| X: y||",
                    "3|abc|0|X||",
                    "3|abc|0|X: a\nb||",
                    "3|abc|0|\n",
                    "\u0663|abc|0||"
                })
        void shouldRefuseInTheMiddleWhatIsMalformed(String chunks) {
            assertVerdict("400", CHUNKED + chunks);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "3|abc|0||",
                    "1|a|2|bc|0||",
                    "003|abc|000||",
                    "3;a|abc|0;b||",
                    "3;a=b;c=\"d\"|abc|0||",
                    "3; a = b|abc|0||",
                    "3;\u00e4|abc|0||"
                })
        void shouldReadWhatIsWellFormed(String chunks) {
            for (final String told : verdict(CHUNKED + chunks)) {
                assertThat(told).contains("[abc]");
            }
        }

        @Test
        void shouldBoundExtensionsOfOneChunkAndOfAll() {
            assertVerdict("400", CHUNKED + "1;" + "a".repeat(ChunkFraming.MAX_EXTENSION_BYTES + 1) + "|x|0||");
            assertVerdict("400", CHUNKED + ("1;" + "a".repeat(100) + "|x|").repeat(50) + "0||");
            final String earned = ("80;" + "a".repeat(100) + "|" + "x".repeat(128) + "|").repeat(100);
            assertThat(verdict(CHUNKED + earned + "0||").get(0)).contains("x".repeat(12_800));
        }
    }

    /** RFC 9110, 6.5: trailer fields. */
    @Nested
    class TrailerFields {
        @Test
        void shouldHaveThemOnceTheBodyIsComplete() {
            assertThat(verdict(CHUNKED + "1|x|0|A: b|c:d||").get(0)).contains("[x]\na: b\nc: d\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length: 5",
                    "Transfer-Encoding: chunked",
                    "Host: i",
                    "Authorization: x",
                    "trailer: y"
                })
        void shouldDropThoseThatComeTooLate(String trailer) {
            assertThat(verdict(CHUNKED + "1|x|0|" + trailer + "|A: b||").get(0)).contains("[x]\na: b\n");
        }

        @Test
        void shouldRefuseTooManyAndTooLongOnes() {
            assertVerdict("431", CHUNKED + "0|" + "A: b|".repeat(RequestLimits.USUAL.fields() + 1) + "|");
            assertVerdict("431", CHUNKED + "0|A: " + "b".repeat(41_000) + "||");
        }
    }

    /** As POST, and as GET. */
    private static void assertVerdict(String start, String request) {
        for (final String method : List.of("POST", "GET")) {
            assertThat(verdict(request.replace("METHOD", method)).get(0))
                    .as(request)
                    .startsWith(start.replace("METHOD", method));
        }
    }

    /** What comes out of the whole; of pieces it is the same. */
    private static List<String> verdict(String request) {
        final byte[] bytes = Cuts.bytes(request.replace("METHOD", "POST"));
        final List<String> whole = RequestRun.of(Cuts.whole(bytes));
        for (final List<ByteBuffer> pieces : Cuts.all(bytes)) {
            final int first = pieces.get(0).capacity();
            assertThat(RequestRun.of(pieces))
                    .as("after %d bytes: %s", first, request)
                    .isEqualTo(whole);
        }
        return whole;
    }
}
