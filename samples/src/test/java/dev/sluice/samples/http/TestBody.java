// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IoBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.eclipse.jetty.http.HttpFields;

/** So many pieces of the same length, of bytes that count up; counts what is pulled of it. */
final class TestBody implements Body {
    final AtomicInteger pulled = new AtomicInteger();
    final AtomicInteger aborted = new AtomicInteger();
    final CRC32 checksum = new CRC32();

    private final BufferArena arena;
    private final int pieceBytes;
    private final int pieces;
    private final long saidBytes;
    private HttpFields trailers = HttpFields.EMPTY;
    private int failsAt = Integer.MAX_VALUE;

    TestBody(BufferArena arena, int pieceBytes, int pieces, long saidBytes) {
        this.arena = arena;
        this.pieceBytes = pieceBytes;
        this.pieces = pieces;
        this.saidBytes = saidBytes;
    }

    TestBody withTrailers(HttpFields newTrailers) {
        trailers = newTrailers;
        return this;
    }

    TestBody failingAt(int piece) {
        failsAt = piece;
        return this;
    }

    @Override
    public long lengthBytes() {
        return saidBytes;
    }

    @Override
    public void pull(Taker taker) {
        final int index = pulled.getAndIncrement();
        if (index == failsAt) {
            taker.failed("as it is meant to");
        } else if (index == pieces) {
            taker.end(trailers);
        } else {
            final byte[] bytes = new byte[pieceBytes];
            for (int i = 0; i < pieceBytes; i++) {
                bytes[i] = (byte) ('a' + (index + i) % 26);
            }
            checksum.update(bytes);
            final IoBuffer piece = arena.tryLease(pieceBytes);
            piece.bytes().put(bytes).flip();
            taker.piece(piece);
        }
    }

    @Override
    public void abort() {
        aborted.incrementAndGet();
    }
}
