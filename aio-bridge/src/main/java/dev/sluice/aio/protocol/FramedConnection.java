// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A connection whose peer speaks in frames, such as lines: they are handed out one after the other, as they come. After {@link #pause()}, or while
 * too much is to be sent, those that were received already wait too, until {@link #resume()}.
 */
public abstract class FramedConnection extends Connection {
    private final Frames frames;

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

    @Override
    protected final void received(IoBuffer block) {
        frames.add(block);
    }

    @Override
    final void takeInput() throws ProtocolException {
        ByteBuffer frame;
        while (wantsInput() && (frame = frames.next()) != null) {
            frame(frame);
            frames.trim(false);
        }
        if (!wantsInput()) {
            frames.trim(io().arena().isShort(container()));
        }
    }

    @Override
    final void checkInputEnd() throws ProtocolException {
        if (frames.hasPart()) {
            throw new ProtocolException("the peer has ended in the middle of a frame");
        }
    }

    @Override
    final void releaseInput() {
        frames.release();
    }
}
