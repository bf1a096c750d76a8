// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.socket.ReceiveBlocks;
import java.util.List;

/**
 * Blocks of one size that connections receive into, those of a class of clients as a rule. A connection takes one when bytes
 * are there for it, so one that is silent holds none, and the blocks bound what the class can make the server hold.
 *
 * <p>While all of them are held, by events that are not handed out or by the application, nothing more is received: the
 * bytes stay in the kernel, the peers are slowed down, and nobody is told an error. Whoever {@linkplain IoBuffer#release()
 * gives one back} lets receiving go on, one block each while others wait, in the order of an {@link Allowance}: the highest band
 * first, within it who has used least for its share of what was waited for, then in the order of arrival. A container has with its descendants at
 * most what its limit of {@link dev.sluice.containers.Resource#BUFFER_BYTES} says, blocks and leases together; its connections
 * wait for that alone, and hold up nobody else.
 *
 * <p>The kernel picks the blocks by itself (provided buffers, and for TCP multishot receives, Linux 6.0). Where it cannot, or a
 * limit has to be kept, the readiness of each connection is awaited and a block taken then: the same events, for two operations
 * each.
 *
 * <p>Belongs to the thread of its queue, with which its memory ends.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>
 */
public final class ReceiveBuffers {
    final ReceiveBlocks blocks;

    ReceiveBuffers(ReceiveBlocks blocks) {
        this.blocks = blocks;
    }

    /**
     * Returns how many blocks there are.
     *
     * @return the count
     */
    public int count() {
        return blocks.count();
    }

    /**
     * Returns the size of a block.
     *
     * @return bytes
     */
    public int blockBytes() {
        return blocks.blockBytes();
    }

    /**
     * Returns how many blocks are held now, by events that are not handed out or by the application.
     *
     * @return the count, 0 when everything was given back
     */
    public int heldCount() {
        return blocks.heldCount();
    }

    /**
     * Returns how many receives wait for a block now.
     *
     * @return the count
     */
    public int waitingCount() {
        return blocks.waitingCount();
    }

    /**
     * Returns the blocks that are held for the longest time, to find who has forgotten to give one back. Looks at every
     * block there is: for a report, not for every turn.
     *
     * @param most at most so many
     * @return the longest held first, since it was filled and for the container that was charged
     * @throws IllegalArgumentException if {@code most} is negative
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public List<HeldBuffer> longestHeld(int most) {
        return HeldBuffer.longest(blocks.blocks(), blocks.nowNs(), most);
    }
}
