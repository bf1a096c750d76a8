// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Writes the head of requests. Nothing that comes from outside can end a line in it: what would is refused, and not written. Stateless.
 *
 * <pre>{@code
 * RequestHead.begin(out, "GET", "/index.html");
 * RequestHead.field(out, "Host", "www.example.org");
 * RequestHead.end(out);
 * }</pre>
 *
 * @see ResponseHeader
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3">RFC 9112, 3: request line</a>
 */
public final class RequestHead {
    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = (HttpHeader.TRANSFER_ENCODING + ": " + HttpHeaderValue.CHUNKED + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};

    private RequestHead() {}

    /**
     * Writes the request line.
     *
     * @param out has room for it
     * @param method a token
     * @param target in one of the four forms, percent-encoded: visible ASCII only, at least one character
     * @throws IllegalArgumentException if the method or the target is not what it must be
     * @throws java.nio.BufferOverflowException if there is no room
     */
    public static void begin(ByteBuffer out, String method, String target) {
        if (!Ascii.isToken(method)) {
            throw new IllegalArgumentException("the method must be a token: " + Ascii.printable(method));
        }
        if (target.isEmpty() || target.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new IllegalArgumentException(
                    "the target must be visible ASCII, and percent-encoded what is not: " + Ascii.printable(target));
        }
        FieldWriter.putText(out, method);
        out.put((byte) ' ');
        FieldWriter.putText(out, target);
        out.put(VERSION);
    }

    /**
     * Writes a field.
     *
     * @param out has room for it
     * @param name a token
     * @param value without CR, LF, NUL or other controls but tabs, and nothing beyond ISO 8859-1
     * @throws IllegalArgumentException if the name or the value is not what it must be
     * @throws java.nio.BufferOverflowException if there is no room
     */
    public static void field(ByteBuffer out, String name, String value) {
        FieldWriter.check(name, value);
        FieldWriter.put(out, name, value);
    }

    /**
     * Writes a field.
     *
     * @param out has room for it
     * @param field name and value, as above
     * @throws IllegalArgumentException if the name or the value is not what it must be
     * @throws java.nio.BufferOverflowException if there is no room
     */
    public static void field(ByteBuffer out, HttpField field) {
        field(out, field.getName(), field.getValue());
    }

    /**
     * Writes Content-Length.
     *
     * @param out has room for it
     * @param lengthBytes of the content, at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public static void contentLength(ByteBuffer out, long lengthBytes) {
        if (lengthBytes < 0L) {
            throw new IllegalArgumentException("lengthBytes must be at least 0: lengthBytes=" + lengthBytes);
        }
        out.put(HttpHeader.CONTENT_LENGTH.getBytesColonSpace());
        BufferUtil.putDecLong(out, lengthBytes);
        out.put(CRLF);
    }

    /**
     * Writes that the content follows in chunks, those of a {@link ChunkedWriter}.
     *
     * @param out has room for it
     */
    public static void chunked(ByteBuffer out) {
        out.put(CHUNKED);
    }

    /**
     * Writes the empty line behind the last field.
     *
     * @param out has room for it
     */
    public static void end(ByteBuffer out) {
        out.put(CRLF);
    }
}
