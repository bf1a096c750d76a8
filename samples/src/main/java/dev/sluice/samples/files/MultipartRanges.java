// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The answer that has several parts of a file: what stands before each part and behind the last. One for a server; it remembers nothing
 * of an answer.
 *
 * <pre>
 *
 *   --boundary                        head of part 0, which begins with a line end
 *   Content-Type: text/plain
 *   Content-Range: bytes 0-1/8000
 *
 *   ab                                2 bytes of the file
 *   --boundary                        head of part 1, likewise
 *   Content-Type: text/plain
 *   Content-Range: bytes 7999-7999/8000
 *
 *   z                                 1 byte of the file
 *   --boundary--                      end
 * </pre>
 *
 * <p>The first line end is allowed, not needed (RFC 9110, 14.6, implementation notes). Some clients know answers only that begin with it,
 * as nginx sends them: zsync skips a line before it looks for a boundary.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.6">RFC 9110, 14.6: multipart/byteranges</a>
 */
public final class MultipartRanges {
    /** So much chance that no file has it that was there before. */
    private static final int BOUNDARY_BYTES = 16;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final int COLON_AND_SPACE = 2;

    private final byte[] delimiter;
    private final byte[] end;
    private final HttpField contentType;

    /**
     * Makes a boundary, which all answers have until the server ends.
     *
     * @param random not to be guessed: a {@link java.security.SecureRandom}, but in tests
     */
    public MultipartRanges(RandomGenerator random) {
        final byte[] chance = new byte[BOUNDARY_BYTES];
        random.nextBytes(chance);
        final String boundary = HexFormat.of().formatHex(chance);
        delimiter = ("\r\n--" + boundary + "\r\n").getBytes(StandardCharsets.US_ASCII);
        end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        contentType = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
    }

    /**
     * Returns the Content-Type of the answer. The file's own stands in each part.
     *
     * @return the field
     */
    public HttpField contentType() {
        return contentType;
    }

    /**
     * Returns the Content-Length of the answer: heads, parts and end.
     *
     * @param ranges two or more parts
     * @param type the file's Content-Type
     * @return bytes
     */
    public long contentLengthBytes(ByteRanges ranges, HttpField type) {
        long lengthBytes = end.length;
        for (int part = 0; part < ranges.count(); part++) {
            lengthBytes += headBytes(ranges, part, type) + ranges.lengthBytes(part);
        }
        return lengthBytes;
    }

    /**
     * Tells whether the answer would be longer than the file: then that is sent, as {@code 200}, and nobody gets more by asking for parts.
     *
     * @param ranges two or more parts
     * @param type the file's Content-Type
     * @return true if so
     */
    public boolean isLongerThanFile(ByteRanges ranges, HttpField type) {
        return contentLengthBytes(ranges, type) > ranges.sizeBytes();
    }

    /**
     * Returns the length of what stands before a part.
     *
     * @param ranges the parts
     * @param part from 0
     * @param type the file's Content-Type
     * @return bytes
     */
    public int headBytes(ByteRanges ranges, int part, HttpField type) {
        return delimiter.length
                + type.getName().length()
                + COLON_AND_SPACE
                + type.getValue().length()
                + CRLF.length
                + ranges.contentRangeBytes(part)
                + CRLF.length;
    }

    /**
     * Writes what stands before a part.
     *
     * @param ranges the parts
     * @param part from 0
     * @param type the file's Content-Type, in ASCII
     * @param out has room for {@link #headBytes}
     */
    public void putHead(ByteRanges ranges, int part, HttpField type, ByteBuffer out) {
        out.put(delimiter);
        HttpGenerator.putTo(type, out);
        ranges.putContentRange(part, out);
        out.put(CRLF);
    }

    /**
     * Returns the length of what stands behind the last part.
     *
     * @return bytes
     */
    public int endBytes() {
        return end.length;
    }

    /**
     * Writes what stands behind the last part.
     *
     * @param out has room for {@link #endBytes()}
     */
    public void putEnd(ByteBuffer out) {
        out.put(end);
    }
}
