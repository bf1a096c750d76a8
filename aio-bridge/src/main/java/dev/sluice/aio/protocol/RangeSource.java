// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The range of a file that is being sent: read ahead in pieces, and let go of when neither the reader nor a send uses it any more. One range
 * at a time.
 */
final class RangeSource {
    private static final int PIECE_BYTES = 64 * 1024;

    /** One is read while one is sent. */
    private static final int PIECES = 2;

    private final InFlight wire;
    private final ResourceContainer container;
    private final SequentialReader reader;
    private final EventHandler pieceRead;
    private final BooleanSupplier readAhead = this::tryReadAhead;
    private final ArrayDeque<IoBuffer> pieces = new ArrayDeque<>();

    private @Nullable OutboundItem item;
    private int beingSent;
    private boolean counted;
    private boolean attempting;
    private boolean cancelled;

    /** All of it is read and its pieces were handed out; the queue is at what comes behind it. */
    private boolean passed;

    /** What has ended the reading before its time; 0 if nothing has. */
    private int errno;

    /** Of the item, and not sent yet. */
    private long unsentCountedBytes;

    RangeSource(AsyncIo io, InFlight wire, ResourceContainer container) {
        this.wire = wire;
        this.container = container;
        reader = new SequentialReader(io, PIECE_BYTES, PIECES);
        pieceRead = wire.around(this::pieceRead);
    }

    boolean isFree() {
        return item == null;
    }

    boolean isOf(OutboundItem other) {
        return item == other;
    }

    @SuppressWarnings("NullAway") // it is a range, and so has a file
    void begin(OutboundItem newItem) {
        item = newItem;
        errno = 0;
        cancelled = false;
        passed = false;
        unsentCountedBytes = newItem.countedBytes;
        reader.begin(newItem.file, newItem.position, newItem.lengthBytes, container, pieceRead);
        goOn();
    }

    /** Reads ahead, if there is something to be read and room for it. */
    void goOn() {
        if (!attempting && !cancelled) {
            attempting = true;
            wire.attempt(readAhead);
        }
    }

    private boolean tryReadAhead() {
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
        final IoBuffer piece = reader.take(event);
        count();
        if (piece != null) {
            pieces.add(piece);
        } else if (!reader.isReading() && !cancelled) {
            if (result < 0) {
                errno = -result;
            } else if (!reader.isAtEnd()) {
                goOn(); // it has its buffer, and was refused the read
            } else if (reader.missingBytes() > 0L) {
                errno = Errno.EIO; // the file is shorter than its range
            }
        }
        if (cancelled) {
            letGoIfDone();
        }
    }

    /** Returns a piece that was read, until {@link #sent}; null if there is none. */
    @Nullable
    IoBuffer nextPiece() {
        final IoBuffer piece = pieces.poll();
        if (piece != null) {
            beingSent++;
        }
        return piece;
    }

    /** Takes a piece back, and returns how many of its bytes count as queued no more. */
    @SuppressWarnings("NullAway") // the item is let go of after its last piece
    long sent(IoBuffer piece, int lengthBytes) {
        beingSent--;
        reader.giveBack(piece);
        final long less = item.lengthBytes == SequentialReader.TO_END ? 0L : lengthBytes;
        unsentCountedBytes -= less;
        return less;
    }

    /** Passes on if all of the range is read and its pieces are taken: what is behind it comes next. */
    boolean tryPass() {
        passed = errno == 0 && reader.isAtEnd() && !reader.isReading() && pieces.isEmpty();
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
        done.clear();
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
        while ((piece = pieces.poll()) != null) {
            reader.giveBack(piece);
        }
        letGoIfDone();
    }
}
