// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * Frames content as chunks. The content itself is elsewhere: what is written here goes before it and behind it. One for a body.
 *
 * <pre>{@code
 * writer.begin(out, 8192);     // 2000 CRLF, then 8192 bytes from wherever they are
 * writer.begin(out, 100);      // CRLF 64 CRLF, then 100 bytes
 * writer.end(out);             // CRLF, so that the chunk is seen to be complete before the next one is known; may be left out
 * writer.last(out, trailers);  // 0 CRLF, the trailers, CRLF
 * }</pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1: chunked transfer coding</a>
 */
public final class ChunkedWriter {
    /** Room that each call needs, but for trailers. */
    public static final int MAX_BYTES = 24;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST = {'0', '\r', '\n'};
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGIT_BITS = 4;

    private enum Part {
        BETWEEN,
        CHUNK,
        OVER
    }

    private Part part = Part.BETWEEN;

    /** Begins with no chunk written. */
    public ChunkedWriter() {}

    /** Forgets the body, for another one. */
    public void reset() {
        part = Part.BETWEEN;
    }

    /**
     * Writes what goes before a chunk's content, behind the end of the chunk before if that is not written yet.
     *
     * @param out has room for {@link #MAX_BYTES}
     * @param contentBytes of the chunk, all of which follow; at least 1, for an empty one would end the body
     * @throws IllegalArgumentException if there are none
     * @throws IllegalStateException after the last chunk
     */
    public void begin(ByteBuffer out, long contentBytes) {
        if (contentBytes < 1L) {
            throw new IllegalArgumentException(
                    "a chunk must have at least 1 byte of content: contentBytes=" + contentBytes);
        }
        end(out);
        int shift = (Long.SIZE - 1 - Long.numberOfLeadingZeros(contentBytes)) / DIGIT_BITS * DIGIT_BITS;
        for (; shift >= 0; shift -= DIGIT_BITS) {
            out.put(DIGITS[(int) (contentBytes >>> shift) & 0xF]);
        }
        out.put(CRLF);
        part = Part.CHUNK;
    }

    /**
     * Writes what goes behind a chunk's content, if there is a chunk.
     *
     * @param out has room for {@link #MAX_BYTES}
     * @throws IllegalStateException after the last chunk
     */
    public void end(ByteBuffer out) {
        if (part == Part.OVER) {
            throw new IllegalStateException("the last chunk is written");
        }
        if (part == Part.CHUNK) {
            out.put(CRLF);
        }
        part = Part.BETWEEN;
    }

    /**
     * Writes the last chunk, and the end of the body.
     *
     * @param out has room for {@link #MAX_BYTES}
     * @throws IllegalStateException after the last chunk
     */
    public void last(ByteBuffer out) {
        last(out, HttpFields.EMPTY);
    }

    /**
     * Writes the last chunk, trailers, and the end of the body.
     *
     * @param out has room for {@link #MAX_BYTES} and the trailers
     * @param trailers fields that were not known before
     * @throws IllegalArgumentException if a field may not be there, or would be read as something else; nothing is written
     * @throws IllegalStateException after the last chunk
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1">RFC 9110, 6.5.1: limitations on use of trailers</a>
     */
    public void last(ByteBuffer out, HttpFields trailers) {
        for (final HttpField field : trailers) {
            FieldWriter.check(field.getName(), field.getValue());
            if (!Trailers.isAllowed(field.getHeader())) {
                throw new IllegalArgumentException("not a trailer field: " + field.getName());
            }
        }
        end(out);
        out.put(LAST);
        for (final HttpField field : trailers) {
            FieldWriter.put(out, field.getName(), field.getValue());
        }
        out.put(CRLF);
        part = Part.OVER;
    }
}
