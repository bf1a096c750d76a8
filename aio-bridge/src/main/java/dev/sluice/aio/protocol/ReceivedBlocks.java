// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Blocks that were received, as one row of bytes: what lies within one block is shown there, what does not is put together. */
@SuppressWarnings("NullAway") // bytes are asked for when ready() has found some
final class ReceivedBlocks {
    private static final int FEWEST_BYTES = 64;

    private final ArrayDeque<IoBuffer> blocks = new ArrayDeque<>();

    /** Of the first block, or null: {@link #at} to {@link #end} is left of them. */
    private @Nullable ByteBuffer bytes;

    /** To be released; null if there is none, or what is left of it is on the heap. */
    private @Nullable IoBuffer first;

    private int at;
    private int end;

    /** The beginning of what goes on in the first block; nothing remains behind its position. */
    private ByteBuffer part = ByteBuffer.allocate(0);

    /** The part was shown, and is empty from the next use on. */
    private boolean partShown;

    void add(IoBuffer block) {
        if (!block.bytes().hasRemaining()) {
            block.release();
        } else if (bytes == null) {
            begin(block);
        } else {
            blocks.add(block);
        }
    }

    private void begin(IoBuffer block) {
        first = block;
        bytes = block.bytes();
        at = bytes.position();
        end = bytes.limit();
    }

    /** Makes the first block one that has bytes left; false if there are none. */
    boolean ready() {
        forgetShown();
        if (bytes != null && at == end) {
            releaseFirst();
            if (!blocks.isEmpty()) {
                begin(blocks.poll());
            }
        }
        return bytes != null;
    }

    private void releaseFirst() {
        bytes = null;
        if (first != null) {
            final IoBuffer done = first;
            first = null;
            done.release();
        }
    }

    /** What was shown last is not used any more: gives back blocks of which nothing is left, or all. */
    void trim(boolean all) {
        if (ready() && all && first != null) {
            final ByteBuffer kept = ByteBuffer.allocate(end - at).put(0, bytes(), at, end - at);
            releaseFirst();
            bytes = kept;
            at = 0;
            end = kept.capacity();
        }
    }

    private void forgetShown() {
        if (partShown) {
            partShown = false;
            part.clear();
        }
    }

    /** How many bytes the first block has left. */
    int remaining() {
        return end - at;
    }

    /** How many bytes were put together already. */
    int partBytes() {
        return partShown ? 0 : part.position();
    }

    /** A byte of the first block, counted from what is left of it. */
    byte get(int index) {
        return bytes().get(at + index);
    }

    /** Where a byte is in what is left of the first block, or how much that is. */
    int find(byte wanted) {
        final ByteBuffer bytes = bytes();
        int index = at;
        while (index < end && bytes.get(index) != wanted) {
            index++;
        }
        return index - at;
    }

    @SuppressWarnings("NullAway") // called when ready() has found one
    private ByteBuffer bytes() {
        return bytes.limit(end);
    }

    /** Puts bytes of the first block behind what was put together. */
    void keep(int lengthBytes) {
        if (part.capacity() - part.position() < lengthBytes) {
            final int wanted = Math.max(FEWEST_BYTES, part.position() + lengthBytes);
            final ByteBuffer larger = ByteBuffer.allocate(Math.max(wanted, Math.min(2 * part.capacity(), 4 * wanted)));
            larger.put(part.flip());
            part = larger;
        }
        part.put(part.position(), bytes(), at, lengthBytes);
        part.position(part.position() + lengthBytes);
        at += lengthBytes;
    }

    void skip(int lengthBytes) {
        at += lengthBytes;
    }

    /** Shows bytes of the first block, behind what was put together if there is something; valid until the next call of {@link #ready()}. */
    ByteBuffer take(int lengthBytes) {
        if (part.position() > 0) {
            keep(lengthBytes);
            return showPart();
        }
        final ByteBuffer shown = bytes().position(at).limit(at + lengthBytes);
        at += lengthBytes;
        return shown;
    }

    /** Shows what was put together. */
    ByteBuffer showPart() {
        partShown = true;
        return part.flip();
    }

    void release() {
        releaseFirst();
        IoBuffer block;
        while ((block = blocks.poll()) != null) {
            block.release();
        }
    }
}
