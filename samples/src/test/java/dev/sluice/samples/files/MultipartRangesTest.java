// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Random;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;

/** RFC 9110, 14.6: multipart/byteranges. */
class MultipartRangesTest {
    private static final HttpField TEXT = new HttpField(HttpHeader.CONTENT_TYPE, "text/plain");
    private static final String FILE = "0123456789".repeat(100);

    private final MultipartRanges multipart = new MultipartRanges(new Random(1L));
    private final ByteRanges ranges = new ByteRanges();

    private String boundary() {
        return multipart.contentType().getValue().substring("multipart/byteranges; boundary=".length());
    }

    /** As a server puts it together. */
    private String body() {
        final ByteBuffer out = ByteBuffer.allocate(8192);
        for (int part = 0; part < ranges.count(); part++) {
            final int before = out.position();
            multipart.putHead(ranges, part, TEXT, out);
            assertThat(out.position() - before).isEqualTo(multipart.headBytes(ranges, part, TEXT));
            final int first = (int) ranges.firstByte(part);
            out.put(FILE.substring(first, first + (int) ranges.lengthBytes(part))
                    .getBytes(StandardCharsets.US_ASCII));
        }
        final int before = out.position();
        multipart.putEnd(out);
        assertThat(out.position() - before).isEqualTo(multipart.endBytes());
        return StandardCharsets.US_ASCII.decode(out.flip()).toString();
    }

    @Test
    void shouldPutEachPartBehindItsTypeAndRange() {
        assertThat(ranges.resolve("bytes=500-509,0-0,-2", FILE.length())).isEqualTo(206);
        final String delimiter = "\r\n--" + boundary();
        final String expected = delimiter
                + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 500-509/1000\r\n\r\n0123456789"
                + delimiter
                + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-0/1000\r\n\r\n0"
                + delimiter
                + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 998-999/1000\r\n\r\n89"
                + delimiter
                + "--\r\n";
        assertThat(body()).isEqualTo(expected);
        assertThat(multipart.contentLengthBytes(ranges, TEXT)).isEqualTo(expected.length());
        assertThat(multipart.isLongerThanFile(ranges, TEXT)).isFalse();
    }

    @Test
    void shouldKnowTheLengthOfWhateverIsAskedFor() {
        final Random random = new Random(7L);
        for (int i = 0; i < 1000; i++) {
            final StringBuilder field = new StringBuilder("bytes=0-0");
            for (int part = random.nextInt(14); part >= 0; part--) {
                final int first = random.nextInt(FILE.length());
                field.append(',').append(first).append('-').append(first + random.nextInt(100));
            }
            assertThat(ranges.resolve(field.toString(), FILE.length())).isEqualTo(206);
            assertThat(body()).as("%s", field).hasSize((int) multipart.contentLengthBytes(ranges, TEXT));
        }
    }

    @Test
    void shouldTellWhenTheWholeFileIsTheShorterAnswer() {
        ranges.resolve("bytes=0-0,-1", 200L);
        assertThat(multipart.isLongerThanFile(ranges, TEXT)).isTrue();
        final long lengthBytes = multipart.contentLengthBytes(ranges, TEXT);
        ranges.resolve("bytes=0-0,-1", lengthBytes);
        assertThat(multipart.isLongerThanFile(ranges, TEXT)).isFalse();
    }

    @Test
    void shouldHaveABoundaryOfItsOwnInEachServer() {
        final MultipartRanges other = new MultipartRanges(new SecureRandom());
        assertThat(boundary()).matches("[0-9a-f]{32}");
        assertThat(other.contentType().getValue())
                .isNotEqualTo(multipart.contentType().getValue());
    }
}
