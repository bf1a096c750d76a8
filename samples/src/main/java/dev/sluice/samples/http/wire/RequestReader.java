// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

/**
 * Takes in one request, in as many pieces as it comes: its line and all of its fields, and then its body as far as somebody wants it.
 * Bytes that come one by one get the same verdict as all at once. One thread at a time.
 *
 * <pre>{@code
 *            parseHead                  readBody, skipBody
 *   head ----------------> body  ------------------------------> over: reset
 *     |                     |  | skipBody: too long
 *     v badStatus           |  +-----------------> keepAlive() is false
 *    bad <------------------+ badStatus
 * }</pre>
 *
 * <p>Received buffers are big-endian, as they are unless somebody changes that. Once a request is refused, what remains in the buffer
 * is of no use, and may be gone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
public final class RequestReader {
    /** The header fields that this reader remembers from earlier requests, in characters. */
    private static final int FIELD_CACHE_SIZE = 1024;

    private final RequestLine line;
    private final MessageFields fields;
    private final MessageBody body;
    private final HttpParser parser;

    private String method;
    private String target;
    private boolean http11;
    private boolean keepAlive;
    private boolean expectsContinue;
    private boolean headComplete;
    private int badHeadStatus;

    /**
     * Makes a reader that can be used for one request after another.
     *
     * @param limits beyond which a request is refused
     */
    public RequestReader(RequestLimits limits) {
        final int maxParsedBytes = limits.requestLineBytes() + limits.fieldsBytes();
        line = new RequestLine(limits.requestLineBytes());
        fields = new MessageFields(limits.fields());
        body = new MessageBody(limits, maxParsedBytes);
        parser = new HttpParser(new Handler(), maxParsedBytes, HttpCompliance.STRICT);
        // Or the value of an earlier message, perhaps another client's, would stand for one that differs in case:
        // cookies do.
        parser.setHeaderCacheCaseSensitive(true);
        parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
    }

    /**
     * Takes in what {@code received} has of a request whose body nobody wants: it is read and forgotten as long as it is small;
     * otherwise, and if the client waits to be asked for it, the request counts as complete before it, and {@link #keepAlive} is false.
     *
     * @param received from its position to its limit; may be written to
     * @return true if the request is complete or bad; what remains in the buffer belongs to the next one
     */
    public boolean parse(ByteBuffer received) {
        return parseHead(received) && skipBody(received);
    }

    /**
     * Takes in what {@code received} has of the head: the request line and the fields.
     *
     * @param received from its position to its limit; may be written to
     * @return true if the head is complete or bad; what remains in the buffer is of the body, if there is one, or of the next request
     */
    public boolean parseHead(ByteBuffer received) {
        if (badHeadStatus == 0) {
            badHeadStatus = line.look(received);
        }
        while (received.hasRemaining() && !headComplete && badHeadStatus == 0) {
            final int before = received.remaining();
            parser.parseNext(received);
            if (received.remaining() == before && !headComplete && badHeadStatus == 0) {
                throw new IllegalStateException("the parser leaves " + before + " bytes in state " + parser.getState());
            }
        }
        return headComplete || badHeadStatus != 0;
    }

    /**
     * Gives the sink what {@code received} has of the content, and reads the trailers behind it. Who calls this has told a client that
     * {@linkplain #expectsContinue expects} it to go on.
     *
     * @param received from its position, which is moved past what was taken, to its limit
     * @param sink called as long as there is content and it wants more; what it throws is thrown here, and changes nothing else
     * @return true if the body is complete or bad; false if more bytes are needed, or more demand
     * @throws IllegalStateException before the head is complete
     */
    public boolean readBody(ByteBuffer received, BodySink sink) {
        checkHeadComplete();
        expectsContinue = false;
        return body.read(parser, received, sink);
    }

    /**
     * Reads what is left of the body and forgets it, up to {@link RequestLimits#forgottenBodyBytes}. If it is longer, or if the client
     * still waits to be asked for it, it is given up: what follows is no request, and {@link #keepAlive} turns false.
     *
     * @param received from its position to its limit
     * @return true if the body is complete, bad or given up, or if the request is refused
     * @throws IllegalStateException before the head is complete
     */
    public boolean skipBody(ByteBuffer received) {
        if (badHeadStatus != 0) {
            return true;
        }
        checkHeadComplete();
        if (expectsContinue) {
            body.giveUp(); // the final answer is at hand, and what is sent all the same may or may not be the body
        }
        return body.skip(parser, received);
    }

    private void checkHeadComplete() {
        if (!headComplete) {
            throw new IllegalStateException("the body was asked for before its head was complete");
        }
    }

    /**
     * Tells whether a part of a request has come in.
     *
     * @return false also after empty lines
     */
    public boolean hasBegun() {
        return line.hasBegun();
    }

    /**
     * Tells why the request is refused; a body can turn out to be bad after the head was well-formed.
     *
     * @return a status, or 0 if nothing is wrong so far
     */
    public int badStatus() {
        return badHeadStatus != 0 ? badHeadStatus : body.fault().status();
    }

    /**
     * Returns the method.
     *
     * @return the method as it came, or null before the request line is read
     */
    public String method() {
        return method;
    }

    /**
     * Tells whether it is a GET.
     *
     * @return true if so
     */
    public boolean isGet() {
        return HttpMethod.GET.asString().equals(method);
    }

    /**
     * Tells whether it is a HEAD, as far as is known: a refused one may be.
     *
     * @return true if so
     */
    public boolean isHead() {
        return line.isHead();
    }

    /**
     * Returns the request target.
     *
     * @return the target as it came
     */
    public String target() {
        return target;
    }

    /**
     * Tells the client's version.
     *
     * @return true if it speaks HTTP/1.1, or a later minor version; false if HTTP/1.0
     */
    public boolean isHttp11() {
        return http11;
    }

    /**
     * Returns the header fields.
     *
     * @return all fields in their order, until {@link #reset}
     */
    public HttpFields fields() {
        return fields.all();
    }

    /**
     * Returns the fields behind the content, without those that may not be there.
     *
     * @return all of them once {@link #bodyComplete}, until {@link #reset}; none of most requests
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5">RFC 9110, 6.5: trailer fields</a>
     */
    public HttpFields trailers() {
        return body.trailers();
    }

    /**
     * Tells whether content follows the head.
     *
     * @return false also if its length is 0; true if it is chunked, though it may be empty
     */
    public boolean hasBody() {
        return body.isThere();
    }

    /**
     * Returns how much content the request has.
     *
     * @return bytes, 0 if there is no body, -1 if it is chunked
     */
    public long contentLength() {
        return body.lengthBytes();
    }

    /**
     * Tells whether nothing of this request is to come any more.
     *
     * @return true if the head is complete, and the body with its trailers, or there is none
     */
    public boolean bodyComplete() {
        return headComplete && body.isComplete();
    }

    /**
     * Tells whether the client waits for {@code 100 Continue} before it sends the body. Once {@link #readBody} is called it does not.
     *
     * @return false for HTTP/1.0, and without a body
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1">RFC 9110, 10.1.1: Expect</a>
     */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /**
     * Tells whether the connection stays open after the response, as far as the client is concerned.
     *
     * @return true if so; false also if the request is bad, or its body given up
     */
    public boolean keepAlive() {
        return keepAlive && !body.isGivenUp() && badStatus() == 0;
    }

    /**
     * Tells whether a client of HTTP/1.0 must be told that the connection stays open.
     *
     * @return true if so
     */
    public boolean askedToKeepAlive() {
        return !http11 && fields.askedToKeepAlive();
    }

    /**
     * Tells whether {@link #reset} makes this ready for another request.
     *
     * @return false if it stopped half-way
     */
    public boolean isReusable() {
        return bodyComplete() && !parser.isTerminated();
    }

    /** Forgets the request. */
    public void reset() {
        if (fields.askedToClose()) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE); // the parser gave its cache up with this connection
        }
        parser.reset();
        line.reset();
        fields.reset();
        body.reset();
        method = null;
        target = null;
        http11 = false;
        keepAlive = false;
        expectsContinue = false;
        headComplete = false;
        badHeadStatus = 0;
    }

    /** What the parser calls, up to the end of the head, and for trailers. */
    private final class Handler implements HttpParser.RequestHandler {
        @Override
        public void startRequest(String newMethod, String uri, HttpVersion version) {
            method = newMethod;
            target = uri;
            http11 = version == HttpVersion.HTTP_1_1;
        }

        @Override
        public void parsedHeader(HttpField field) {
            fields.add(field);
        }

        /** Stops the parser: it goes on with the trailers, if with anything. */
        @Override
        public boolean headerComplete() {
            fields.checkTransferCodings(http11);
            checkExpectation();
            if (parser.isChunking()) {
                body.beginChunked();
            } else {
                body.beginWithLength(Math.max(0L, parser.getContentLength()));
            }
            keepAlive = fields.keepAlive(http11);
            expectsContinue = http11 && body.isThere() && fields.all().contains(HttpHeader.EXPECT);
            headComplete = true;
            return true;
        }

        /** RFC 9110, 10.1.1: there is one that is known. */
        private void checkExpectation() {
            final HttpFields all = fields.all();
            if (all.contains(HttpHeader.EXPECT) && !HttpHeaderValue.CONTINUE.is(all.get(HttpHeader.EXPECT))) {
                throw new HttpException.RuntimeException(HttpStatus.EXPECTATION_FAILED_417);
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
            badHeadStatus = failure.getCode();
        }
    }
}
