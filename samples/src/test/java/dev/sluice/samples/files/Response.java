// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A response as a strict client reads it: anything that is not well-formed is a {@link ProtocolException}. */
public final class Response {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9][0-9]) [ -~]+");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z0-9-]+): ([!-~](?:[ -~]*[!-~])?)");
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final int status;
    private final Map<String, String> fields;
    private final byte[] body;

    private Response(int status, Map<String, String> fields, byte[] body) {
        this.status = status;
        this.fields = fields;
        this.body = body;
    }

    static Response read(InputStream in, boolean head) throws IOException {
        final Response start = readHeader(in);
        final long length = start.bodyBytes(head);
        final byte[] body = in.readNBytes(Math.toIntExact(length));
        if (body.length < length) {
            throw new EOFException("the body ends after " + body.length + " of " + length + " bytes");
        }
        return new Response(start.status, start.fields, body);
    }

    /** Reads up to the body. */
    public static Response readHeader(InputStream in) throws IOException {
        final String statusLine = readLine(in);
        final Matcher status = STATUS_LINE.matcher(statusLine);
        if (!status.matches()) {
            throw new ProtocolException("not a status line: " + statusLine);
        }
        final Map<String, String> fields = new TreeMap<>();
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            final Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new ProtocolException("not a field: " + line);
            }
            if (fields.put(field.group(1).toLowerCase(Locale.ROOT), field.group(2)) != null) {
                throw new ProtocolException("a field comes twice: " + line);
            }
        }
        final Response response = new Response(Integer.parseInt(status.group(1)), fields, new byte[0]);
        if (!fields.containsKey("date") || (!response.isWithoutContent() && !fields.containsKey("content-length"))) {
            throw new ProtocolException("no Date or Content-Length in " + statusLine + " " + fields);
        }
        return response;
    }

    /** Its number. */
    public int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    /** RFC 9110, 6.4.1. */
    private boolean isWithoutContent() {
        return status == 204 || status == 304;
    }

    /** How many bytes the body has. */
    public long bodyBytes(boolean head) {
        return head || isWithoutContent() ? 0L : contentLength();
    }

    long contentLength() {
        return Long.parseLong(fields.get("content-length"));
    }

    String field(String name) {
        return fields.get(name.toLowerCase(Locale.ROOT));
    }

    String text() {
        return new String(body, ISO_8859_1);
    }

    boolean isLast() {
        return "close".equals(field("Connection"));
    }

    private static String readLine(InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        while (true) {
            final int c = in.read();
            if (c < 0) {
                throw new EOFException("the response ends within \"" + line + "\"");
            }
            if (c == '\r') {
                if (in.read() != '\n') {
                    throw new ProtocolException("CR without LF behind \"" + line + "\"");
                }
                return line.toString();
            }
            if (c == '\n' || line.length() > MAX_LINE_BYTES) {
                throw new ProtocolException("LF without CR, or a line too long: \"" + line + "\"");
            }
            line.append((char) c);
        }
    }
}
