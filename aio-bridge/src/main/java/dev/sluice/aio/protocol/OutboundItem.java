// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.ResourceContainer;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Something to be sent: a buffer, or what is copied or written into one at its turn, or a range of a file. Used again and again. */
final class OutboundItem {
    /** What one with bytes of the heap holds beside them, more or less: who sends a byte at a time holds that for each. */
    static final int HELD_BYTES = 128;

    /**
     * Of a shared block, what is copied behind a head, so that both are one buffer and a plain send: that took 0.3 microseconds less than a message
     * of two buffers for 1 KiB, 0.8 less for 8, and 0.3 more for 32. As much as has room in a block of 16 KiB with the longest head.
     */
    static final int MOST_COPIED_BYTES = 12 * 1024;

    /** In {@link OutboundItems}. */
    @Nullable
    OutboundItem next;

    /** To be sent and released; null if it is something else. */
    @Nullable
    IoBuffer buffer;

    /** What is to be copied, from {@link #copiedBytes} on; null if it is something else. */
    private byte @Nullable [] bytes;

    private int copiedBytes;

    /** Writes itself when its turn has come; null if it is something else. */
    @Nullable
    OutboundWriter writer;

    /** To be read from; null if it is something else. */
    @Nullable
    AsyncFile file;

    long position;
    long lengthBytes;

    /** For whom the file is read; null if it is none. */
    @Nullable
    ResourceContainer charged;

    @Nullable
    Runnable whenLetGo;

    /** Told if the range cannot be read and nothing of it, and of what stands right before it, is sent; null if that ends the connection. */
    @Nullable
    IntConsumer whenUnreadable;

    /** What it adds to the bytes that are queued, as long as they are not sent. */
    long countedBytes;

    /** A range whose first piece may be read behind something else: not if nobody knows when it comes, or it must be aligned. */
    boolean mayStandBehind;

    /** How long the range is that comes right behind and can be read into the same buffer; 0 if there is none. */
    long rangeBehindBytes;

    /** How much of a shared block comes right behind and can be copied into the same buffer; 0 if there is none. */
    int copyBehindBytes;

    /** That range may be given up with this. */
    boolean goesWithRange;

    /** Returns how much of a shared block this is, if that is better copied behind what stands before it; else 0. */
    int copyableBytes() {
        if (buffer == null || goesWithRange || !buffer.bytes().isReadOnly()) {
            return 0;
        }
        final int lengthBytes = buffer.bytes().remaining();
        return lengthBytes <= MOST_COPIED_BYTES ? lengthBytes : 0;
    }

    void setBytes(byte[] newBytes) {
        bytes = newBytes;
        copiedBytes = 0;
    }

    /** Tells whether this is copied, or written, into a buffer at its turn. */
    boolean isBytes() {
        return bytes != null || writer != null;
    }

    @SuppressWarnings("NullAway") // asked of bytes
    int uncopiedBytes() {
        return writer != null ? writer.maxBytes() : bytes.length - copiedBytes;
    }

    /** Tells whether there is room for some of it; what writes itself needs room for all. */
    boolean fitsInto(int roomBytes) {
        return writer == null || writer.maxBytes() <= roomBytes;
    }

    /** Copies as much as there is room for; returns whether that was all. */
    @SuppressWarnings("NullAway") // asked of bytes
    boolean copyInto(ByteBuffer into) {
        if (writer != null) {
            writer.write(into);
            return true;
        }
        final int copied = Math.min(uncopiedBytes(), into.remaining());
        into.put(bytes, copiedBytes, copied);
        copiedBytes += copied;
        return uncopiedBytes() == 0;
    }

    void clear() {
        buffer = null;
        bytes = null;
        writer = null;
        file = null;
        charged = null;
        whenLetGo = null;
        whenUnreadable = null;
        mayStandBehind = false;
        rangeBehindBytes = 0L;
        copyBehindBytes = 0;
        goesWithRange = false;
    }
}
