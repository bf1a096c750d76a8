// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What follows the head of a message: content, pulled by a sink that has it where it lies, and trailers. The framing is followed here;
 * the parser, which stopped at the end of the head, sees of the body an empty chunk and the trailers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6">RFC 9112, 6: message body</a>
 */
final class MessageBody {
    /** The length of a body that says where it ends only when it ends. */
    static final long UNKNOWN_BYTES = -1L;

    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        TO_END
    }

    private final RequestLimits limits;
    private final int maxParsedBytes;
    private final ChunkFraming chunks = new ChunkFraming();
    private final ByteBuffer lastChunk = ByteBuffer.wrap(LAST_CHUNK.clone());
    private final HttpFields.Mutable trailers = HttpFields.build();
    private final BodySink forget = this::forget;

    private Framing framing = Framing.NONE;

    /** Of content with a known length: all of it, and what is still to come. */
    private long lengthBytes;

    private long leftBytes;

    private long skippedBytes;
    private int trailerFields;
    private boolean trailersBegun;
    private boolean complete;
    private boolean givenUp;
    private MessageFault fault = MessageFault.NONE;

    /** Takes what is the parser's own bound on fields and trailers together. */
    MessageBody(RequestLimits limits, int maxParsedBytes) {
        this.limits = limits;
        this.maxParsedBytes = maxParsedBytes;
    }

    void reset() {
        framing = Framing.NONE;
        lengthBytes = 0L;
        leftBytes = 0L;
        skippedBytes = 0L;
        chunks.reset();
        trailers.clear();
        trailerFields = 0;
        trailersBegun = false;
        complete = false;
        givenUp = false;
        fault = MessageFault.NONE;
    }

    void beginWithout() {
        complete = true;
    }

    void beginWithLength(long newLengthBytes) {
        framing = newLengthBytes > 0L ? Framing.LENGTH : Framing.NONE;
        lengthBytes = newLengthBytes;
        leftBytes = newLengthBytes;
        complete = newLengthBytes == 0L;
    }

    void beginChunked() {
        framing = Framing.CHUNKED;
    }

    void beginToEnd() {
        framing = Framing.TO_END;
    }

    boolean isThere() {
        return framing != Framing.NONE;
    }

    /** Returns how much content there is, or {@link #UNKNOWN_BYTES}. */
    long lengthBytes() {
        return framing == Framing.NONE || framing == Framing.LENGTH ? lengthBytes : UNKNOWN_BYTES;
    }

    boolean isComplete() {
        return complete;
    }

    /** Tells whether the parser is needed yet. */
    boolean mayHaveTrailers() {
        return framing == Framing.CHUNKED && !complete;
    }

    /** Tells whether there was more of it than is skipped. */
    boolean isGivenUp() {
        return givenUp;
    }

    MessageFault fault() {
        return fault;
    }

    HttpFields trailers() {
        return trailers;
    }

    /** Reads on until the body is over, the sink wants no more, or nothing remains; returns true if it is complete or at fault. */
    boolean read(HeadParser parser, ByteBuffer received, BodySink sink) {
        boolean wanted = true;
        while (wanted && received.hasRemaining() && !isContentOver()) {
            final long contentBytes = framing == Framing.CHUNKED ? chunks.contentBytes() : contentBytes();
            if (contentBytes == 0L) {
                fault = chunks.take(received.get());
            } else {
                wanted = offer(received, contentBytes, sink);
            }
        }
        if (framing == Framing.CHUNKED && chunks.isOver()) {
            readTrailers(parser, received);
        }
        return complete || fault != MessageFault.NONE;
    }

    private boolean isContentOver() {
        return complete || fault != MessageFault.NONE || chunks.isOver();
    }

    private long contentBytes() {
        return framing == Framing.TO_END ? Long.MAX_VALUE : leftBytes;
    }

    /** Lends the content that has come; returns true if all of it was taken and more is wanted. */
    private boolean offer(ByteBuffer received, long contentBytes, BodySink sink) {
        final int from = received.position();
        final int limit = received.limit();
        received.limit(from + (int) Math.min(limit - from, contentBytes));
        final boolean wanted;
        final boolean tookAll;
        try {
            wanted = sink.take(received);
        } finally {
            tookAll = !received.hasRemaining();
            received.limit(limit);
            passed(received.position() - from);
        }
        return wanted && tookAll;
    }

    private void passed(int bytes) {
        if (framing == Framing.CHUNKED) {
            chunks.passed(bytes);
        } else if (framing == Framing.LENGTH) {
            leftBytes -= bytes;
            complete = leftBytes == 0L;
        }
    }

    private void readTrailers(HeadParser parser, ByteBuffer received) {
        if (!trailersBegun) {
            trailersBegun = true;
            parser.parse(lastChunk.clear());
        }
        while (received.hasRemaining() && !complete && fault == MessageFault.NONE) {
            final int before = received.remaining();
            parser.parse(received);
            if (received.remaining() == before && !complete && fault == MessageFault.NONE) {
                throw new IllegalStateException("the parser leaves " + before + " bytes: " + parser);
            }
        }
    }

    /** Of the parser: one more. Those that would change what was decided by the head are dropped. */
    void addTrailer(HttpField field) {
        if (++trailerFields > limits.fields()) {
            fault = MessageFault.LONG_TRAILERS;
            throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
        }
        if (Trailers.isAllowed(field.getHeader())) {
            trailers.add(field);
        }
    }

    /** Of the parser: the empty line behind the trailers has come. */
    void trailersComplete() {
        complete = true;
    }

    /** Of the parser, which does not say why. */
    void trailersRefused(int parsedBytes) {
        if (fault == MessageFault.NONE) {
            fault = parsedBytes > maxParsedBytes ? MessageFault.LONG_TRAILERS : MessageFault.MALFORMED_TRAILERS;
        }
    }

    /** Reads and forgets what is left, unless it is too much; returns true if the body is complete, at fault or given up. */
    boolean skip(HeadParser parser, ByteBuffer received) {
        givenUp |= framing == Framing.TO_END || skippedBytes + leftBytes > limits.forgottenBodyBytes();
        if (!givenUp && !complete && fault == MessageFault.NONE) {
            read(parser, received, forget);
            givenUp = skippedBytes > limits.forgottenBodyBytes();
        }
        return givenUp || complete || fault != MessageFault.NONE;
    }

    /** Tells whether more is to come than is skipped, as far as the head says. */
    boolean isLong() {
        return leftBytes > limits.forgottenBodyBytes();
    }

    private boolean forget(ByteBuffer content) {
        skippedBytes += content.remaining();
        content.position(content.limit());
        return skippedBytes <= limits.forgottenBodyBytes();
    }

    /** Skips nothing. */
    void giveUp() {
        givenUp = true;
    }

    /** No more bytes come. */
    void endOfInput() {
        if (framing == Framing.TO_END) {
            complete = true;
        } else if (!complete && fault == MessageFault.NONE) {
            fault = MessageFault.TRUNCATED;
        }
    }
}
