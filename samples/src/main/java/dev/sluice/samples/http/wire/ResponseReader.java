// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Takes in one response, in as many pieces as it comes: its line and all of its fields, interim responses before it, and then its body
 * as far as somebody wants it. Bytes that come one by one get the same verdict as all at once. One thread at a time.
 *
 * <pre>{@code
 *   awaitResponseTo        parseHead           readBody, skipBody, endOfInput
 *   ---------------> head ----------> body ----------------------------------> over
 *                     ^ |
 *        awaitFinal   | | isInterim
 *                     +-+
 * }</pre>
 *
 * <p>Refused is what another reader might take for something else: conflicting or repeated lengths, a Content-Length beside a
 * Transfer-Encoding, transfer codings other than chunked, bare line feeds, folded lines, a space before a colon. Received buffers are
 * big-endian. Once a response is refused, what remains in the buffer is of no use, and may be gone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.3">RFC 9112, 6.3: message body length</a>
 */
public final class ResponseReader extends MessageReader {
    /** So many interim responses, and no more, before the one that is waited for. */
    static final int MAX_INTERIM = 32;

    /** What the parser sees in place of every status line: it fails of its own if it is to report a fault with a status below 400. */
    private static final byte[] PARSED_LINE = "HTTP/1.1 502\r\n".getBytes(StandardCharsets.US_ASCII);

    /** A parameter of Keep-Alive, of fewer seconds than a year has. */
    private static final Pattern TIMEOUT =
            Pattern.compile("(?:^|,)\\s*timeout\\s*=\\s*([0-9]{1,7})\\s*(?:,|$)", Pattern.CASE_INSENSITIVE);

    private final StatusLine line;
    private final ByteBuffer parsedLine = ByteBuffer.wrap(PARSED_LINE.clone());

    private boolean toHead;
    private boolean toConnect;
    private int interim;
    private boolean keepAlive;
    private String headFault;

    /**
     * Makes a reader that can be used for one response after another, the first of which is to a GET unless
     * {@link #awaitResponseTo} says otherwise.
     *
     * @param limits beyond which a response is refused, and the rest of a body that nobody wants is not read
     */
    public ResponseReader(RequestLimits limits) {
        this(limits, newParsers(limits));
    }

    ResponseReader(RequestLimits limits, HeadParsers parsers) {
        super(limits, maxParsedBytes(limits), parsers);
        line = new StatusLine(limits.requestLineBytes());
    }

    static HeadParsers newParsers(RequestLimits limits) {
        return new HeadParsers(() -> HeadParser.ofResponses(maxParsedBytes(limits)));
    }

    private static int maxParsedBytes(RequestLimits limits) {
        return PARSED_LINE.length + limits.fieldsBytes();
    }

    /**
     * Forgets the last response and awaits the one to another request. What has a body depends on the request too.
     *
     * @param method of the request
     * @throws IllegalStateException if the last response was refused, or is not complete: no other can follow it
     */
    public void awaitResponseTo(String method) {
        if (fault() != null || ((hasBegun() || interim > 0) && (isInterim() || !bodyComplete()))) {
            throw new IllegalStateException(
                    "the last response is not complete: " + (fault() != null ? fault() : "status " + status()));
        }
        toHead = HttpMethod.HEAD.is(method);
        toConnect = HttpMethod.CONNECT.is(method);
        interim = 0;
        awaitHead();
    }

    /**
     * Forgets an interim response and awaits the one after it.
     *
     * @throws IllegalStateException if it is not an interim one
     */
    public void awaitFinal() {
        if (!isInterim()) {
            throw new IllegalStateException("not an interim response: status " + status());
        }
        interim++;
        awaitHead();
    }

    private void awaitHead() {
        forget();
        line.reset();
        keepAlive = false;
    }

    @Override
    public boolean parseHead(ByteBuffer received) {
        if (!line.isOver() && headFault == null) {
            headFault = line.take(received);
            if (line.isOver()) {
                haveParsed(parsedLine.clear());
            }
        }
        if (line.isOver()) {
            parseFields(received);
        }
        return headComplete || headFault != null;
    }

    /**
     * Reads what is left of the body and forgets it, up to {@link RequestLimits#forgottenBodyBytes}. If it is longer, or ends with the
     * connection, it is given up, and {@link #keepAlive} turns false.
     *
     * @param received from its position to its limit
     * @return true if the body is complete, bad or given up, or if the response is refused
     * @throws IllegalStateException before the head is complete
     */
    public boolean skipBody(ByteBuffer received) {
        if (headFault != null) {
            return true;
        }
        checkHeadComplete();
        return skipRest(received);
    }

    @Override
    public boolean endOfInput() {
        if (headComplete && !isInterim()) {
            body.endOfInput();
        } else if (headFault == null) {
            headFault = hasBegun() || interim > 0
                    ? "the connection ended within its head"
                    : "the connection ended before it began";
        }
        return fault() == null;
    }

    /**
     * {@inheritDoc} If the connection ends before, the request may not have been seen.
     *
     * @return false also between an interim response and the next one
     */
    @Override
    public boolean hasBegun() {
        return line.hasBegun();
    }

    @Override
    public String fault() {
        if (headFault != null) {
            return "the response is refused: " + headFault;
        }
        return body.fault() == MessageFault.NONE
                ? null
                : "the response is refused: " + body.fault().reason();
    }

    /**
     * Returns the status.
     *
     * @return 100 to 999, once the head is complete
     */
    public int status() {
        return line.status();
    }

    /**
     * Returns what stands behind the status, which nobody needs. Made anew at each call.
     *
     * @return the reason phrase, its first 128 bytes; empty if there is none
     */
    public String reasonPhrase() {
        return line.reason();
    }

    /**
     * Tells the server's version.
     *
     * @return true if it speaks HTTP/1.1, or a later minor version; false if HTTP/1.0
     */
    public boolean isHttp11() {
        return line.isHttp11();
    }

    /**
     * Tells whether this is a complete head that another one follows.
     *
     * @return true if the status is 1xx, but for 101, after which nothing of HTTP follows
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110, 15.2: informational</a>
     */
    public boolean isInterim() {
        return headComplete && isInterim(status());
    }

    private static boolean isInterim(int status) {
        return HttpStatus.isInformational(status) && status != HttpStatus.SWITCHING_PROTOCOLS_101;
    }

    /**
     * Tells whether what follows the head is not HTTP any more.
     *
     * @return true if the head is complete, and the status 101, or 2xx in answer to CONNECT
     */
    public boolean startsTunnel() {
        return headComplete && isTunnelStart();
    }

    private boolean isTunnelStart() {
        return status() == HttpStatus.SWITCHING_PROTOCOLS_101 || (toConnect && HttpStatus.isSuccess(status()));
    }

    /**
     * Tells whether the connection can be used for another request, once this response is complete.
     *
     * @return true if so, as far as the server is concerned
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.3">RFC 9112, 9.3: persistence</a>
     */
    public boolean keepAlive() {
        return keepAlive && !body.isGivenUp() && fault() == null;
    }

    /**
     * Tells for how long the server keeps the connection open for another request.
     *
     * @return seconds, as {@code Keep-Alive: timeout=} says, or {@link Long#MAX_VALUE} if it does not
     * @see <a href="https://www.rfc-editor.org/rfc/rfc2068#section-19.7.1.1">RFC 2068, 19.7.1.1: the Keep-Alive header</a>
     */
    public long keptSeconds() {
        long seconds = Long.MAX_VALUE;
        for (final HttpField field : fields.all()) {
            if (field.getHeader() == HttpHeader.KEEP_ALIVE && field.getValue() != null) {
                final Matcher timeout = TIMEOUT.matcher(field.getValue());
                seconds = timeout.find() ? Math.min(seconds, Long.parseLong(timeout.group(1))) : seconds;
            }
        }
        return seconds;
    }

    @Override
    void headOver(HeadParser parser) {
        fields.checkTransferCodings(line.isHttp11());
        if (interim == MAX_INTERIM && isInterim(status())) {
            throw new HttpException.RuntimeException(
                    HttpStatus.BAD_GATEWAY_502, "there are more than " + MAX_INTERIM + " interim responses");
        }
        final boolean tunnel = isTunnelStart();
        beginBody(parser, tunnel);
        keepAlive = fields.keepAlive(line.isHttp11())
                && !tunnel
                && (!body.isThere() || parser.isChunking() || parser.contentLength() >= 0L);
    }

    /** RFC 9112, 6.3, in its order. */
    private void beginBody(HeadParser parser, boolean tunnel) {
        final int status = status();
        if (toHead
                || HttpStatus.isInformational(status)
                || status == HttpStatus.NO_CONTENT_204
                || status == HttpStatus.NOT_MODIFIED_304
                || tunnel) {
            body.beginWithout();
        } else if (parser.isChunking()) {
            body.beginChunked();
        } else if (parser.contentLength() >= 0L) {
            body.beginWithLength(parser.contentLength());
        } else {
            body.beginToEnd();
        }
    }

    @Override
    void headRefused(HttpException failure) {
        headFault = failure.getReason() != null ? failure.getReason() : "status " + failure.getCode();
    }

    @Override
    boolean isHeadRefused() {
        return headFault != null;
    }
}
