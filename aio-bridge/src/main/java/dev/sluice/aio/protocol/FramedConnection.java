// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A connection whose peer speaks in frames, such as lines: they are handed out one after the other, as they come. After {@link #pause()}, or while
 * too much is to be sent, those that were received already wait too, until {@link #resume()}.
 *
 * <p>Where a frame says how many bytes follow it that are no frame, {@link #takeBytes} has them handed out as they come, however many they are, and
 * {@link #takeWhole} all together; frames go on behind them:
 *
 * <pre>{@code
 * protected void frame(ByteBuffer line) throws ProtocolException {
 *     Command command = Command.of(line);          // "set key 5"
 *     takeBytes(command.lengthBytes() + 2L);       // "hello\r\n"
 * }
 *
 * protected void bytes(ByteBuffer piece, long remainingBytes) {
 *     value.put(piece);
 *     if (remainingBytes == 0L) { ... }            // the next line is a frame again
 * }
 * }</pre>
 */
public abstract class FramedConnection extends Connection {
    private static final long NONE = -1L;

    private final Frames frames;

    /** Of what was asked for by {@link #takeBytes} or {@link #takeWhole}, not handed out yet; or {@link #NONE}. */
    private long missingBytes = NONE;

    /** They are handed out together. */
    private boolean whole;

    /**
     * A connection that does nothing before {@link #start}.
     *
     * @param link what it is made of, for this connection alone
     * @param frames finds the frames, for this connection alone
     */
    protected FramedConnection(Link link, Frames frames) {
        super(link);
        this.frames = Objects.requireNonNull(frames, "frames");
    }

    /**
     * A frame has come.
     *
     * @param frame its bytes, from position to limit; valid until this returns
     * @throws ProtocolException if it breaks the protocol: see {@link #violated}
     */
    protected abstract void frame(ByteBuffer frame) throws ProtocolException;

    /**
     * Some of the bytes have come that {@link #takeBytes} or {@link #takeWhole} has asked for. Throws {@link UnsupportedOperationException}
     * unless overridden.
     *
     * @param piece from position to limit, where they were received; valid until this returns. Empty only if 0 bytes were asked for
     * @param remainingBytes how many are still to come after these; 0 for the last piece: the next is a frame, unless more bytes are asked for
     * @throws ProtocolException if they break the protocol: see {@link #violated}
     */
    protected void bytes(ByteBuffer piece, long remainingBytes) throws ProtocolException {
        throw new UnsupportedOperationException(
                getClass().getName() + " has asked for bytes, and does not override bytes(ByteBuffer, long)");
    }

    /**
     * Has the bytes that come next handed to {@link #bytes}, in pieces as they come, of at most what a block has; frames go on behind them. None
     * is handed out after {@link #pause()}, or while too much is to be sent. If the peer ends before they are all there it has {@linkplain
     * #violated broken the protocol}. To be called while a frame, or the last of such bytes, is handled, or in {@link #started()}.
     *
     * @param lengthBytes how many, 0 or more, also more than there is memory for; with 0 {@link #bytes} is called once, with none
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if some are still to come that were asked for before, or a frame has begun
     */
    protected final void takeBytes(long lengthBytes) {
        expect(lengthBytes, lengthBytes == 0L);
    }

    /**
     * As {@link #takeBytes}, but {@link #bytes} is called once, with all of them. What does not lie in one block is put together on the heap, so
     * who lets the peer say how many they are bounds that first.
     *
     * @param lengthBytes how many, 0 or more
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if some are still to come that were asked for before, or a frame has begun
     */
    protected final void takeWhole(int lengthBytes) {
        expect(lengthBytes, true);
    }

    private void expect(long lengthBytes, boolean together) {
        operations().checkThread();
        if (lengthBytes < 0L) {
            throw new IllegalArgumentException("lengthBytes must not be negative: lengthBytes=" + lengthBytes);
        }
        if (missingBytes != NONE || frames.hasPart()) {
            throw new IllegalStateException(lengthBytes + " bytes are asked for, but "
                    + (missingBytes == NONE ? "a frame has begun" : missingBytes + " are still to come"));
        }
        missingBytes = lengthBytes;
        whole = together;
    }

    @Override
    protected final void received(IoBuffer block) {
        frames.add(block);
    }

    @Override
    final void takeInput() throws ProtocolException {
        while (wantsInput() && takeNext()) {
            frames.trim(false);
        }
        if (!wantsInput()) {
            frames.trim(io().arena().isShort(container()));
        }
    }

    /** Hands out what comes next, if it is there. */
    private boolean takeNext() throws ProtocolException {
        if (missingBytes != NONE) {
            return takeNextBytes();
        }
        final ByteBuffer frame = frames.next();
        if (frame != null) {
            frame(frame);
        }
        return frame != null;
    }

    private boolean takeNextBytes() throws ProtocolException {
        final ByteBuffer piece = whole ? frames.nextWhole((int) missingBytes) : frames.nextBytes(missingBytes);
        if (piece != null) {
            final long remainingBytes = missingBytes - piece.remaining();
            missingBytes = remainingBytes == 0L ? NONE : remainingBytes; // who handles it may ask for more
            bytes(piece, remainingBytes);
        }
        return piece != null;
    }

    @Override
    final void checkInputEnd() throws ProtocolException {
        if (missingBytes != NONE) {
            throw new ProtocolException(
                    "the peer has ended while bytes that were asked for were to come: " + missingBytes);
        }
        if (frames.hasPart()) {
            throw new ProtocolException("the peer has ended in the middle of a frame");
        }
    }

    @Override
    final void releaseInput() {
        frames.release();
    }
}
