// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.FuzzContract;
import java.nio.ByteBuffer;
import java.util.Random;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;

/** The first byte is the size of the file, the others are the field; the parts are put together as they are sent. */
class ByteRangesFuzzTest extends FuzzContract {
    private static final HttpField TEXT = new HttpField(HttpHeader.CONTENT_TYPE, "text/plain");
    private static final MultipartRanges MULTIPART = new MultipartRanges(new Random(1L));
    private static final String DELIMITER =
            "\r\n--" + MULTIPART.contentType().getValue().replaceAll(".*boundary=", "");

    ByteRangesFuzzTest() {
        super("byte-ranges");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        final int sizeBytes = data[0] & 0xFF;
        final String field = new String(data, 1, data.length - 1, ISO_8859_1);
        final ByteRanges ranges = new ByteRanges();
        final String answer = RangeModel.answer(field, sizeBytes);
        assertThat(ByteRangesTest.resolved(ranges, field, sizeBytes)).isEqualTo(answer);
        if (ranges.count() > 1) {
            final String body = body(answer.substring("206 ".length()).split(",", -1), sizeBytes);
            assertThat(sent(ranges)).isEqualTo(body);
            assertThat(MULTIPART.contentLengthBytes(ranges, TEXT)).isEqualTo(body.length());
        }
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }

    /** RFC 9110, 14.6. */
    private static String body(String[] parts, int sizeBytes) {
        final StringBuilder body = new StringBuilder();
        for (final String part : parts) {
            body.append(DELIMITER).append("\r\nContent-Type: text/plain\r\nContent-Range: bytes ");
            body.append(part).append('/').append(sizeBytes).append("\r\n\r\n");
            final String[] ends = part.split("-", -1);
            for (int at = Integer.parseInt(ends[0]); at <= Integer.parseInt(ends[1]); at++) {
                body.append((char) at);
            }
        }
        return body.append(DELIMITER).append("--\r\n").toString();
    }

    private static String sent(ByteRanges ranges) {
        final ByteBuffer out = ByteBuffer.allocate(8192);
        for (int part = 0; part < ranges.count(); part++) {
            final int before = out.position();
            MULTIPART.putHead(ranges, part, TEXT, out);
            assertThat(out.position() - before).isEqualTo(MULTIPART.headBytes(ranges, part, TEXT));
            for (long i = 0L; i < ranges.lengthBytes(part); i++) {
                out.put((byte) (ranges.firstByte(part) + i));
            }
        }
        MULTIPART.putEnd(out);
        return ISO_8859_1.decode(out.flip()).toString();
    }
}
