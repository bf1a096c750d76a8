// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.samples.http.wire.ChunkedWriter;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * The content of the message that goes out on a connection, as it is or in chunks. What is pulled for it is pulled as the peer takes it, and so
 * that no more of it is queued than the high mark says.
 */
final class OutgoingBody implements Body.Taker {
    /** The message that it belongs to. */
    interface Owner {
        /** All of it is queued. */
        void bodyOver();

        /** The rest cannot be had, and the peer must not take what it has for all of it. */
        void bodyFailed(String why);

        /** Tells whether nobody takes it any more. */
        boolean isGone();
    }

    /** A block is sent if more than this part of it is filled. */
    private static final int LEAST_FILLED = 16;

    private final OutboundQueue out;
    private final Owner owner;

    /** Null if none of this connection was sent in chunks. */
    private ChunkedWriter chunks;

    private boolean chunked;

    /** Where it is pulled from; null if it is not. */
    private Body source;

    /** Of the source, if it has told its length: what is still to come of that. */
    private long leftBytes;

    /** The source owes an answer. */
    private boolean awaiting;

    private boolean pulling;
    private boolean finished;
    private HttpFields trailers = HttpFields.EMPTY;

    OutgoingBody(OutboundQueue out, Owner owner) {
        this.out = out;
        this.owner = owner;
    }

    void begin(boolean newChunked) {
        chunked = newChunked;
        finished = false;
        trailers = HttpFields.EMPTY;
        if (chunked && chunks == null) {
            chunks = new ChunkedWriter();
        } else if (chunked) {
            chunks.reset();
        }
    }

    /** What follows is a part of so many bytes. */
    void part(long lengthBytes) {
        if (source != null || finished) {
            throw new IllegalStateException(
                    finished ? "the body is complete" : "the body is being pulled: nothing can be sent behind that");
        }
        chunk(lengthBytes);
    }

    private void chunk(long lengthBytes) {
        if (chunked && lengthBytes > 0L) {
            final ByteBuffer head = ByteBuffer.allocate(ChunkedWriter.MAX_BYTES);
            chunks.begin(head, lengthBytes);
            send(head);
        }
    }

    /** Sends a few bytes without the block that they came in: one that has many of them sent holds as many blocks else. */
    private void sendCopy(IoBuffer piece) {
        final ByteBuffer content = piece.bytes();
        final ByteBuffer copy = ByteBuffer.allocate(ChunkedWriter.MAX_BYTES + content.remaining());
        if (chunked) {
            chunks.begin(copy, content.remaining());
        }
        send(copy.put(content));
        piece.release();
    }

    private void send(ByteBuffer bytes) {
        final byte[] sent = new byte[bytes.flip().remaining()];
        bytes.get(sent);
        out.send(sent);
    }

    void pull(Body newSource) {
        part(0L);
        source = newSource;
        leftBytes = newSource.lengthBytes();
        pullOn();
    }

    /** Tells whether it is the source that keeps the peer waiting. */
    boolean isAwaitingSource() {
        return awaiting;
    }

    /** There is room for more. */
    void pullOn() {
        if (pulling) {
            return;
        }
        pulling = true;
        try {
            while (source != null && !awaiting && !out.isAboveHigh()) {
                if (owner.isGone()) {
                    abort();
                } else {
                    awaiting = true;
                    source.pull(this);
                }
            }
        } finally {
            pulling = false;
        }
    }

    @Override
    public void piece(IoBuffer piece) {
        awaiting = false;
        if (leftBytes != Body.UNKNOWN_BYTES) {
            leftBytes -= piece.bytes().remaining();
            if (leftBytes < 0L) { // the peer would take the rest for another message
                piece.release();
                abort();
                owner.bodyFailed("there is more of the body than it has said");
                return;
            }
        }
        if (piece.bytes().remaining() <= piece.capacityBytes() / LEAST_FILLED) {
            sendCopy(piece);
        } else {
            chunk(piece.bytes().remaining());
            out.send(piece);
        }
        pullOn();
    }

    @Override
    public void end(HttpFields newTrailers) {
        awaiting = false;
        source = null;
        if (leftBytes > 0L) {
            owner.bodyFailed("there is less of the body than it has said");
            return;
        }
        if (newTrailers.size() > 0) {
            trailers = HttpFields.build(newTrailers);
        }
        if (finished) {
            over();
        }
    }

    @Override
    public void failed(String why) {
        awaiting = false;
        source = null;
        owner.bodyFailed(why);
    }

    /** Nothing is added any more. */
    void finish() {
        finished = true;
        if (source == null) {
            over();
        }
    }

    private void over() {
        if (chunked) {
            int maxBytes = ChunkedWriter.MAX_BYTES;
            for (final HttpField field : trailers) {
                maxBytes += ResponseHeader.lengthOf(field);
            }
            final ByteBuffer last = ByteBuffer.allocate(maxBytes);
            chunks.last(last, trailers);
            send(last);
        }
        owner.bodyOver();
    }

    /** The peer has gone, or is given up. */
    void abort() {
        final Body left = source;
        source = null;
        awaiting = false;
        if (left != null) {
            left.abort();
        }
    }
}
