// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.Opcode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file, or a range of one, in order and in pieces: the next one while the last is being used, with as many buffers
 * as it was made for, whatever the file's size.
 *
 * <pre>{@code
 * reader.begin(file, 0L, SequentialReader.TO_END, container, this);
 * reader.readAhead();
 * IoBuffer piece = reader.take(event);   // later, at an event of this reader
 * if (piece != null) {
 *     socket.send(piece);                // at whose end: reader.giveBack(piece), reader.readAhead()
 *     reader.readAhead();
 * } else if (event.failed() || reader.missingBytes() > 0L) { ... }
 * }</pre>
 *
 * <p>One read is under way at a time, so pieces come in order and without a gap. Each piece has one event, of {@link AsyncFile#read}, and so
 * has what ends the reading early: an error, a cancellation, and the end of the file, whose result is 0. A piece can be shorter than asked for.
 *
 * <p>It waits for a buffer as {@link BufferArena#lease} does, with an event of the operation {@code NOP}, after which the piece's
 * own follows. While {@linkplain BufferArena#isShort memory is short} it reads nothing ahead, in smaller pieces, and keeps no
 * buffer that is not in use: what stands still then holds what the caller is sending and no more.
 *
 * <p>A file that changes meanwhile is read as it is when a piece's turn comes. If it ends before the range does, {@link #missingBytes}
 * tells by how much; what it has behind the range is not read, so who wants all of a file that grows reads {@link #TO_END}.
 *
 * <p>Can be used for one range after the other; allocates nothing. Belongs to the thread of its queue.
 */
public final class SequentialReader {
    /** A length: until a read finds nothing more, however long the file is by then. */
    public static final long TO_END = Long.MAX_VALUE;

    private static final int PAGE_BYTES = 4096;

    /** Of a piece while memory is short. */
    private static final int SMALL_PIECE_BYTES = 16 * 1024;

    private final AsyncIo io;
    private final int pieceBytes;
    private final int maxBuffers;

    private final ReadRange range = new ReadRange();
    private ResourceContainer charged;
    private @Nullable Object eventAttachment;

    private @Nullable IoBuffer reading;
    private long readId;

    /** A lease is under way, of {@link #readId}. */
    private boolean awaitingBuffer;

    /** What the next piece is read into, from its position. */
    private @Nullable IoBuffer spare;

    /** Buffers that are being read into or are with the caller. */
    private int inUse;

    /**
     * Makes a reader; it takes no buffers before it reads.
     *
     * @param io whose arena the buffers are leased from
     * @param pieceBytes the size of a piece, a multiple of 4,096 up to {@link BufferArena#MAX_BLOCK_BYTES}
     * @param maxBuffers how many pieces there may be at a time, read or being read, at least 1; with 2 one is read while one
     *     is used
     * @throws IllegalArgumentException if one is out of range
     */
    @SuppressWarnings("NullAway.Init") // the container comes with begin(): until then there is nothing to be read
    public SequentialReader(AsyncIo io, int pieceBytes, int maxBuffers) {
        this.io = Objects.requireNonNull(io, "io");
        if (pieceBytes < PAGE_BYTES || pieceBytes > BufferArena.MAX_BLOCK_BYTES || pieceBytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException("pieceBytes must be a multiple of " + PAGE_BYTES + " up to "
                    + BufferArena.MAX_BLOCK_BYTES + ": pieceBytes=" + pieceBytes);
        }
        if (maxBuffers < 1) {
            throw new IllegalArgumentException("maxBuffers must be at least 1: maxBuffers=" + maxBuffers);
        }
        this.pieceBytes = pieceBytes;
        this.maxBuffers = maxBuffers;
    }

    /**
     * Says what is read next. Nothing is read yet.
     *
     * @param newFile open until the last piece's event; with {@code O_DIRECT} the position must be a multiple of its blocks
     * @param newPosition of the range's first byte
     * @param lengthBytes of the range, or {@link #TO_END}
     * @param newCharged the container to charge, at whose priority the events come
     * @param newAttachment handed out with the events, may be null
     * @throws IllegalArgumentException if {@code newPosition} or {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open, a piece is being read or one was not given back
     */
    public void begin(
            AsyncFile newFile,
            long newPosition,
            long lengthBytes,
            ResourceContainer newCharged,
            @Nullable Object newAttachment) {
        io.port().checkUsable();
        if (newPosition < 0L || lengthBytes < 0L) {
            throw new IllegalArgumentException("begin: position and lengthBytes must not be negative: position="
                    + newPosition + ", lengthBytes=" + lengthBytes);
        }
        if (awaitingBuffer) {
            throw new IllegalStateException("begin: a buffer is awaited: await its event");
        }
        if (inUse > 0) {
            throw new IllegalStateException("begin: " + inUse + " buffers are in use"
                    + (reading == null ? ": give them back" : ": await the event of the piece that is being read"));
        }
        newFile.status();
        releaseSpare();
        charged = Objects.requireNonNull(newCharged, "charged");
        eventAttachment = newAttachment;
        range.begin(newFile, newPosition, lengthBytes);
    }

    /**
     * As {@link #begin(AsyncFile, long, long, ResourceContainer, Object)}, for a lambda.
     *
     * @param source open until the last piece's event
     * @param at position of the range's first byte
     * @param lengthBytes of the range, or {@link #TO_END}
     * @param container to charge, at whose priority the events come
     * @param handler of the events, may be null
     */
    public void begin(
            AsyncFile source, long at, long lengthBytes, ResourceContainer container, @Nullable EventHandler handler) {
        begin(source, at, lengthBytes, container, (Object) handler);
    }

    /**
     * Reads the first piece behind what {@code headed} holds already, such as a header, and if that is the whole range, goes on
     * to send it as {@link AsyncSocket#sendFile} does. So a small range costs one event: {@code SEND} if all is sent, {@code
     * READ} with a piece to be sent if it came no further.
     *
     * @param socket where a range of one piece is sent to
     * @param headed a buffer from the arena, filled up to its position; the reader's from now on, until {@link #take}
     * @return false if too many operations are under way: call {@link #readAhead} after the next event
     * @throws IllegalStateException if not called right after {@link #begin}, the range is empty, or file or socket are not open
     */
    public boolean sendFirst(AsyncSocket socket, IoBuffer headed) {
        takeHeaded(headed, "sendFirst");
        if (headed.block.remainingBytes() < range.missingBytes()) {
            return read(headed);
        }
        return started(socket.sendFile(range.file(), range.position(), headed, charged, eventAttachment));
    }

    /**
     * Reads the first piece behind what {@code headed} holds already, as {@link #sendFirst} does, and sends nothing.
     *
     * @param headed as {@link #sendFirst}
     * @return false as {@link #sendFirst}
     * @throws IllegalStateException as {@link #sendFirst}
     */
    public boolean readFirst(IoBuffer headed) {
        takeHeaded(headed, "readFirst");
        return read(headed);
    }

    private boolean read(IoBuffer buffer) {
        return started(range.file().read(buffer, range.position(), charged, eventAttachment));
    }

    private void takeHeaded(IoBuffer headed, String what) {
        io.port().checkUsable();
        if (inUse > 0 || awaitingBuffer || spare != null || isAtEnd()) {
            throw new IllegalStateException(what + ": not at the beginning of a range that has bytes: position="
                    + range.position() + ", missingBytes=" + range.missingBytes());
        }
        spare = headed;
        range.limit(headed, pieceBytes);
    }

    /**
     * Begins to read the next piece, or to wait for a buffer for it, if there is one to be read and none is being read. Not while
     * as many are in use as there may be or, while memory is short, one is: call it again when that was given back.
     *
     * @return false if too many operations are under way: call it again after the next event
     * @throws IllegalArgumentException if opened with {@code O_DIRECT} and the position does not suit it
     * @throws IllegalStateException if the file is not open
     */
    public boolean readAhead() {
        io.port().checkUsable();
        if (isReading() || inUse == maxBuffers || isAtEnd()) {
            return true;
        }
        if (spare == null) {
            final boolean isShort = io.arena().isShort(charged);
            if (isShort && inUse > 0) {
                return true;
            }
            final int wanted = isShort ? Math.min(SMALL_PIECE_BYTES, pieceBytes) : pieceBytes;
            if (!leaseSpare(range.atMost(wanted))) {
                return awaitingBuffer;
            }
        }
        return readIntoSpare();
    }

    /** Takes a buffer, of a page if there is no larger one, or waits for such a one. */
    private boolean leaseSpare(int wantedBytes) {
        final BufferArena arena = io.arena();
        spare = arena.tryLease(wantedBytes, charged);
        if (spare == null && wantedBytes > PAGE_BYTES) {
            spare = arena.tryLease(PAGE_BYTES, charged);
        }
        if (spare == null) {
            readId = arena.lease(Math.min(PAGE_BYTES, wantedBytes), charged, eventAttachment);
            awaitingBuffer = readId != AsyncIo.BACK_PRESSURED;
        }
        return spare != null;
    }

    @SuppressWarnings("NullAway") // called when there is one
    private boolean readIntoSpare() {
        range.limit(spare, pieceBytes);
        return read(spare);
    }

    private boolean started(long id) {
        if (id == AsyncIo.BACK_PRESSURED) {
            return false;
        }
        readId = id;
        reading = spare;
        spare = null;
        inUse++;
        return true;
    }

    /**
     * Takes what an event of this reader brings; to be called once for each.
     *
     * @param event with the attachment given to {@link #begin}, of the operation {@code READ}, {@code SEND} or {@code NOP}
     * @return the piece, from position to limit, to be {@linkplain #giveBack given back}. Null if there is none: it is being read
     *     now, if {@link #isReading} says so; else all was sent, or the event's result is not above 0, or the reader was cancelled
     * @throws IllegalStateException if no piece is being read
     */
    public @Nullable IoBuffer take(Event event) {
        io.port().checkUsable();
        if (awaitingBuffer) {
            takeGranted((IoBuffer) event.message());
            return null;
        }
        final IoBuffer piece = reading;
        if (piece == null) {
            throw new IllegalStateException("take: no piece is being read: " + event);
        }
        final int result = event.result();
        reading = null;
        readId = AsyncIo.BACK_PRESSURED;
        if (range.isStopped() || event.operation() == Opcode.SEND || result <= 0) {
            endsWith(event.operation(), result);
            giveBack(piece);
            releaseSpare();
            return null;
        }
        range.read(piece, result);
        if (isAtEnd()) {
            releaseSpare();
        }
        return piece;
    }

    private void endsWith(int operation, int result) {
        if (operation == Opcode.SEND && result >= 0) {
            range.sent();
        } else if (result == 0) {
            range.foundTheEnd();
        } else {
            range.stop();
        }
    }

    /** The buffer that was awaited has come; null if the wait was ended. */
    private void takeGranted(@Nullable IoBuffer granted) {
        awaitingBuffer = false;
        readId = AsyncIo.BACK_PRESSURED;
        spare = granted;
        if (granted == null || range.isStopped()) {
            range.stop();
            releaseSpare();
        } else {
            readIntoSpare(); // if refused, readAhead() has the buffer
        }
    }

    /**
     * Gives a piece's buffer back: the next piece is read into it, or the arena gets it. Who stops before the end calls {@link #cancel}
     * too, also when nothing is being read: the reader may keep a buffer for the next piece.
     *
     * @param piece from {@link #take}, not in use by an operation
     * @throws IllegalStateException if all were given back already, or an operation uses it
     */
    public void giveBack(IoBuffer piece) {
        io.checkOwner("a reader");
        if (inUse == 0) {
            throw new IllegalStateException("giveBack: every piece was given back already");
        }
        if (isSpareEnough(piece)) {
            piece.bytes().clear();
            spare = piece;
        } else {
            piece.release();
        }
        inUse--;
    }

    /** Whether the next piece is to be read into the buffer of this one. */
    private boolean isSpareEnough(IoBuffer piece) {
        return spare == null
                && !awaitingBuffer
                && !isAtEnd()
                && piece.capacityBytes() >= range.atMost(pieceBytes)
                && !io.arena().isShort(charged);
    }

    /**
     * Gives back the piece that was taken last, of which only what is before its position was used: the rest is read again, when it
     * can be. So nobody holds memory for a peer that stands still.
     *
     * @param piece from {@link #take}, not in use by an operation; the file must still be open if it has bytes remaining
     * @throws IllegalStateException if the next piece is being read, or all were given back already, or an operation uses it
     */
    public void giveBackUnused(IoBuffer piece) {
        io.checkOwner("a reader");
        final int unused = piece.bytes().remaining();
        if (reading != null && unused > 0) {
            throw new IllegalStateException("giveBackUnused: the piece behind it is being read");
        }
        range.unread(unused);
        giveBack(piece);
        releaseSpare();
    }

    /**
     * Gives up: what is being read is cancelled, its event still comes and {@link #take} then answers null. Pieces that are with
     * the caller stay there. The reader can begin anew after that.
     */
    public void cancel() {
        io.checkOwner("a reader");
        range.cancel();
        releaseSpare();
        if (isReading()) {
            io.cancel(readId);
        }
    }

    /**
     * Gives what is under way, a wait for a buffer too, a deadline, as {@link AsyncIo#cancelAfter}: if that stops it, its event has the
     * result {@code ETIME}, {@link #take} answers null, and nothing more is read.
     *
     * @param timeoutNs from now on, in nanoseconds
     * @return false if {@link #isReading} says that nothing is
     * @throws IllegalArgumentException if {@code timeoutNs} is negative
     */
    public boolean cancelAfter(long timeoutNs) {
        io.port().checkUsable();
        AsyncIo.checkTimeout(timeoutNs);
        return isReading() && io.cancelAfter(readId, timeoutNs);
    }

    private void releaseSpare() {
        if (spare != null) {
            spare.release();
            spare = null;
        }
    }

    /**
     * Tells whether an event of this reader is still to come.
     *
     * @return true from the start of a read, or of a wait for a buffer, until {@link #take}
     */
    public boolean isReading() {
        return reading != null || awaitingBuffer;
    }

    /**
     * Tells whether the next piece waits for a buffer.
     *
     * @return true until the event that brings it
     */
    public boolean isAwaitingBuffer() {
        return awaitingBuffer;
    }

    /**
     * Tells whether the file is what keeps a piece waiting.
     *
     * @return false if nothing is being read, or it was and waits for the socket of {@link #sendFirst}, or to be handed out
     */
    public boolean isWaitingForFile() {
        return reading != null && io.isReading(readId);
    }

    /**
     * Tells whether nothing more will be read: the range was, or the file ended, or there was an error or a cancellation.
     *
     * @return false if {@link #readAhead} has something to read, or is reading it
     */
    public boolean isAtEnd() {
        return range.isAtEnd();
    }

    /**
     * Returns how much of the range was not read.
     *
     * @return bytes; at the end 0 if all was read, else what the file was too short for, or an error or a cancellation left. For
     *     {@link #TO_END} 0 at the end of the file
     */
    public long missingBytes() {
        return range.missingBytes();
    }

    /** The id of the read that is under way. */
    long readId() {
        return readId;
    }
}
