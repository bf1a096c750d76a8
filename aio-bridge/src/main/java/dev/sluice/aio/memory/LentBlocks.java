// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.uring.memory.IoVector;
import java.nio.ByteBuffer;

/** Several blocks that an operation has lent to the kernel, which fills or reads what remains of them, one after the other. */
public final class LentBlocks {
    private Block[] blocks;
    private int count;

    /** {@code usual}: how many there is room for without allocating. */
    public LentBlocks(int usual) {
        blocks = new Block[usual];
    }

    /** Lends all of them; or throws, and has lent none. */
    public void lend(Block[] newBlocks, int newCount) {
        if (blocks.length < newCount) {
            blocks = new Block[newCount];
        }
        try {
            for (count = 0; count < newCount; count++) {
                newBlocks[count].lendToKernel();
                blocks[count] = newBlocks[count];
            }
        } catch (RuntimeException e) {
            takeBack(0L);
            throw e;
        }
    }

    public long remainingBytes() {
        long remainingBytes = 0L;
        for (int i = 0; i < count; i++) {
            remainingBytes += blocks[i].remainingBytes();
        }
        return remainingBytes;
    }

    /** Writes vectors of {@code lengthBytes} behind what is skipped, or of what there is; returns how many. */
    public int writeVectors(ByteBuffer structs, int offset, long skippedBytes, long lengthBytes) {
        long toSkip = skippedBytes;
        long left = lengthBytes;
        int written = 0;
        for (int i = 0; i < count && left > 0L; i++) {
            final int remaining = blocks[i].remainingBytes();
            final long part = Math.min(remaining - toSkip, left);
            if (part > 0L) {
                final int at = offset + written++ * IoVector.SIZE_BYTES;
                IoVector.write(structs, at, blocks[i].positionAddress() + toSkip, part);
                left -= part;
            }
            toSkip = Math.max(0L, toSkip - remaining);
        }
        return written;
    }

    /** The kernel is done with them: what it has transferred, or an errno. Of no effect if none is lent. */
    public void takeBack(long transferredBytes) {
        takeBack(transferredBytes, false);
    }

    /** As {@link #takeBack}, and nobody needs them any more. */
    public void release(long transferredBytes) {
        takeBack(transferredBytes, true);
    }

    private void takeBack(long transferredBytes, boolean release) {
        long left = Math.max(0L, transferredBytes);
        for (int i = 0; i < count; i++) {
            final Block block = blocks[i];
            final int part = (int) Math.min(left, block.remainingBytes());
            block.takeFromKernel(part);
            if (release) {
                block.release();
            }
            blocks[i] = null;
            left -= part;
        }
        count = 0;
    }
}
