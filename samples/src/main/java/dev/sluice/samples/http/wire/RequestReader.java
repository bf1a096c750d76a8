// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.util.List;
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
 * Takes in one request, in as many pieces as it comes: its line and all of its fields. A body is read and forgotten as long as it is
 * small; otherwise the request counts as complete before it. Bytes that come one by one get the same verdict as all at once.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
public final class RequestReader implements HttpParser.RequestHandler {
    /** The header fields that this reader remembers from earlier requests, in characters. */
    private static final int FIELD_CACHE_SIZE = 1024;

    private final RequestLimits limits;
    private final RequestLine line;
    private final HttpParser parser;
    private final HttpFields.Mutable fields = HttpFields.build();

    private String method;
    private String target;
    private boolean http11;
    private boolean keepAlive;
    private boolean askedToKeepAlive;
    private boolean askedToClose;
    private int trailerFields;

    /** For the parser, which calls whatever is wrong with trailers {@code 400}. */
    private boolean tooManyTrailers;

    private long bodyBytes;
    private boolean complete;
    private int badStatus;

    /**
     * Makes a reader that can be used for one request after another.
     *
     * @param limits beyond which a request is refused
     */
    public RequestReader(RequestLimits limits) {
        this.limits = limits;
        line = new RequestLine(limits.requestLineBytes());
        parser = new HttpParser(this, limits.requestLineBytes() + limits.fieldsBytes(), HttpCompliance.STRICT);
        parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
    }

    /**
     * Takes in what {@code received} has of the request.
     *
     * @param received from its position to its limit; may be written to
     * @return true if the request is complete or bad; what remains in the buffer belongs to the next one
     */
    public boolean parse(ByteBuffer received) {
        badStatus = line.look(received);
        while (received.hasRemaining() && !complete && badStatus == 0) {
            final int before = received.remaining();
            parser.parseNext(received);
            if (received.remaining() == before && !complete && badStatus == 0) {
                throw new IllegalStateException("the parser leaves " + before + " bytes in state " + parser.getState());
            }
        }
        return complete || badStatus != 0;
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
     * Tells why the request is refused.
     *
     * @return a status, or 0 if it is well-formed
     */
    public int badStatus() {
        return badStatus;
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
     * Returns the header fields.
     *
     * @return all fields in their order, until {@link #reset}
     */
    public HttpFields fields() {
        return fields;
    }

    /**
     * Tells whether the connection stays open after the response, as far as the client is concerned.
     *
     * @return true if so
     */
    public boolean keepAlive() {
        return keepAlive;
    }

    /**
     * Tells whether a client of HTTP/1.0 must be told that the connection stays open.
     *
     * @return true if so
     */
    public boolean askedToKeepAlive() {
        return askedToKeepAlive;
    }

    /**
     * Tells whether {@link #reset} makes this ready for another request.
     *
     * @return false if it stopped half-way
     */
    public boolean isReusable() {
        return complete && parser.isComplete() && !parser.isTerminated();
    }

    /** Forgets the request. */
    public void reset() {
        if (askedToClose) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE); // the parser gave its cache up with this connection
        }
        parser.reset();
        line.reset();
        fields.clear();
        method = null;
        target = null;
        http11 = false;
        keepAlive = false;
        askedToKeepAlive = false;
        askedToClose = false;
        trailerFields = 0;
        tooManyTrailers = false;
        bodyBytes = 0L;
        complete = false;
        badStatus = 0;
    }

    @Override
    public void startRequest(String newMethod, String uri, HttpVersion version) {
        method = newMethod;
        target = uri;
        http11 = version == HttpVersion.HTTP_1_1;
    }

    @Override
    public void parsedHeader(HttpField field) {
        if (fields.size() == limits.fields()) {
            throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        }
        fields.add(field);
        if (field.getHeader() == HttpHeader.CONNECTION) {
            askedToClose |= field.contains(HttpHeaderValue.CLOSE.asString());
            askedToKeepAlive |= field.contains(HttpHeaderValue.KEEP_ALIVE.asString());
        }
    }

    @Override
    public void parsedTrailer(HttpField field) {
        tooManyTrailers = ++trailerFields > limits.fields();
        if (tooManyTrailers) {
            throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        }
    }

    @Override
    public boolean headerComplete() {
        checkTransferCodings();
        checkExpectation();
        keepAlive = !askedToClose && (http11 || askedToKeepAlive);
        askedToKeepAlive &= !http11;
        final boolean hasBody = parser.isChunking() || parser.getContentLength() > 0L;
        if (hasBody
                && (fields.contains(HttpHeader.EXPECT) || parser.getContentLength() > limits.forgottenBodyBytes())) {
            answerBeforeBody();
            return true;
        }
        return false;
    }

    /** The parser has seen to it that {@code chunked} is the last one, of an HTTP/1.1 request without Content-Length. */
    private void checkTransferCodings() {
        if (!fields.contains(HttpHeader.TRANSFER_ENCODING)) {
            return;
        }
        if (!http11) {
            // RFC 9112, 6.1: a proxy of HTTP/1.0 that passed it on may have seen another end of this request.
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
        }
        final List<String> codings = fields.getCSV(HttpHeader.TRANSFER_ENCODING, false);
        final List<String> others = codings.subList(0, codings.size() - 1);
        if (others.stream().anyMatch(HttpHeaderValue.CHUNKED::is)) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
        }
        if (!others.isEmpty()) {
            throw new HttpException.RuntimeException(HttpStatus.NOT_IMPLEMENTED_501);
        }
    }

    /** RFC 9110, 10.1.1: there is one that is known. */
    private void checkExpectation() {
        if (fields.contains(HttpHeader.EXPECT) && !HttpHeaderValue.CONTINUE.is(fields.get(HttpHeader.EXPECT))) {
            throw new HttpException.RuntimeException(HttpStatus.EXPECTATION_FAILED_417);
        }
    }

    /** The final answer is at hand: the client need not go on, and what it sends all the same is not a request. */
    private void answerBeforeBody() {
        keepAlive = false;
        complete = true;
    }

    @Override
    public boolean content(ByteBuffer item) {
        bodyBytes += item.remaining();
        if (bodyBytes > limits.forgottenBodyBytes()) {
            answerBeforeBody();
        }
        return complete;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        complete = true;
        return true;
    }

    @Override
    public void earlyEOF() {
        badStatus = tooManyTrailers
                ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431
                : HttpStatus.BAD_REQUEST_400; // the body is malformed
    }

    @Override
    public void badMessage(HttpException failure) {
        badStatus = failure.getCode();
    }
}
