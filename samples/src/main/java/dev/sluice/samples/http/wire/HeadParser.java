// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** A strict parser with the fields that it remembers of earlier messages, lent to one message after the other. */
final class HeadParser implements HttpParser.RequestHandler, HttpParser.ResponseHandler {
    /** In characters. */
    private static final int FIELD_CACHE_SIZE = 1024;

    /**
     * A cache is made, of 50 KB, when so many messages in a row have not ended their connections: where most do, or one never comes to its end, it
     * is not worth that.
     */
    private static final int MESSAGES_BEFORE_CACHE = 16;

    private final HttpParser parser;

    /** Whose head it reads; null while it is not lent. */
    private MessageReader reader;

    /** 0 if it has its cache. */
    private int messagesUntilCache = MESSAGES_BEFORE_CACHE;

    private HeadParser(boolean ofRequests, int maxParsedBytes) {
        parser = ofRequests
                ? new HttpParser((HttpParser.RequestHandler) this, maxParsedBytes, HttpCompliance.STRICT)
                : new HttpParser((HttpParser.ResponseHandler) this, maxParsedBytes, HttpCompliance.STRICT);
        // Or the value of an earlier message, perhaps another client's, would stand for one that differs in case:
        // cookies do.
        parser.setHeaderCacheCaseSensitive(true);
        parser.setHeaderCacheSize(0);
    }

    static HeadParser ofRequests(int maxParsedBytes) {
        return new HeadParser(true, maxParsedBytes);
    }

    static HeadParser ofResponses(int maxParsedBytes) {
        return new HeadParser(false, maxParsedBytes);
    }

    void lendTo(MessageReader newReader) {
        reader = newReader;
    }

    /** The message has been read as far as the parser is needed, and is well-formed. */
    void comeBack(boolean askedToClose) {
        reader = null;
        parser.reset();
        if (askedToClose) {
            messagesUntilCache = MESSAGES_BEFORE_CACHE; // the parser gave its cache up with this connection
        } else if (messagesUntilCache > 0 && --messagesUntilCache == 0) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
        }
    }

    /** Takes at least one byte of what has come, unless that completes or refuses what is being read. */
    void parse(ByteBuffer received) {
        parser.parseNext(received);
    }

    boolean isChunking() {
        return parser.isChunking();
    }

    /** Of the body; negative if the head does not tell. */
    long contentLength() {
        return parser.getContentLength();
    }

    boolean remembers(String field) {
        return parser.getFieldCache() != null && parser.getFieldCache().get(field) != null;
    }

    @Override
    public String toString() {
        return parser.toString();
    }

    @Override
    public void startRequest(String method, String uri, HttpVersion version) {
        ((RequestReader) reader).begin(method, uri, version);
    }

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {
        // The line was taken before.
    }

    @Override
    public void parsedHeader(HttpField field) {
        reader.fields.add(field);
    }

    /** Stops the parser: it goes on with the trailers, if with anything. */
    @Override
    public boolean headerComplete() {
        reader.headOver(this);
        reader.headComplete = true;
        return true;
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
        reader.body.addTrailer(field);
    }

    @Override
    public boolean messageComplete() {
        reader.body.trailersComplete();
        return true;
    }

    @Override
    public void badMessage(HttpException failure) {
        reader.headRefused(failure);
    }

    @Override
    public void earlyEOF() {
        reader.body.trailersRefused(parser.getHeaderLength());
    }
}
