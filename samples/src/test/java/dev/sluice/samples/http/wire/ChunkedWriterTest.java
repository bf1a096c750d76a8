// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is written is what the readers read.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1: chunked transfer coding</a>
 */
class ChunkedWriterTest {
    private final ChunkedWriter writer = new ChunkedWriter();
    private final ByteBuffer out = ByteBuffer.allocate(8192);

    @Test
    void shouldFrameContentThatIsElsewhere() {
        writer.begin(out, 3);
        out.put(bytes("abc"));
        writer.begin(out, 1);
        out.put(bytes("d"));
        writer.end(out);
        writer.end(out);
        writer.last(out, HttpFields.build().add("A", "b"));
        assertThat(written()).isEqualTo("3\r\nabc\r\n1\r\nd\r\n0\r\nA: b\r\n\r\n");
    }

    @Test
    void shouldEndAnEmptyBody() {
        writer.last(out);
        assertThat(written()).isEqualTo("0\r\n\r\n");
        assertThatThrownBy(() -> writer.begin(out, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.last(out)).isInstanceOf(IllegalStateException.class);
        writer.reset();
        writer.begin(out, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "9,9",
        "10,a",
        "15,f",
        "16,10",
        "255,ff",
        "256,100",
        "8192,2000",
        "9223372036854775807,7fffffffffffffff"
    })
    void shouldWriteSizesInTheirFewestDigits(long contentBytes, String digits) {
        writer.begin(out, contentBytes);
        assertThat(written()).isEqualTo(digits + "\r\n");
        writer.end(out);
        assertThat(out.position()).isLessThanOrEqualTo(ChunkedWriter.MAX_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldRefuseAChunkWithoutContent(long contentBytes) {
        assertThatThrownBy(() -> writer.begin(out, contentBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contentBytes=" + contentBytes);
    }

    /** RFC 9110, 6.5.1: limitations on use of trailers. */
    @ParameterizedTest
    @CsvSource({
        "Content-Length, 1",
        "transfer-encoding, chunked",
        "Host, h",
        "A, 'b\r\nC: d'",
        "A, 'b\nc'",
        "'A b', c",
        "'', c"
    })
    void shouldRefuseTrailersThatHaveNoBusinessThere(String name, String value) {
        final HttpFields trailers = HttpFields.build().add(name, value);
        writer.begin(out, 1);
        final int before = out.position();
        assertThatThrownBy(() -> writer.last(out, trailers)).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.position()).isEqualTo(before);
        writer.last(out);
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            out.clear();
            writer.reset();
            final StringBuilder content = new StringBuilder();
            for (int n = random.nextInt(6); n > 0; n--) {
                final byte[] piece = new byte[1 + random.nextInt(300)];
                random.nextBytes(piece);
                writer.begin(out, piece.length);
                out.put(piece);
                content.append(new String(piece, ISO_8859_1));
                if (random.nextBoolean()) {
                    writer.end(out);
                }
            }
            writer.last(out, HttpFields.build().add("Sum", Integer.toString(i)));
            final String field = "Transfer-Encoding: chunked\r\n\r\n";
            final List<String> request = RequestRun.of(
                    Cuts.atRandom(bytes("PUT / HTTP/1.1\r\nHost: h\r\n" + field + written()), random),
                    new TestSink(random));
            final List<String> response = ResponseRun.of(
                    "GET",
                    Cuts.atRandom(bytes("HTTP/1.1 200 OK\r\n" + field + written()), random),
                    new TestSink(random));
            final String end = "[" + content + "]\nsum: " + i + "\nkept";
            assertThat(request)
                    .as("seed %d, round %d", seed, i)
                    .singleElement()
                    .asString()
                    .endsWith(end);
            assertThat(response)
                    .as("seed %d, round %d", seed, i)
                    .singleElement()
                    .asString()
                    .endsWith(end);
        }
    }

    private String written() {
        return new String(out.array(), 0, out.position(), ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
