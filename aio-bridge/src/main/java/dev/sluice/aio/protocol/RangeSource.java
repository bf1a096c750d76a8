// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The range of a file that is being sent: read ahead in pieces, and let go of when neither the reader nor a send uses it any more. One range
 * at a time.
 */
final class RangeSource {
    /** Of a piece, what it stands behind included. */
    static final int PIECE_BYTES = 64 * 1024;

    /** One is read while one is sent. */
    private static final int PIECES = 2;

    private final InFlight wire;
    private final Runnable moved;
    private final Transport transport;
    private final SequentialReader reader;
    private final EventHandler pieceRead;
    private final BooleanSupplier readOn = this::tryReadOn;

    /** Read and not handed out, the first in front. */
    private final @Nullable IoBuffer[] pieces = new @Nullable IoBuffer[PIECES];

    private int pieceCount;
    private final OutboundItems items;

    private @Nullable OutboundItem item;
    private int beingSent;
    private boolean counted;
    private boolean attempting;
    private boolean cancelled;

    /** The range was dropped, and what reads it has not ended yet. */
    private boolean givenUp;

    /** Something of it is sent, or being sent. */
    private boolean begunToSend;

    /** All of it was asked for with what it stands behind. */
    private boolean readWhole;

    /** What the first piece stands behind, as long as that is not sent. */
    private int headBytes;

    /** All of it is read and its pieces were handed out; the queue is at what comes behind it. */
    private boolean passed;

    /** What has ended the reading before its time; 0 if nothing has. */
    private int errno;

    /** Of the item, and not sent yet. */
    private long unsentCountedBytes;

    /** {@code items} get back what is done with; {@code moved} is told when the peer has taken something, beside {@link #sent}. */
    RangeSource(Link link, InFlight wire, OutboundItems items, Runnable moved) {
        this.moved = moved;
        this.wire = wire;
        this.items = items;
        transport = link.transport();
        reader = new SequentialReader(link.io(), PIECE_BYTES, PIECES);
        pieceRead = wire.around(this::pieceRead);
    }

    boolean isFree() {
        return item == null;
    }

    boolean isOf(OutboundItem other) {
        return item == other;
    }

    /** Nothing is read yet; {@code headIsSent} if what would be dropped with it has gone already. */
    @SuppressWarnings("NullAway") // it is a range, and so has a file and who is charged
    void begin(OutboundItem newItem, boolean headIsSent) {
        reader.begin(newItem.file, newItem.position, newItem.lengthBytes, newItem.charged, pieceRead);
        item = newItem;
        errno = 0;
        cancelled = false;
        passed = false;
        givenUp = false;
        begunToSend = headIsSent;
        readWhole = false;
        headBytes = 0;
        unsentCountedBytes = newItem.countedBytes;
    }

    /** Reads the first piece behind what a buffer has up to its position; if that is all and nothing waits, they may be sent, too. */
    @SuppressWarnings("NullAway") // there is an item while something of it is read
    void readBehind(IoBuffer head, boolean mayBeSent) {
        headBytes = head.bytes().position();
        unsentCountedBytes += headBytes;
        readWhole = mayBeSent && head.bytes().remaining() >= item.lengthBytes;
        final boolean accepted = mayBeSent ? transport.sendFirst(reader, head) : reader.readFirst(head);
        count();
        if (!accepted) {
            readOn();
        }
    }

    /** Reads ahead, if there is something to be read and room for it; for a peer that stands still only what can be sent now. */
    void readAhead(boolean lean) {
        if (!reader.isReading() && (!lean || (beingSent == 0 && pieceCount == 0))) {
            readOn();
        }
    }

    private void readOn() {
        if (!attempting && !cancelled) {
            attempting = true;
            wire.attempt(readOn);
        }
    }

    private boolean tryReadOn() {
        final boolean accepted = cancelled || reader.readAhead();
        attempting = !accepted;
        count();
        return accepted;
    }

    /** The reader's events are handled here: what it has under way is counted with the rest. */
    private void count() {
        if (reader.isReading() && !counted) {
            counted = true;
            wire.hold();
        } else if (!reader.isReading() && counted) {
            counted = false;
            wire.letGo();
        }
    }

    private void pieceRead(Event event) {
        final int result = event.result();
        if (event.operation() == Opcode.SEND) {
            begunToSend = true; // it may have failed because of the peer
            moved.run();
        }
        final IoBuffer piece;
        try {
            piece = reader.take(event);
        } finally {
            count(); // also if the next read was refused by an exception
        }
        if (piece != null) {
            pieces[pieceCount++] = piece;
        } else if (!reader.isReading() && !cancelled) {
            if (result < 0) {
                errno = -result;
            } else if (!reader.isAtEnd()) {
                readOn(); // it has its buffer, and was refused the read
            } else if (reader.missingBytes() > 0L) {
                errno = Errno.ENODATA; // the file is shorter than its range
            }
        }
        if (cancelled) {
            letGoIfDone();
        }
    }

    boolean hasPieces() {
        return pieceCount > 0;
    }

    /** Tells whether a piece was handed out and has not come back. */
    boolean isBeingSent() {
        return beingSent > 0;
    }

    /** Tells whether a piece is to come. */
    boolean isReading() {
        return reader.isReading() || attempting;
    }

    boolean isAwaitingMemory() {
        return reader.isAwaitingBuffer();
    }

    /** Returns a piece that was read, until {@link #sent}; null if there is none. */
    @Nullable
    IoBuffer nextPiece() {
        if (pieceCount == 0 || isFirstHeld()) {
            return null;
        }
        begunToSend = true;
        beingSent++;
        final IoBuffer piece = pieces[0];
        pieceCount--;
        for (int i = 0; i < pieceCount; i++) {
            pieces[i] = pieces[i + 1];
        }
        pieces[pieceCount] = null;
        return piece;
    }

    /**
     * All of a range was asked for and less came. If the file has ended there, and there is something else to say, the length that its head
     * promises is not to be sent.
     */
    @SuppressWarnings("NullAway") // there is an item while something of it is read
    private boolean isFirstHeld() {
        return !begunToSend
                && readWhole
                && item.whenUnreadable != null
                && (errno != 0 || (reader.missingBytes() > 0L && !reader.isAtEnd()));
    }

    /** Holds the first piece no longer if nothing is being read that could tell more, as memory is short; tells whether that was so. */
    boolean letGoOfFirst() {
        final boolean inVain =
                isFirstHeld() && errno == 0 && pieceCount > 0 && (!isReading() || reader.isAwaitingBuffer());
        readWhole &= !inVain;
        return inVain;
    }

    /** Returns who is told if it is given up; null if something of it is sent, or nobody is. */
    @Nullable
    IntConsumer whenGivenUp() {
        return item != null && !cancelled && !begunToSend ? item.whenUnreadable : null;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Drops it, its head included; returns how many bytes count as queued no more. */
    long giveUp() {
        givenUp = true;
        final long less = unsentCountedBytes;
        unsentCountedBytes = 0L;
        cancel();
        return less;
    }

    boolean isWaitingForFile() {
        return item != null && !givenUp && reader.isWaitingForFile();
    }

    /** Takes a piece back, and returns how many of its bytes count as queued no more. */
    long sent(IoBuffer piece, int lengthBytes) {
        beingSent--;
        headBytes = 0;
        reader.giveBack(piece);
        return countSent(lengthBytes);
    }

    /** Tells whether what was not taken of a piece that was handed out can be given back, to be read again. */
    @SuppressWarnings("NullAway") // there is an item while something of it is sent
    boolean canReadAgain(IoBuffer piece) {
        return piece.bytes().position() >= headBytes
                && !isReading()
                && pieceCount == 0
                && !item.file.isDirect() // which is read by whole blocks
                && item.lengthBytes != SequentialReader.TO_END; // a pipe has it no more
    }

    /** Takes back a piece of which the rest, if there is one, is to be read again, and keeps no buffer for the next; returns as {@link #sent}. */
    long sentPart(IoBuffer piece, int sentBytes) {
        beingSent--;
        headBytes = 0;
        reader.giveBackUnused(piece);
        return countSent(sentBytes);
    }

    @SuppressWarnings("NullAway") // there is an item while something of it is sent
    long countSent(int sentBytes) {
        final long less = item.lengthBytes == SequentialReader.TO_END ? 0L : sentBytes;
        unsentCountedBytes -= less;
        return less;
    }

    /** Gives back what was read and not handed out: it is read again when it can be sent. */
    @SuppressWarnings("NullAway") // there is an item while something of it is sent
    void giveBackPieces() {
        if (isReading() || item.lengthBytes == SequentialReader.TO_END) {
            return;
        }
        IoBuffer piece;
        while ((piece = takeLast()) != null) {
            reader.giveBackUnused(piece);
        }
    }

    private @Nullable IoBuffer takeLast() {
        if (pieceCount == 0) {
            return null;
        }
        final IoBuffer piece = pieces[--pieceCount];
        pieces[pieceCount] = null;
        return piece;
    }

    /** Passes on if all of the range is read and its pieces are taken: what is behind it comes next. */
    boolean tryPass() {
        passed = errno == 0 && reader.isAtEnd() && !reader.isReading() && pieceCount == 0;
        return passed;
    }

    int errno() {
        return errno;
    }

    /** Lets go if nothing is left to be done; returns how many bytes count as queued no more by that. */
    @SuppressWarnings("NullAway") // a range has something to be run
    long letGoIfDone() {
        if (item == null || beingSent > 0 || !(passed || (cancelled && !reader.isReading()))) {
            return 0L;
        }
        final OutboundItem done = item;
        item = null;
        final Runnable whenLetGo = done.whenLetGo;
        items.giveBack(done);
        whenLetGo.run();
        return unsentCountedBytes;
    }

    /** Gives up: lets go as soon as nothing uses the file. */
    void cancel() {
        if (item == null) {
            return;
        }
        cancelled = true;
        reader.cancel();
        IoBuffer piece;
        while ((piece = takeLast()) != null) {
            reader.giveBack(piece);
        }
        letGoIfDone();
    }
}
