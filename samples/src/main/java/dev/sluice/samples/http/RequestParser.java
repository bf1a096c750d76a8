// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;

/**
 * Takes in one request, in as many pieces as it comes, and keeps what a file server wants to know of it. A body is
 * read and forgotten as long as it is small; otherwise the request counts as complete before it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
final class RequestParser implements HttpParser.RequestHandler {
    /** The most bytes of request line and header fields together. */
    static final int MAX_HEADER_BYTES = 8192;

    /** The most bytes of a body that are read for nothing. */
    static final int MAX_BODY_BYTES = 64 * 1024;

    /** The header fields that this parser remembers from earlier requests, in characters. */
    private static final int FIELD_CACHE_SIZE = 1024;

    private final HttpParser parser = new HttpParser(this, MAX_HEADER_BYTES, HttpCompliance.STRICT);

    private String method;
    private String target;
    private boolean keepAlive;
    private boolean askedToKeepAlive;
    private boolean askedToClose;
    private boolean expectsContinue;
    private boolean hasTransferEncoding;
    private final Preconditions preconditions = new Preconditions();

    private long bodyBytes;
    private boolean complete;
    private int badStatus;

    RequestParser() {
        parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
    }

    /**
     * Takes in what {@code received} has of the request.
     *
     * @return true if the request is complete or bad; what remains in the buffer belongs to the next one
     */
    boolean parse(ByteBuffer received) {
        while (received.hasRemaining() && !complete && badStatus == 0) {
            final int before = received.remaining();
            parser.parseNext(received);
            if (received.remaining() == before && !complete && badStatus == 0) {
                throw new IllegalStateException("the parser leaves " + before + " bytes in state " + parser.getState());
            }
        }
        return complete || badStatus != 0;
    }

    /** Tells whether a part of a request has come in. */
    boolean hasBegun() {
        return !parser.isStart();
    }

    /** Why the request is refused: a status, or 0 if it is well-formed. */
    int badStatus() {
        return badStatus;
    }

    boolean isGet() {
        return HttpMethod.GET.asString().equals(method);
    }

    boolean isHead() {
        return HttpMethod.HEAD.asString().equals(method);
    }

    String target() {
        return target;
    }

    /** Tells whether the connection stays open after the response, as far as the client is concerned. */
    boolean keepAlive() {
        return keepAlive;
    }

    /** Tells whether a client of HTTP/1.0 must be told that it does. */
    boolean askedToKeepAlive() {
        return askedToKeepAlive;
    }

    /** The conditions of the request, until {@link #reset}. */
    Preconditions preconditions() {
        return preconditions;
    }

    /** Tells whether {@link #reset} makes this ready for another request. */
    boolean isReusable() {
        return complete && parser.isComplete() && !parser.isTerminated();
    }

    void reset() {
        if (askedToClose) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE); // the parser gave its cache up with this connection
        }
        parser.reset();
        clear();
    }

    private void clear() {
        method = null;
        target = null;
        keepAlive = false;
        askedToKeepAlive = false;
        askedToClose = false;
        expectsContinue = false;
        hasTransferEncoding = false;
        preconditions.clear();
        bodyBytes = 0L;
        complete = false;
        badStatus = 0;
    }

    @Override
    public void startRequest(String newMethod, String uri, HttpVersion version) {
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            throw new HttpException.RuntimeException(HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505);
        }
        method = newMethod;
        target = uri;
        keepAlive = version == HttpVersion.HTTP_1_1;
    }

    @Override
    public void parsedHeader(HttpField field) {
        final HttpHeader header = field.getHeader();
        if (header == null) {
            return;
        }
        switch (header) {
            case CONNECTION -> {
                askedToClose |= field.contains(HttpHeaderValue.CLOSE.asString());
                askedToKeepAlive |= field.contains(HttpHeaderValue.KEEP_ALIVE.asString());
            }
            case EXPECT -> expectsContinue = true;
            case TRANSFER_ENCODING -> hasTransferEncoding = true;
            default -> preconditions.add(header, field);
        }
    }

    @Override
    public boolean headerComplete() {
        final boolean http11 = keepAlive;
        if (hasTransferEncoding && !http11) {
            // RFC 9112, 6.1: a proxy of HTTP/1.0 that passed it on may have seen another end of this request.
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
        }
        keepAlive = !askedToClose && (http11 || askedToKeepAlive);
        askedToKeepAlive &= !http11;
        final boolean hasBody = parser.isChunking() || parser.getContentLength() > 0L;
        if (hasBody && (expectsContinue || !(isGet() || isHead()) || parser.getContentLength() > MAX_BODY_BYTES)) {
            answerBeforeBody();
            return true;
        }
        return false;
    }

    /** The final answer is at hand: the client need not go on, and what it sends all the same is not a request. */
    private void answerBeforeBody() {
        keepAlive = false;
        complete = true;
    }

    @Override
    public boolean content(ByteBuffer item) {
        bodyBytes += item.remaining();
        if (bodyBytes > MAX_BODY_BYTES) {
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
        badStatus = HttpStatus.BAD_REQUEST_400; // the body is malformed
    }

    @Override
    public void badMessage(HttpException failure) {
        badStatus = failure.getCode();
    }
}
