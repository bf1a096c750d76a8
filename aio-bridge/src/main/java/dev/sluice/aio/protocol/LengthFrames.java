// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames that begin with their length, an unsigned number of 1, 2 or 4 bytes, the most significant first; shown without it. */
public final class LengthFrames implements Frames {
    private static final int NONE = -1;

    private final ReceivedBlocks blocks = new ReceivedBlocks();
    private final int prefixBytes;
    private final int maxBytes;

    private long prefix;
    private int prefixRead;

    /** Of the frame whose prefix is read, or {@link #NONE}. */
    private int length = NONE;

    /**
     * No frames yet.
     *
     * @param prefixBytes of the length: 1, 2 or 4
     * @param maxBytes of a frame without it, 0 or more
     * @throws IllegalArgumentException if one is out of range
     */
    public LengthFrames(int prefixBytes, int maxBytes) {
        if ((prefixBytes != 1 && prefixBytes != 2 && prefixBytes != 4) || maxBytes < 0) {
            throw new IllegalArgumentException("prefixBytes must be 1, 2 or 4 and maxBytes 0 or more: prefixBytes="
                    + prefixBytes + ", maxBytes=" + maxBytes);
        }
        this.prefixBytes = prefixBytes;
        this.maxBytes = maxBytes;
    }

    @Override
    public void add(IoBuffer block) {
        blocks.add(block);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ProtocolException if the length that is said is more than may be
     */
    @Override
    public @Nullable ByteBuffer next() throws ProtocolException {
        while (length == NONE && blocks.ready()) {
            readPrefix();
        }
        final ByteBuffer frame = length == NONE ? null : blocks.takeWhole(length);
        if (frame != null) {
            length = NONE;
        }
        return frame;
    }

    private void readPrefix() throws ProtocolException {
        while (prefixRead < prefixBytes && blocks.remaining() > 0) {
            prefix = (prefix << Byte.SIZE) | (blocks.get(0) & 0xFF);
            prefixRead++;
            blocks.skip(1);
        }
        if (prefixRead == prefixBytes) {
            if (prefix > maxBytes) {
                throw new ProtocolException("frame of " + prefix + " bytes, and at most " + maxBytes + " may be");
            }
            length = (int) prefix;
            prefix = 0L;
            prefixRead = 0;
        }
    }

    @Override
    public @Nullable ByteBuffer nextBytes(long mostBytes) {
        return blocks.takeSome(mostBytes);
    }

    @Override
    public @Nullable ByteBuffer nextWhole(int lengthBytes) {
        return blocks.takeWhole(lengthBytes);
    }

    @Override
    public boolean hasPart() {
        return length != NONE || prefixRead > 0;
    }

    @Override
    public void trim(boolean all) {
        blocks.trim(all);
    }

    @Override
    public void release() {
        blocks.release();
    }
}
