// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames in blocks that were received, such as {@linkplain LineFrames lines}: many in one block, or one over many blocks. Nothing is looked at
 * before it is asked for, so who stops in the middle goes on later.
 *
 * <p>A frame that lies within one block is shown there, not copied. Belongs to the thread of its connection.
 */
public interface Frames {
    /**
     * Adds a block behind those that are there.
     *
     * @param block from its position to its limit; released when its last frame was looked at
     */
    void add(IoBuffer block);

    /**
     * Finds the next frame.
     *
     * @return its bytes, from position to limit, without what marks its length or end; valid until the next call. Null if there is no whole one
     * @throws ProtocolException if what is there can be no frame: longer than the longest. What is behind it has no meaning any more
     */
    @Nullable
    ByteBuffer next() throws ProtocolException;

    /**
     * Shows bytes as they are, behind the frame that was found last: not after {@link #next()} has found none, when a frame has begun.
     *
     * @param mostBytes how many at most, above 0
     * @return those of them that lie together, from position to limit, not copied; valid until the next call. Null if there are none
     */
    @Nullable
    ByteBuffer nextBytes(long mostBytes);

    /**
     * As {@link #nextBytes}, all of them together, once they are there. What is there before is kept on the heap meanwhile, unless it lies
     * together; asks for the same number until it is there.
     *
     * @param lengthBytes how many, 0 or more
     * @return from position to limit; valid until the next call. Null if there are not so many yet
     */
    @Nullable
    ByteBuffer nextWhole(int lengthBytes);

    /**
     * Tells whether a frame has begun that is not complete, after {@link #next()} has found none.
     *
     * @return true if bytes are there
     */
    boolean hasPart();

    /**
     * The frame that was found last is not used any more: gives back blocks of which nothing is left.
     *
     * @param all also those of which something is, which is kept on the heap then: memory for blocks is short
     */
    void trim(boolean all);

    /** Gives back all blocks. */
    void release();
}
