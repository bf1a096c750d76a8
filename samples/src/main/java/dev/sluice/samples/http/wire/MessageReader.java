// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpParser;

/** What readers of requests and of responses have in common: fields, and a body that is read as far as somebody wants it. */
public abstract class MessageReader {
    /** The header fields that a reader remembers from earlier messages, in characters. */
    private static final int FIELD_CACHE_SIZE = 1024;

    /**
     * A cache is made anew, of 50 KB, when so many messages in a row have not ended their connections: where most do, it is not worth that.
     */
    private static final int MESSAGES_BEFORE_CACHE = 16;

    final MessageFields fields;
    final MessageBody body;
    final HttpParser parser;
    boolean headComplete;

    /** Until the parser, which gave its cache up, has one again; 0 if it has. */
    private int messagesUntilCache;

    /** Takes what is the parser's own bound on fields and trailers together, with its line. */
    MessageReader(RequestLimits limits, int maxParsedBytes) {
        fields = new MessageFields(limits.fields());
        body = new MessageBody(limits, maxParsedBytes);
        parser = newParser(maxParsedBytes);
        // Or the value of an earlier message, perhaps another client's, would stand for one that differs in case:
        // cookies do.
        parser.setHeaderCacheCaseSensitive(true);
        parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
    }

    /** Makes a strict parser that calls this. Called once, within the constructor. */
    abstract HttpParser newParser(int maxParsedBytes);

    /**
     * Takes in what {@code received} has of the head: the first line and the fields.
     *
     * @param received from its position to its limit; may be written to
     * @return true if the head is complete or bad; what remains in the buffer is behind it
     */
    public abstract boolean parseHead(ByteBuffer received);

    /**
     * Tells whether a part of a message has come in.
     *
     * @return false also after empty lines
     */
    public abstract boolean hasBegun();

    /**
     * Tells why the message is refused; a body can turn out to be bad after the head was well-formed.
     *
     * @return the reason, or null if nothing is wrong so far
     */
    public abstract String fault();

    /**
     * Gives the sink what {@code received} has of the content, and reads the trailers behind it.
     *
     * @param received from its position, which is moved past what was taken, to its limit
     * @param sink called as long as there is content and it wants more; what it throws is thrown here, and changes nothing else
     * @return true if the body is complete or bad; false if more bytes are needed, or more demand, or the end of the input
     * @throws IllegalStateException before the head is complete
     */
    public boolean readBody(ByteBuffer received, BodySink sink) {
        checkHeadComplete();
        return body.read(parser, received, sink);
    }

    final void checkHeadComplete() {
        if (!headComplete) {
            throw new IllegalStateException("the body was asked for before its head was complete");
        }
    }

    /**
     * What follows the head is not HTTP any more: all that comes up to the end of the connection is read as the body.
     *
     * @throws IllegalStateException unless the message is complete, and was not refused
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.8">RFC 9110, 7.8: Upgrade</a>
     */
    public final void beginTunnel() {
        if (!bodyComplete() || fault() != null) {
            throw new IllegalStateException("the message before the tunnel is not complete, or refused");
        }
        body.reset();
        body.beginToEnd();
    }

    /**
     * The connection has ended: nothing more comes, and everything that came was given to {@link #parseHead} and {@link #readBody}.
     *
     * @return true if the message is complete: it was, or its end is that of the connection; false if it is truncated, or was refused,
     *     which {@link #fault} tells
     */
    public boolean endOfInput() {
        if (headComplete) {
            body.endOfInput();
        }
        return headComplete && fault() == null;
    }

    /**
     * Returns the header fields.
     *
     * @return all fields in their order, until the next message
     */
    public final HttpFields fields() {
        return fields.all();
    }

    /**
     * Returns the fields behind the content, without those that may not be there.
     *
     * @return all of them once {@link #bodyComplete}, until the next message; none of most
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5">RFC 9110, 6.5: trailer fields</a>
     */
    public final HttpFields trailers() {
        return body.trailers();
    }

    /**
     * Tells whether content follows the head.
     *
     * @return false also if its length is 0, or the message is one without; true if it is chunked or up to the end of the connection,
     *     though it may be empty
     */
    public final boolean hasBody() {
        return body.isThere();
    }

    /**
     * Returns how much content there is.
     *
     * @return bytes, 0 if there is no body, -1 if it is chunked or up to the end of the connection
     */
    public final long contentLength() {
        return body.lengthBytes();
    }

    /**
     * Tells whether nothing of this message is to come any more.
     *
     * @return true if the head is complete, and the body with its trailers, or there is none
     */
    public final boolean bodyComplete() {
        return headComplete && body.isComplete();
    }

    /** Forgets the message, but for what is the subclass's own. */
    final void forget() {
        if (fields.askedToClose()) {
            messagesUntilCache = MESSAGES_BEFORE_CACHE; // the parser gave its cache up with this connection
        } else if (messagesUntilCache > 0 && --messagesUntilCache == 0) {
            parser.setHeaderCacheSize(FIELD_CACHE_SIZE);
        }
        parser.reset();
        fields.reset();
        body.reset();
        headComplete = false;
    }

    /** What the parser calls for fields, and for trailers. */
    abstract class Parsed implements HttpParser.HttpHandler {
        @Override
        public final void parsedHeader(HttpField field) {
            fields.add(field);
        }

        @Override
        public final boolean content(ByteBuffer item) {
            return true; // of the empty chunk: never
        }

        @Override
        public final boolean contentComplete() {
            return false;
        }

        @Override
        public final void parsedTrailer(HttpField field) {
            body.addTrailer(field);
        }

        @Override
        public final boolean messageComplete() {
            body.trailersComplete();
            return true;
        }

        @Override
        public final void earlyEOF() {
            body.trailersRefused(parser.getHeaderLength());
        }
    }
}
