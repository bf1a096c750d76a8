// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.events.Event;
import dev.sluice.samples.http.wire.BodySink;
import dev.sluice.samples.http.wire.MessageReader;
import java.nio.ByteBuffer;

/**
 * The content of the message that comes in on a connection. A piece is the block that it was received in: what of it is no content, as the
 * sizes of chunks, is closed up in place. While nobody pulls, nothing is received.
 */
final class IncomingBody implements Body {
    /** The connection that it comes in on. */
    interface Source {
        /** Nothing has come that was not taken: {@link #deliver()} when something has, or at its end. */
        void awaitBytes();

        /** Nobody waits for more of it, unless {@link #awaitBytes} is called again. */
        void awaitNothing();

        /** It is malformed, or ends before its end; who pulls is told after this. */
        void refused();

        /** Leases a block. */
        long lease(int minBytes, Object attachment);
    }

    private final LoopThread thread;
    private final Source source;
    private final ReceivedBytes received;
    private final InFlight operations;
    private final BodySink closeUp = this::closeUp;

    private MessageReader reader;
    private Taker taker;
    private boolean leasing;
    private long lengthBytes;

    /** What was read is put into this, from one place to another. */
    private ByteBuffer piece;

    /** That is the block that it was received in. */
    private boolean inPlace;

    private int from;
    private int to;

    IncomingBody(LoopThread thread, Source source, ReceivedBytes received, InFlight operations) {
        this.thread = thread;
        this.source = source;
        this.received = received;
        this.operations = operations;
    }

    /** Another message, whose head was read. */
    void begin(MessageReader newReader) {
        reader = newReader;
        taker = null;
        lengthBytes = newReader.contentLength();
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void pull(Taker newTaker) {
        thread.check();
        if (taker != null) {
            throw new IllegalStateException("the last pull of this body is not answered");
        }
        if (reader == null) {
            newTaker.failed("the message is not received any more");
            return;
        }
        taker = newTaker;
        deliver();
    }

    void checkThread() {
        thread.check();
    }

    /** Tells whether somebody waits for the next piece. */
    boolean isPulled() {
        return taker != null;
    }

    /** Gives the next piece, if there is one: bytes have come, or their end. */
    void deliver() {
        while (taker != null && !leasing) {
            if (reader.fault() != null) {
                source.refused();
                fail("nothing more comes"); // or it was told already
            } else if (reader.bodyComplete()) {
                final Taker told = taker;
                taker = null;
                told.end(reader.trailers());
            } else if (received.isEmpty()) {
                source.awaitBytes();
                return;
            } else if (received.isRest()) {
                leasing = true;
                final int restBytes = received.bytes().remaining();
                operations.start(a -> source.lease(restBytes, a), this::leased);
            } else {
                readBlock();
            }
        }
    }

    private void readBlock() {
        final ByteBuffer bytes = received.bytes();
        read(bytes, bytes.position(), true);
        if (from < to) {
            give(received.take(from, to));
        } else {
            received.releaseIfTaken();
        }
    }

    private void leased(Event event) {
        leasing = false;
        final IoBuffer block = (IoBuffer) event.message();
        if (taker == null) { // it was given up
            if (block != null) {
                block.release();
            }
            return;
        }
        if (block == null) {
            fail("there is no memory for it");
            return;
        }
        if (received.isEmpty()) { // another message has been begun since
            block.release();
            deliver();
            return;
        }
        read(block.bytes(), 0, false);
        received.releaseIfTaken();
        if (from < to) {
            block.bytes().limit(to).position(from);
            give(block);
        } else {
            block.release();
            deliver();
        }
    }

    private void read(ByteBuffer into, int start, boolean isReceived) {
        piece = into;
        inPlace = isReceived;
        from = start;
        to = start;
        reader.readBody(received.bytes(), closeUp);
    }

    private boolean closeUp(ByteBuffer content) {
        final int lengthBytes = content.remaining();
        if (inPlace && from == to) {
            from = content.position(); // the first of this block stays where it is
            to = from;
        }
        if (!inPlace || to != content.position()) {
            piece.put(to, content, content.position(), lengthBytes);
        }
        to += lengthBytes;
        content.position(content.limit());
        return true;
    }

    private void give(IoBuffer block) {
        final Taker told = taker;
        taker = null;
        told.piece(block);
    }

    /** What is missing does not come: for that reason, unless it is at fault itself. */
    void fail(String otherWhy) {
        final String why = reader != null && reader.fault() != null ? reader.fault() : otherWhy;
        reader = null;
        source.awaitNothing();
        if (taker != null) {
            final Taker told = taker;
            taker = null;
            told.failed(why);
        }
    }

    @Override
    public void abort() {
        thread.check();
        taker = null;
        reader = null;
        source.awaitNothing();
    }
}
