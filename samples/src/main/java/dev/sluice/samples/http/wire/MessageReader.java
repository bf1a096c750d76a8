// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;

/** What readers of requests and of responses have in common: fields, and a body that is read as far as somebody wants it. */
public abstract class MessageReader {
    final MessageFields fields;
    final MessageBody body;
    boolean headComplete;

    private final HeadParsers parsers;

    /** Lent while the head comes in, and trailers may; null else. */
    private HeadParser parser;

    /** Takes what is the parser's own bound on fields and trailers together, with its line. */
    MessageReader(RequestLimits limits, int maxParsedBytes, HeadParsers parsers) {
        this.parsers = parsers;
        fields = new MessageFields(limits.fields());
        body = new MessageBody(limits, maxParsedBytes);
    }

    /** The parser, whose fields are all there, stops here: tells what the body is. May throw what refuses the head, for the parser. */
    abstract void headOver(HeadParser parser);

    /** Of the parser. */
    abstract void headRefused(HttpException failure);

    abstract boolean isHeadRefused();

    /** Has the fields parsed, up to the end of the head. */
    final void parseFields(ByteBuffer received) {
        while (received.hasRemaining() && !headComplete && !isHeadRefused()) {
            final int before = received.remaining();
            haveParsed(received);
            if (received.remaining() == before && !headComplete && !isHeadRefused()) {
                throw new IllegalStateException("the parser leaves " + before + " bytes: " + parser);
            }
        }
        if (headComplete) {
            endParsing();
        }
    }

    final void haveParsed(ByteBuffer received) {
        if (parser == null) {
            parser = parsers.lendTo(this);
        }
        parser.parse(received);
    }

    private void endParsing() {
        if (parser != null && !body.mayHaveTrailers()) {
            final HeadParser done = parser;
            parser = null;
            parsers.takeBack(done, fields.askedToClose());
        }
    }

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
        final boolean over = body.read(parser, received, sink);
        endParsing();
        return over;
    }

    /** As {@link MessageBody#skip}. */
    final boolean skipRest(ByteBuffer received) {
        final boolean over = body.skip(parser, received);
        endParsing();
        return over;
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
        parser = null;
        fields.reset();
        body.reset();
        headComplete = false;
    }
}
