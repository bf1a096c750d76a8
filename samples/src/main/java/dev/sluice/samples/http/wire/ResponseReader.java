// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

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
public final class ResponseReader {
    /** So many interim responses, and no more, before the one that is waited for. */
    static final int MAX_INTERIM = 32;

    private static final int FIELD_CACHE_SIZE = 1024;

    /** What the parser sees in place of every status line: it fails of its own if it is to report a fault with a status below 400. */
    private static final byte[] PARSED_LINE = "HTTP/1.1 502\r\n".getBytes(StandardCharsets.US_ASCII);

    private final StatusLine line;
    private final MessageFields fields;
    private final MessageBody body;
    private final HttpParser parser;
    private final ByteBuffer parsedLine = ByteBuffer.wrap(PARSED_LINE.clone());

    private boolean toHead;
    private boolean toConnect;
    private int interim;
    private boolean keepAlive;
    private boolean headComplete;
    private String headFault;

    /**
     * Makes a reader that can be used for one response after another, the first of which is to a GET unless
     * {@link #awaitResponseTo} says otherwise.
     *
     * @param limits beyond which a response is refused, and the rest of a body that nobody wants is not read
     */
    public ResponseReader(RequestLimits limits) {
        final int maxParsedBytes = PARSED_LINE.length + limits.fieldsBytes();
        line = new StatusLine(limits.requestLineBytes());
        fields = new MessageFields(limits.fields());
        body = new MessageBody(limits, maxParsedBytes);
        parser = new HttpParser(new Handler(), maxParsedBytes, HttpCompliance.STRICT);
        // Or the value of an earlier response would stand for one that differs in case.
        parser.setHeaderCacheCaseSensitive(true);
        parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
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
        forget();
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
        forget();
    }

    private void forget() {
        if (fields.askedToClose()) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE); // the parser gave its cache up with this connection
        }
        parser.reset();
        line.reset();
        fields.reset();
        body.reset();
        keepAlive = false;
        headComplete = false;
    }

    /**
     * Takes in what {@code received} has of the head: the status line and the fields.
     *
     * @param received from its position to its limit
     * @return true if the head is complete or refused; what remains in the buffer is behind it
     */
    public boolean parseHead(ByteBuffer received) {
        if (!line.isOver() && headFault == null) {
            headFault = line.take(received);
            if (line.isOver()) {
                parser.parseNext(parsedLine.clear());
            }
        }
        while (received.hasRemaining() && line.isOver() && !headComplete && headFault == null) {
            final int before = received.remaining();
            parser.parseNext(received);
            if (received.remaining() == before && !headComplete && headFault == null) {
                throw new IllegalStateException("the parser leaves " + before + " bytes in state " + parser.getState());
            }
        }
        return headComplete || headFault != null;
    }

    /**
     * Gives the sink what {@code received} has of the content, and reads the trailers behind it.
     *
     * @param received from its position, which is moved past what was taken, to its limit
     * @param sink called as long as there is content and it wants more; what it throws is thrown here, and changes nothing else
     * @return true if the body is complete or bad; false if more bytes are needed, or more demand, or {@link #endOfInput}
     * @throws IllegalStateException before the head is complete
     */
    public boolean readBody(ByteBuffer received, BodySink sink) {
        checkHeadComplete();
        return body.read(parser, received, sink);
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
        return body.skip(parser, received);
    }

    private void checkHeadComplete() {
        if (!headComplete) {
            throw new IllegalStateException("the body was asked for before its head was complete");
        }
    }

    /**
     * The connection has ended: nothing more comes, and everything that came was given to {@link #parseHead} and {@link #readBody}.
     *
     * @return true if the response is complete: it was, or its end is that of the connection; false if it is truncated, or was refused,
     *     which {@link #fault} tells
     */
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
     * Tells whether a part of a response has come in. If the connection ends before, the request may not have been seen.
     *
     * @return false also between an interim response and the next one
     */
    public boolean hasBegun() {
        return line.hasBegun();
    }

    /**
     * Tells why the response is refused; a body can turn out to be bad after the head was well-formed.
     *
     * @return the reason, or null if nothing is wrong so far
     */
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
        return headComplete
                && (status() == HttpStatus.SWITCHING_PROTOCOLS_101 || (toConnect && HttpStatus.isSuccess(status())));
    }

    /**
     * Returns the header fields.
     *
     * @return all fields in their order, until the next response is awaited
     */
    public HttpFields fields() {
        return fields.all();
    }

    /**
     * Returns the fields behind the content, without those that may not be there.
     *
     * @return all of them once {@link #bodyComplete}, until the next response is awaited; none of most responses
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5">RFC 9110, 6.5: trailer fields</a>
     */
    public HttpFields trailers() {
        return body.trailers();
    }

    /**
     * Tells whether content follows the head.
     *
     * @return false also if its length is 0, or the response is one without: to HEAD, interim, 204, 304, the start of a tunnel; true if
     *     it is chunked or up to the end of the connection, though it may be empty
     */
    public boolean hasBody() {
        return body.isThere();
    }

    /**
     * Returns how much content follows; of a response to HEAD it is the field that tells how much it would be.
     *
     * @return bytes, 0 if there is no body, -1 if it is chunked or up to the end of the connection
     */
    public long contentLength() {
        return body.lengthBytes();
    }

    /**
     * Tells whether nothing of this response is to come any more.
     *
     * @return true if the head is complete and the body with its trailers, or there is none
     */
    public boolean bodyComplete() {
        return headComplete && body.isComplete();
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

    /** What the parser calls, up to the end of the head, and for trailers. */
    private final class Handler implements HttpParser.ResponseHandler {
        @Override
        public void startResponse(HttpVersion version, int status, String reason) {
            // The line was taken before.
        }

        @Override
        public void parsedHeader(HttpField field) {
            fields.add(field);
        }

        /** Stops the parser: it goes on with the trailers, if with anything. */
        @Override
        public boolean headerComplete() {
            fields.checkTransferCodings(line.isHttp11());
            if (interim == MAX_INTERIM && isInterim(status())) {
                throw new HttpException.RuntimeException(
                        HttpStatus.BAD_GATEWAY_502, "there are more than " + MAX_INTERIM + " interim responses");
            }
            headComplete = true;
            beginBody();
            keepAlive = fields.keepAlive(line.isHttp11())
                    && !startsTunnel()
                    && (!body.isThere() || parser.isChunking() || parser.getContentLength() >= 0L);
            return true;
        }

        /** RFC 9112, 6.3, in its order. */
        private void beginBody() {
            final int status = status();
            if (toHead
                    || HttpStatus.isInformational(status)
                    || status == HttpStatus.NO_CONTENT_204
                    || status == HttpStatus.NOT_MODIFIED_304
                    || startsTunnel()) {
                body.beginWithout();
            } else if (parser.isChunking()) {
                body.beginChunked();
            } else if (parser.getContentLength() >= 0L) {
                body.beginWithLength(parser.getContentLength());
            } else {
                body.beginToEnd();
            }
        }

        @Override
        public boolean content(ByteBuffer item) {
            return true; // of the empty chunk: never
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public void parsedTrailer(HttpField field) {
            body.addTrailer(field);
        }

        @Override
        public boolean messageComplete() {
            body.trailersComplete();
            return true;
        }

        @Override
        public void earlyEOF() {
            body.trailersRefused(parser.getHeaderLength());
        }

        @Override
        public void badMessage(HttpException failure) {
            headFault = failure.getReason() != null ? failure.getReason() : "status " + failure.getCode();
        }
    }
}
