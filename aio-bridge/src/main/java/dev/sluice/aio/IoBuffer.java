// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Block;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A page-aligned buffer, leased from a {@link BufferArena} or filled by {@link AsyncSocket#receiveInto(ReceiveBuffers)}.
 * It belongs to the lessee until {@link #release()}; while an operation uses it, it belongs to the kernel, and comes back
 * with the operation's terminal event.
 *
 * <p>The object is leased again and again: one that is kept after its release is somebody else's buffer some time later. {@link
 * AsyncIoOptions#checkedBuffers()} finds who does that.
 *
 * <p>Belongs to the thread of its queue. Another one, to which the lessee has handed it over, may use {@link #bytes()} and give it back
 * by {@link #releaseLater()}.
 */
public final class IoBuffer {
    final Block block;

    IoBuffer(Block block) {
        this.block = block;
    }

    /** What the application has of a block; null for null. */
    static @Nullable IoBuffer of(@Nullable Block block) {
        return block == null ? null : (IoBuffer) block.face();
    }

    /**
     * Puts the blocks of buffers, as many as there are and there is room for, into an array that is used for that again and again; none in
     * place of those that are missing. Who is given too many refuses.
     */
    static Block[] blocksOf(IoBuffer[] buffers, int count, Block[] blocks) {
        final int given = Math.min(count, blocks.length);
        for (int i = 0; i < given; i++) {
            final IoBuffer buffer = i < buffers.length ? buffers[i] : null;
            blocks[i] = buffer == null ? null : buffer.block;
        }
        return blocks;
    }

    /**
     * Returns the bytes. Operations transfer what is between position and limit and advance the position by what they
     * transferred, as channels do.
     *
     * @return always the same buffer; not to be used after {@link #release()}
     * @throws IllegalStateException if the buffer is not leased, or an operation is using it
     */
    public ByteBuffer bytes() {
        return block.bytes();
    }

    /**
     * Returns the size.
     *
     * @return capacity in bytes
     */
    public int capacityBytes() {
        return block.capacityBytes();
    }

    /**
     * Tells whose turn with this object it is, so that who has handed it to somebody can tell whether it is still where it was.
     *
     * @return another number for each lease; -1 while it is not with its lessee: released, used by an operation, or shared
     */
    public long leaseNumber() {
        return block.leaseNumber();
    }

    /**
     * Gives the buffer back to where it came from.
     *
     * @throws IllegalStateException if it was released already, or an operation is using it, or the calling thread is not that of the
     *     queue
     */
    public void release() {
        block.release();
    }

    /**
     * Gives the buffer back from any thread, as from one that a future's listeners run on. Never waits. The thread of the queue takes it
     * in at its next turn, for which it is woken only if something waits for memory.
     *
     * @throws IllegalStateException if it was released already, or an operation is using it
     */
    public void releaseLater() {
        block.releaseLater();
    }

    /**
     * Shares what remains: it can be sent and written many times at once from now on, and changed no more. The buffer itself is the block's.
     *
     * @return the block, to be {@linkplain SharedBlock#release() released} in place of the buffer
     * @throws IllegalStateException if the buffer is not leased, or an operation is using it, or the queue is closed, or the calling
     *     thread is not that of the queue
     */
    public SharedBlock toShared() {
        return new SharedBlock(block.toShared());
    }
}
