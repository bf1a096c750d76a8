// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the next range stands behind, to be read into the same buffer: mostly nothing. */
final class RangeHead {
    /** Less room behind something is not worth a read, unless it is enough. */
    private static final int LEAST_BEHIND_BYTES = 1024;

    private @Nullable IoBuffer buffer;

    static boolean isRoomEnough(long roomBytes, long rangeBytes) {
        return roomBytes >= Math.min(rangeBytes, LEAST_BEHIND_BYTES);
    }

    /** Whether what is filled from its beginning has room for a range behind it. */
    static boolean mayBe(IoBuffer filled, long rangeBytes) {
        return rangeBytes > 0L
                && filled.bytes().position() == 0
                && !filled.bytes().isReadOnly()
                && isRoomEnough(filled.capacityBytes() - filled.bytes().limit(), rangeBytes);
    }

    /** {@code head} is filled up to its position. */
    void set(IoBuffer head) {
        buffer = head;
    }

    boolean isThere() {
        return buffer != null;
    }

    boolean is(IoBuffer other) {
        return buffer == other;
    }

    @Nullable
    IoBuffer take() {
        final IoBuffer taken = buffer;
        buffer = null;
        return taken;
    }

    void release() {
        final IoBuffer released = take();
        if (released != null) {
            released.release();
        }
    }

    /** Reads all of a small range behind it, if the page cache has it: returns both, as any other bytes, and else null. */
    @SuppressWarnings("NullAway") // a range has a file, and who is charged
    @Nullable
    IoBuffer tryRead(OutboundItem range) {
        if (buffer == null || buffer.capacityBytes() - buffer.bytes().position() < range.lengthBytes) {
            return null;
        }
        final ByteBuffer bytes = buffer.bytes();
        final int headBytes = bytes.position();
        final int limit = bytes.limit();
        bytes.limit(headBytes + (int) range.lengthBytes);
        if (range.file.tryRead(buffer, range.position, range.charged) < range.lengthBytes) {
            bytes.position(headBytes).limit(limit);
            return null;
        }
        bytes.flip();
        return take();
    }
}
