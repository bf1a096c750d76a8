// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Writes the header section of responses from parts that are encoded beforehand. One for the loop.
 *
 * <pre>{@code
 * header.begin(out, 200, keepAlive, false);
 * header.field(out, type);
 * header.contentLength(out, 8192);
 * header.end(out);
 * }</pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15">RFC 9110, status codes</a>
 */
public final class ResponseHeader {
    /** Room that every header without a Location fits in. */
    public static final int MAX_BYTES = 512;

    /** Those of three digits, and those that have fewer. */
    private static final int STATUSES = 1000;

    /** Of a field, beside its name and its value. */
    private static final int FIELD_BYTES = 4;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final HttpField CLOSE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    private static final HttpField KEEP_ALIVE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.KEEP_ALIVE.asString());
    private static final HttpField UPGRADE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.UPGRADE.asString());
    private static final HttpField CHUNKED =
            new PreEncodedHttpField(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());

    private final HttpDates dates = new HttpDates();
    private final byte[][] statusLines = new byte[STATUSES][];
    private long epochSeconds = Long.MIN_VALUE;
    private long timeMs;
    private byte[] date = {};

    /** Remembers nothing yet. */
    public ResponseHeader() {}

    /**
     * Sets what is sent as Date from now on.
     *
     * @param epochMillis milliseconds since 1970
     */
    public void setTime(long epochMillis) {
        timeMs = epochMillis;
        final long seconds = epochMillis / 1000L;
        if (seconds != epochSeconds) {
            epochSeconds = seconds;
            date = dateField(HttpHeader.DATE, seconds);
        }
    }

    /**
     * Returns the time that was set.
     *
     * @return milliseconds since 1970
     */
    public long timeMs() {
        return timeMs;
    }

    /**
     * Returns a whole interim response, such as that the client is to go on.
     *
     * @param status 1xx
     * @param fields mostly none
     * @return a line, the fields, and nothing more
     * @throws IllegalArgumentException as {@link #field}
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110, 15.2: informational</a>
     */
    public byte[] interim(int status, HttpFields fields) {
        final byte[] line = statusLine(status);
        int lengthBytes = line.length + CRLF.length;
        for (final HttpField field : fields) {
            lengthBytes += lengthOf(field);
        }
        final ByteBuffer out = ByteBuffer.allocate(lengthBytes).put(line);
        for (final HttpField field : fields) {
            field(out, field);
        }
        return out.put(CRLF).array();
    }

    /**
     * Starts with the status line, Date and, where it must be said, Connection.
     *
     * @param out has room for it
     * @param status of the response
     * @param keepAlive the connection is not closed after it
     * @param sayKeepAlive to a client of HTTP/1.0 that asked for it
     */
    public void begin(ByteBuffer out, int status, boolean keepAlive, boolean sayKeepAlive) {
        byte[] line = statusLines[status];
        if (line == null) {
            line = statusLine(status);
            statusLines[status] = line;
        }
        out.put(line).put(date);
        if (!keepAlive) {
            field(out, CLOSE);
        } else if (sayKeepAlive) {
            field(out, KEEP_ALIVE);
        }
    }

    /**
     * Starts a response behind which another protocol is spoken, with what every one of those says: RFC 9110, 7.8.
     *
     * @param out has room for it
     */
    public void beginUpgrade(ByteBuffer out) {
        begin(out, HttpStatus.SWITCHING_PROTOCOLS_101, true, false);
        field(out, UPGRADE);
    }

    /**
     * Writes a field. One that is not encoded beforehand may come from outside, and is looked at.
     *
     * @param out has room for it
     * @param field name and value
     * @throws IllegalArgumentException if the name is no token, or the value has CR, LF, NUL or another control but tabs, or something
     *     beyond ISO 8859-1: it could be read as another field, or another response
     */
    public void field(ByteBuffer out, HttpField field) {
        if (!(field instanceof PreEncodedHttpField)) {
            FieldWriter.check(field.getName(), field.getValue());
        }
        HttpGenerator.putTo(field, out);
    }

    /**
     * Tells how much room a field needs.
     *
     * @param field name and value
     * @return bytes
     */
    public static int lengthOf(HttpField field) {
        final String value = field.getValue();
        return field.getName().length() + (value == null ? 0 : value.length()) + FIELD_BYTES;
    }

    /**
     * Writes Last-Modified.
     *
     * @param out has room for it
     * @param modifiedSeconds since 1970
     */
    public void lastModified(ByteBuffer out, long modifiedSeconds) {
        out.put(HttpHeader.LAST_MODIFIED.getBytesColonSpace())
                .put(dates.of(modifiedSeconds).bytes)
                .put(CRLF);
    }

    /**
     * Writes Content-Length.
     *
     * @param out has room for it
     * @param lengthBytes of the content
     */
    public void contentLength(ByteBuffer out, long lengthBytes) {
        out.put(HttpHeader.CONTENT_LENGTH.getBytesColonSpace());
        BufferUtil.putDecLong(out, lengthBytes);
        out.put(CRLF);
    }

    /**
     * Writes that the content follows in chunks, those of a {@link ChunkedWriter}.
     *
     * @param out has room for it
     */
    public void chunked(ByteBuffer out) {
        field(out, CHUNKED);
    }

    /**
     * Writes the empty line behind the last field.
     *
     * @param out has room for it
     */
    public void end(ByteBuffer out) {
        out.put(CRLF);
    }

    private byte[] dateField(HttpHeader name, long seconds) {
        return (name.asString() + ": " + dates.of(seconds).text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] statusLine(int status) {
        final String line =
                HttpVersion.HTTP_1_1.asString() + " " + status + " " + HttpStatus.getMessage(status) + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }
}
