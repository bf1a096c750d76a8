// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Lines that end with LF or CRLF, shown without it. */
public final class LineFrames implements Frames {
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final ReceivedBlocks blocks = new ReceivedBlocks();
    private final int maxBytes;

    /**
     * No lines yet.
     *
     * @param maxBytes of a line without its end, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public LineFrames(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be at least 1: maxBytes=" + maxBytes);
        }
        this.maxBytes = maxBytes;
    }

    @Override
    public void add(IoBuffer block) {
        blocks.add(block);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ProtocolException if a line is longer than may be, as soon as that shows
     */
    @Override
    public @Nullable ByteBuffer next() throws ProtocolException {
        while (blocks.ready()) {
            final int here = blocks.remaining();
            final int length = blocks.find(LF);
            if (length < here) {
                final ByteBuffer line = blocks.take(length);
                blocks.skip(1);
                withoutCr(line);
                check(line.remaining());
                return line;
            }
            check(blocks.partBytes() + length - 1); // the last byte may be a CR
            blocks.keep(length);
        }
        return null;
    }

    private static void withoutCr(ByteBuffer line) {
        final int last = line.limit() - 1;
        if (last >= line.position() && line.get(last) == CR) {
            line.limit(last);
        }
    }

    private void check(int lengthBytes) throws ProtocolException {
        if (lengthBytes > maxBytes) {
            throw new ProtocolException("line longer than " + maxBytes + " bytes");
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
        return blocks.partBytes() > 0;
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
