// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is said to malformed and ambiguous requests: as GET and as POST, whole and in pieces down to a byte. A verdict of 0 is a
 * well-formed request.
 */
class VerdictsTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "GET / HTTP/1.1,     0", "GET / HTTP/1.2,   0", "GET / HTTP/1.9,   0", "get / HTTP/1.1,     0",
                "GET / http/1.1,   400", "GET / HTTP/1,   400", "GET / HTTP/3,   400", "GET / HTTP/01.01, 400",
                "GET / HTTP/1.10,  400", "GET HTTP/1.1,   400", "GET /,          400", "GET,              400",
                "~GET  / HTTP/1.1~,400", "~GET /  HTTP/1.1~, 400", "~GET / HTTP/1.1 ~, 400", "~ GET / HTTP/1.1~, 400",
                "~GET /a b HTTP/1.1~, 400", "~GET\t/ HTTP/1.1~, 400", "~GET /\tHTTP/1.1~, 400", "GET / HTTPS/1.1, 400",
                "GET /\u00e4 HTTP/1.1, 400", "GET /\u0001 HTTP/1.1, 400", "G@T / HTTP/1.1, 400",
                        "GET /\u007f HTTP/1.1, 400",
                "~GET / HTTP/1.1\r~, 400", "~\nGET / HTTP/1.1~, 400", "~\rGET / HTTP/1.1~, 400",
                        "~\r\n\r\nGET / HTTP/1.1~, 0",
                "GET / HTTP/0.9,   505", "GET / HTTP/2.0, 505", "PRI * HTTP/2.0, 505", "OPTIONS * HTTP/1.1, 0"
            })
    void shouldJudgeTheRequestLine(String line, int verdict) {
        assertVerdict(line + "\r\nHost: h\r\n\r\n", verdict);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "chunked, 0",
                "CHUNKED, 0",
                "~,chunked~, 0",
                "~chunked,~, 0",
                "~\tchunked~, 0",
                "~foo, chunked~, 501",
                "~gzip, chunked~, 501",
                "~xchunked, chunked~, 501",
                "gzip, 400",
                "identity, 400",
                "~chunked, chunked~, 400",
                "~chunked, gzip~, 400",
                "~ ~, 400",
                "\"chunked\", 400",
                "chunked;q=1, 400",
                "~chunked\u0000~, 400",
                "~\u000bchunked~, 400"
            })
    void shouldJudgeTransferCodings(String codings, int verdict) {
        assertVerdicts("Transfer-Encoding: " + codings + "\r\n\r\n0\r\n\r\n", verdict);
        if (codings.matches("[a-z]+, [a-z]+")) {
            assertVerdicts(
                    "Transfer-Encoding: " + codings.replace(", ", "\r\nTransfer-Encoding: ") + "\r\n\r\n0\r\n\r\n",
                    verdict);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "Content-Length: 1, 0",
                "Content-Length: 01, 0",
                "~Content-Length: 1, 1~, 400",
                "Content-Length:, 400",
                "Content-Length: 0x1, 400",
                "Content-Length: 1 1, 400",
                "Content-Length: +1, 400",
                "Content-Length: -1, 400",
                "Content-Length: 9223372036854775808, 400",
                "Content-Length : 1, 400",
                "~ Content-Length: 1~, 400",
                "~Content-Length: 1\r\nContent-Length: 1~, 400",
                "~Content-Length: 1\r\nContent-Length: 2~, 400",
                "~Content-Length: 1\r\nTransfer-Encoding: chunked~, 400",
                "~Transfer-Encoding: chunked\r\nContent-Length: 1~, 400",
                "~Content-Length: 1\r\nExpect: foo~, 417"
            })
    void shouldJudgeTheLengthOfABody(String fields, int verdict) {
        assertVerdicts(fields + "\r\n\r\nx", verdict);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "A:b, 0",
                "A: \u00e4, 0",
                "~A: b, c~, 0",
                "Host: h, 400",
                "host: h2, 400",
                "A :b, 400",
                ": b, 400",
                "A, 400",
                "~A: b\r\n c~, 400",
                "~A: b\rX: c~, 400",
                "~A: b\nX: c~, 400",
                "~A: \u0000~, 400",
                "~A: \u0001~, 400",
                "~A: \u007f~, 400",
                "A\u00e4: b, 400",
                "A(b): c, 400",
                "A@b: c, 400"
            })
    void shouldJudgeFields(String fields, int verdict) {
        assertVerdicts(fields + "\r\n\r\n", verdict);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "3|abc|0||, 0",
                "3;x=y|abc|0||, 0",
                "0||, 0",
                "0|T: x||, 0",
                "0|Content-Length: 5||, 0",
                "3;x=\"a|b\"|abc|0||, 400",
                "~3 |abc|0||~, 400",
                "~ 3|abc|0||~, 400",
                "+3|abc|0||, 400",
                "-3|abc|0||, 400",
                "0x3|abc|0||, 400",
                "~3\nabc|0||~, 400",
                "3|abc0||, 400",
                "3|abcd|0||, 400",
                "~3|abc\n0||~, 400",
                "|abc, 400",
                ";x|abc, 400",
                "~3;\n|abc|0||~, 400",
                "FFFFFFFFFFFFFFFFF|abc, 400",
                "000000000000000000003|abc|0||, 400",
                "0|bad trailer||, 400",
                "0|T : x||, 400",
                "~0|\n~, 400"
            })
    void shouldJudgeChunks(String chunks, int verdict) {
        assertVerdicts(CHUNKED + chunks.replace("|", "\r\n"), verdict);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "h, 0",
                "h:80, 0",
                "[::1], 0",
                "1.2.3.4, 0",
                "'', 0",
                "h:x, 400",
                "h:99999, 400",
                "[::1, 400",
                "a b, 400",
                "h@x, 400",
                "h/x, 400",
                "user:p@h, 400",
                "\u00e4, 400"
            })
    void shouldJudgeTheHost(String host, int verdict) {
        assertVerdict("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", verdict);
    }

    @Test
    void shouldCountFieldsAndTrailers() {
        final String fields = "A: b\r\n".repeat(RequestLimits.USUAL.fields() - 2);
        assertVerdicts(fields + "B: c\r\n\r\n", 0);
        assertVerdicts(fields + "B: c\r\nC: d\r\n\r\n", 431);
        assertVerdicts(CHUNKED + "0\r\n" + fields + "\r\n", 0);
        assertVerdicts(CHUNKED + "0\r\n" + fields + "B: c\r\n".repeat(3) + "\r\n", 431);
    }

    @Test
    void shouldTakeARequestLineUpToItsLimit() {
        final int most = RequestLimits.USUAL.requestLineBytes() - "GET / HTTP/1.1\r\n".length();
        assertVerdict("GET /" + "a".repeat(most) + " HTTP/1.1\r\nHost: h\r\n\r\n", 0);
        assertVerdict("GET /" + "a".repeat(most + 1) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414);
    }

    @Test
    void shouldSayTheSameHoweverManglesComeIn() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final String[] parts = {
            "GET / HTTP/1.1\r\n",
            "POST /x HTTP/1.0\r\n",
            "Host: h\r\n",
            "Content-Length: 3\r\n",
            "\r\n",
            "abc",
            CHUNKED,
            "3\r\nabc\r\n",
            "0\r\n\r\n",
            "Connection: close\r\n",
            "\n",
            "\r",
            " ",
            "\u0000",
            "Transfer-Encoding: gzip, chunked\r\n"
        };
        for (int i = 0; i < 3000; i++) {
            final StringBuilder request =
                    new StringBuilder(random.nextInt(4) == 0 ? "" : parts[random.nextInt(2)] + parts[2]);
            for (int n = random.nextInt(8); n > 0; n--) {
                request.append(parts[random.nextInt(parts.length)]);
            }
            if (random.nextBoolean() && request.length() > 0) {
                request.setCharAt(random.nextInt(request.length()), (char) random.nextInt(256));
            }
            final byte[] bytes = request.toString().getBytes(ISO_8859_1);
            assertThat(verdicts(bytes, 1))
                    .as("seed %d, request %d: %s", seed, i, request)
                    .isEqualTo(verdicts(bytes, bytes.length));
            assertThat(verdicts(bytes, 1 + random.nextInt(20)))
                    .as("seed %d, request %d", seed, i)
                    .isEqualTo(verdicts(bytes, 1));
        }
    }

    /** As GET and as POST. */
    private static void assertVerdicts(String behindHost, int verdict) {
        assertVerdict("GET / HTTP/1.1\r\nHost: h\r\n" + behindHost, verdict);
        assertVerdict("POST / HTTP/1.1\r\nHost: h\r\n" + behindHost, verdict);
    }

    private static void assertVerdict(String request, int verdict) {
        final byte[] bytes = request.getBytes(ISO_8859_1);
        for (final int pieceBytes : new int[] {bytes.length, 1, 3, 7}) {
            final List<Integer> verdicts = verdicts(bytes, pieceBytes);
            assertThat(verdicts).as("in pieces of %d: %s", pieceBytes, request).startsWith(verdict);
        }
    }

    /** Of one request after another, up to one that is refused or after which the connection ends. */
    private static List<Integer> verdicts(byte[] bytes, int pieceBytes) {
        final RequestReader reader = new RequestReader(RequestLimits.USUAL);
        final List<Integer> verdicts = new ArrayList<>();
        boolean goesOn = true;
        for (int from = 0; from < bytes.length && goesOn; from += pieceBytes) {
            final ByteBuffer piece =
                    ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + pieceBytes)));
            while (goesOn && piece.hasRemaining() && reader.parse(piece)) {
                verdicts.add(reader.badStatus());
                goesOn = reader.badStatus() == 0 && reader.keepAlive();
                reader.reset();
            }
        }
        return verdicts;
    }
}
