// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;

/** What has come on a connection and is not taken yet: a block, or a rest of one on the heap. */
final class ReceivedBytes {
    private IoBuffer block;
    private ByteBuffer bytes;

    boolean isEmpty() {
        return bytes == null;
    }

    /** Tells whether there is no block. */
    boolean isRest() {
        return block == null;
    }

    /** Takes over what has come; all that came before is taken. */
    void set(IoBuffer newBlock) {
        block = newBlock;
        bytes = newBlock.bytes();
    }

    /** The block is somebody else's. */
    void forget() {
        block = null;
        bytes = null;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Some was taken. */
    void releaseIfTaken() {
        if (bytes != null && !bytes.hasRemaining()) {
            release();
        }
    }

    void release() {
        final IoBuffer done = block;
        forget();
        if (done != null) {
            done.release();
        }
    }

    /**
     * Takes the block for what was read of it. What remains is of the next message, mostly nothing, and moves to the heap.
     *
     * @return the block from {@code from} to {@code to}, the caller's
     */
    IoBuffer take(int from, int to) {
        final IoBuffer taken = block;
        final ByteBuffer rest = bytes.hasRemaining()
                ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip()
                : null;
        taken.bytes().limit(to).position(from);
        block = null;
        bytes = rest;
        return taken;
    }
}
