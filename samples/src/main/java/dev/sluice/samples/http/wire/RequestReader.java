// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
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
public final class RequestReader extends MessageReader {
    private final RequestLine line;

    private String method;
    private String target;
    private boolean http11;
    private boolean keepAlive;
    private boolean expectsContinue;
    private int badHeadStatus;

    /**
     * Makes a reader that can be used for one request after another.
     *
     * @param limits beyond which a request is refused
     */
    public RequestReader(RequestLimits limits) {
        this(limits, newParsers(limits));
    }

    RequestReader(RequestLimits limits, HeadParsers parsers) {
        super(limits, maxParsedBytes(limits), parsers);
        line = new RequestLine(limits.requestLineBytes());
    }

    static HeadParsers newParsers(RequestLimits limits) {
        return new HeadParsers(() -> HeadParser.ofRequests(maxParsedBytes(limits)));
    }

    private static int maxParsedBytes(RequestLimits limits) {
        return limits.requestLineBytes() + limits.fieldsBytes();
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

    @Override
    public boolean parseHead(ByteBuffer received) {
        if (badHeadStatus == 0) {
            badHeadStatus = line.look(received);
        }
        parseFields(received);
        return headComplete || badHeadStatus != 0;
    }

    /** {@inheritDoc} Who calls this has told a client that {@linkplain #expectsContinue expects} it to go on. */
    @Override
    public boolean readBody(ByteBuffer received, BodySink sink) {
        expectsContinue = false;
        return super.readBody(received, sink);
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
        return skipRest(received);
    }

    /**
     * Tells whether what is left of the body is more than {@link #skipBody} reads, as far as the head says.
     *
     * @return false of one that is chunked, whose length nobody knows
     */
    public boolean isLong() {
        return body.isLong();
    }

    @Override
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

    @Override
    public String fault() {
        if (badHeadStatus != 0) {
            return "the request is refused: status " + badHeadStatus;
        }
        return body.fault() == MessageFault.NONE
                ? null
                : "the request is refused: " + body.fault().reason();
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

    /** Forgets the request. */
    public void reset() {
        forget();
        line.reset();
        method = null;
        target = null;
        http11 = false;
        keepAlive = false;
        expectsContinue = false;
        badHeadStatus = 0;
    }

    /** Of the parser: the line was taken. */
    void begin(String newMethod, String newTarget, HttpVersion version) {
        method = newMethod;
        target = newTarget;
        http11 = version == HttpVersion.HTTP_1_1;
    }

    @Override
    void headOver(HeadParser parser) {
        fields.checkTransferCodings(http11);
        checkExpectation();
        if (parser.isChunking()) {
            body.beginChunked();
        } else {
            body.beginWithLength(Math.max(0L, parser.contentLength()));
        }
        keepAlive = fields.keepAlive(http11);
        expectsContinue = http11 && body.isThere() && fields.all().contains(HttpHeader.EXPECT);
    }

    /** RFC 9110, 10.1.1: there is one that is known. */
    private void checkExpectation() {
        final HttpFields all = fields.all();
        if (all.contains(HttpHeader.EXPECT) && !HttpHeaderValue.CONTINUE.is(all.get(HttpHeader.EXPECT))) {
            throw new HttpException.RuntimeException(HttpStatus.EXPECTATION_FAILED_417);
        }
    }

    @Override
    void headRefused(HttpException failure) {
        badHeadStatus = failure.getCode();
    }

    @Override
    boolean isHeadRefused() {
        return badHeadStatus != 0;
    }
}
