// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.memory.MessageHeader;
import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.MsghdrLayout;
import dev.sluice.uring.sys.Scratch;
import java.nio.ByteBuffer;

/**
 * The several buffers of one transfer on an {@link EmulatedRing}, of which some may have had their share already. What the caller wrote is
 * read and left as it is; what is left after a short transfer is written anew, to the thread's {@link Scratch}.
 */
final class EmulatedVectors {

    /** UIO_MAXIOV: the kernel refuses more, so they are not looked at. */
    private static final int MOST = 1_024;

    private static final int SCRATCH_VECTORS = MsghdrLayout.SIZE + Long.BYTES;
    private static final int IN_SCRATCH = (Scratch.SIZE - SCRATCH_VECTORS) / IovecLayout.SIZE;

    private EmulatedVectors() {}

    /** How many bytes the buffers of READV, WRITEV, RECVMSG or SENDMSG have together. */
    static long totalBytes(EmulatedRequest request) {
        final long count = count(request);
        if (count <= 0L || count > MOST) {
            return 0L;
        }
        final Pointer vectors = new Pointer(vectors(request));
        long total = 0L;
        for (long i = 0L; i < count; i++) {
            total += vectors.getLong(i * IovecLayout.SIZE + IovecLayout.LENGTH);
        }
        return total;
    }

    /** READV, WRITEV: sets the buffers to use next, all of them or the first of those that have something left. */
    static void select(EmulatedRequest request) {
        if (request.transferred == 0 && !request.inPart) {
            request.vectors = request.address;
            request.vectorCount = request.length;
        } else {
            request.vectorCount = writeRest(request, Scratch.current().view());
            request.vectors = Scratch.current().address() + SCRATCH_VECTORS;
        }
    }

    /** RECVMSG, SENDMSG: the caller's header; for the rest of it one without address and control data, which went with the first bytes. */
    static long header(EmulatedRequest request) {
        if (request.transferred == 0) {
            return request.address;
        }
        final Scratch scratch = Scratch.current();
        final int count = writeRest(request, scratch.view());
        MessageHeader.write(scratch.view(), 0, scratch.address() + SCRATCH_VECTORS, count);
        return scratch.address();
    }

    private static int writeRest(EmulatedRequest request, ByteBuffer scratch) {
        final Pointer vectors = new Pointer(vectors(request));
        final long count = count(request);
        long skip = request.transferred;
        long left = request.remainingBytes();
        int written = 0;
        for (long i = 0L; i < count && written < IN_SCRATCH && left > 0L; i++) {
            final long base = vectors.getLong(i * IovecLayout.SIZE + IovecLayout.BASE);
            final long length = vectors.getLong(i * IovecLayout.SIZE + IovecLayout.LENGTH);
            final long skipped = Math.min(skip, length);
            skip -= skipped;
            final long used = Math.min(length - skipped, left);
            if (used > 0L) {
                final int at = SCRATCH_VECTORS + written++ * IovecLayout.SIZE;
                scratch.putLong(at + IovecLayout.BASE, base + skipped).putLong(at + IovecLayout.LENGTH, used);
                left -= used;
            }
        }
        return written;
    }

    private static long vectors(EmulatedRequest request) {
        return request.isMessage() ? new Pointer(request.address).getLong(MsghdrLayout.IOV) : request.address;
    }

    private static long count(EmulatedRequest request) {
        return request.isMessage()
                ? new Pointer(request.address).getLong(MsghdrLayout.IOV_LENGTH)
                : Integer.toUnsignedLong(request.length);
    }
}
