// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.RequestHead;
import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;

/** A request to be sent: its head is written when it is made, so that what cannot be sent is refused there. Sent once. */
public final class ClientRequest {
    /** Room for the version, Content-Length or Transfer-Encoding, and line ends. */
    private static final int OWN_BYTES = 64;

    private static final int FIELD_BYTES = 4;

    /** RFC 9110, 9.2.2. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** RFC 9110, 8.6: servers expect a length of these, and wait or refuse without. */
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    final String method;
    final byte[] head;

    /** Null for none. */
    final Body body;

    /** Whoever sees it twice does the same as once, and it can be sent twice. */
    final boolean repeatable;

    final boolean asksToClose;
    final boolean asksToUpgrade;

    /**
     * Writes a request without content.
     *
     * @param method a token
     * @param target in one of the four forms, percent-encoded
     * @param fields as they are sent
     * @throws IllegalArgumentException as {@link #ClientRequest(String, String, HttpFields, Body)}
     */
    public ClientRequest(String method, String target, HttpFields fields) {
        this(method, target, fields, null);
    }

    /**
     * Writes a request.
     *
     * @param method a token
     * @param target in one of the four forms, percent-encoded
     * @param fields as they are sent, with Host, and without what tells the length of the content, which this writes: Content-Length if the length
     *     is known, or else Transfer-Encoding. It goes at once, also behind {@code Expect: 100-continue}
     * @param body null for none; whoever sends it has it from then on, and aborts it if nobody takes it any more
     * @throws IllegalArgumentException if something of it could be read as something else; if there is no Host, or more than one; if
     *     there is a field that tells a length; or a body of a CONNECT, for which there is {@link ClientCall#tunnel}
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2">RFC 9112, 3.2: request target</a>
     */
    public ClientRequest(String method, String target, HttpFields fields, Body body) {
        check(method, fields, body);
        this.method = method;
        this.body = body;
        repeatable = body == null && IDEMPOTENT.contains(method);
        asksToClose = fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        asksToUpgrade = fields.contains(HttpHeader.UPGRADE);
        int maxBytes = OWN_BYTES + method.length() + target.length();
        for (final HttpField field : fields) {
            maxBytes += field.getName().length() + lengthOf(field.getValue()) + FIELD_BYTES;
        }
        head = write(ByteBuffer.allocate(maxBytes), target, fields);
    }

    private static int lengthOf(String value) {
        return value == null ? 0 : value.length();
    }

    private static void check(String method, HttpFields fields, Body body) {
        if (fields.stream()
                        .filter(field -> field.getHeader() == HttpHeader.HOST)
                        .count()
                != 1L) {
            throw new IllegalArgumentException("a request must have one Host: " + fields.getFields(HttpHeader.HOST));
        }
        if (fields.contains(HttpHeader.CONTENT_LENGTH) || fields.contains(HttpHeader.TRANSFER_ENCODING)) {
            throw new IllegalArgumentException(
                    "Content-Length and Transfer-Encoding are not the caller's: the body tells its length");
        }
        if (body != null && "CONNECT".equals(method)) {
            throw new IllegalArgumentException("a CONNECT has no body: what goes through the tunnel is given later");
        }
    }

    private byte[] write(ByteBuffer out, String target, HttpFields fields) {
        RequestHead.begin(out, method, target);
        for (final HttpField field : fields) {
            RequestHead.field(out, field);
        }
        if (isChunked()) {
            RequestHead.chunked(out);
        } else if (body != null || WITH_CONTENT.contains(method)) {
            RequestHead.contentLength(out, body == null ? 0L : body.lengthBytes());
        }
        RequestHead.end(out);
        final byte[] written = new byte[out.flip().remaining()];
        out.get(written);
        return written;
    }

    boolean isChunked() {
        return body != null && body.lengthBytes() == Body.UNKNOWN_BYTES;
    }
}
