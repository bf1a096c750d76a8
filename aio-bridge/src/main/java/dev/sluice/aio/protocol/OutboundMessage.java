// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;

/** The buffers that are sent together; some of them are pieces of the range that is being sent, and go back to it. */
final class OutboundMessage {
    private final IoBuffer[] buffers = new IoBuffer[Transport.MAX_BUFFERS];
    private final int[] lengths = new int[Transport.MAX_BUFFERS];
    private final boolean[] isPiece = new boolean[Transport.MAX_BUFFERS];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == buffers.length;
    }

    void add(IoBuffer buffer, boolean piece) {
        buffers[count] = buffer;
        lengths[count] = buffer.bytes().remaining();
        isPiece[count++] = piece;
    }

    void sendBy(Transport transport) {
        transport.send(buffers, count);
    }

    /** Sends it with nothing left to do here; false if that was refused. */
    boolean sendQuietlyBy(Transport transport) {
        final boolean accepted = transport.sendQuietly(buffers, count);
        if (accepted) {
            while (count > 0) {
                buffers[--count] = null;
            }
        }
        return accepted;
    }

    long lengthBytes() {
        long lengthBytes = 0L;
        for (int i = 0; i < count; i++) {
            lengthBytes += lengths[i];
        }
        return lengthBytes;
    }

    /** What the peer takes at once of the first buffer, which is the only one. */
    void sendSomeBy(Transport transport) {
        transport.sendSome(buffers[0]);
    }

    /** Tells whether a buffer is in it. */
    boolean has(IoBuffer buffer) {
        boolean found = false;
        for (int i = 0; i < count; i++) {
            found |= buffers[i] == buffer;
        }
        return found;
    }

    /** All of it is sent, or given up; returns how many bytes count as queued no more. */
    long takeBack(RangeSource range) {
        long lessBytes = 0L;
        while (count > 0) {
            final IoBuffer buffer = buffers[--count];
            buffers[count] = null;
            if (isPiece[count]) {
                lessBytes += range.sent(buffer, lengths[count]);
            } else {
                lessBytes += lengths[count];
                buffer.release();
            }
        }
        return lessBytes;
    }

    /**
     * The peer has taken what it takes at once: what can be read again is given back, else the rest remains to be sent. Returns as {@link
     * #takeBack}.
     */
    long takeBackPart(RangeSource range) {
        final IoBuffer buffer = buffers[0];
        final int restBytes = buffer.bytes().remaining();
        if (restBytes == 0 && !isPiece[0]) {
            return takeBack(range);
        }
        final int sentBytes = lengths[0] - restBytes;
        if (isPiece[0] && (restBytes == 0 || range.canReadAgain(buffer))) {
            count = 0;
            buffers[0] = null;
            return range.sentPart(buffer, sentBytes);
        }
        lengths[0] = restBytes;
        return isPiece[0] ? range.countSent(sentBytes) : sentBytes;
    }
}
