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

    /** What was larger is not kept for the next one. */
    private static final int MOST_KEPT_BYTES = 64 * 1024;

    /** An array has no more. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ArrayDeque<IoBuffer> blocks = new ArrayDeque<>();

    /** Of the first block, or null: {@link #at} to {@link #end} is left of them. */
    private @Nullable ByteBuffer bytes;

    /** To be released; null if there is none, or what is left of it is on the heap. */
    private @Nullable IoBuffer first;

    private int at;
    private int end;

    /** The beginning of what goes on in the first block; nothing remains behind its position. */
    private ByteBuffer part = NOTHING;

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
            if (part.capacity() > MOST_KEPT_BYTES) {
                part = NOTHING;
            }
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
            final long roomy = Math.min(Math.min(2L * part.capacity(), 4L * wanted), MOST_BYTES);
            final ByteBuffer larger = ByteBuffer.allocate(Math.max(wanted, (int) roomy));
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

    /** Shows up to so many bytes of the first block; null if there are none. */
    @Nullable
    ByteBuffer takeSome(long mostBytes) {
        return ready() ? take((int) Math.min(mostBytes, remaining())) : null;
    }

    /** Shows so many bytes; if not as many are there, puts together what is, and returns null. */
    @Nullable
    ByteBuffer takeWhole(int lengthBytes) {
        while (ready()) {
            final int missing = lengthBytes - partBytes();
            if (missing <= remaining()) {
                return take(missing);
            }
            keep(remaining());
        }
        return lengthBytes == 0 ? showPart() : null;
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
