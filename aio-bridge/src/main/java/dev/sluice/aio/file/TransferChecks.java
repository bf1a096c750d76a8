// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.IoContext;

/** Says what is wrong with a transfer before it begins. */
public final class TransferChecks {
    private TransferChecks() {}

    public static void check(OpenFile file, String method, Block buffer, long position) {
        file.prepareForTransfer();
        buffer.checkOf(file.context().lateReleases());
        if (position < 0L || !buffer.bytes().hasRemaining()) {
            throw new IllegalArgumentException(
                    method + ": position must not be negative and the buffer must have bytes remaining: position="
                            + position + ", remaining=" + buffer.remainingBytes());
        }
        checkAligned(file, method, buffer, position);
    }

    /** Returns how many bytes the buffers have remaining together. */
    public static int check(OpenFile file, String method, Block[] buffers, int count, long position) {
        file.prepareForTransfer();
        if (count > IoContext.MAX_BLOCKS) {
            throw new IllegalArgumentException(
                    method + ": at most " + IoContext.MAX_BLOCKS + " buffers at once: buffers=" + count);
        }
        int totalBytes = 0;
        for (int i = 0; i < count; i++) {
            buffers[i].checkOf(file.context().lateReleases());
            totalBytes += buffers[i].bytes().remaining();
        }
        if (position < 0L || totalBytes == 0) {
            throw new IllegalArgumentException(
                    method + ": position must not be negative and the buffers must have bytes remaining: position="
                            + position + ", buffers=" + count + ", remaining=" + totalBytes);
        }
        checkDistinct(method, buffers, count);
        for (int i = 0; i < count; i++) {
            if (buffers[i].remainingBytes() > 0) {
                checkAligned(file, method, buffers[i], position);
            }
        }
        return totalBytes;
    }

    /** By lending them: what is lent cannot be lent again. */
    private static void checkDistinct(String method, Block[] buffers, int count) {
        int lent = 0;
        while (lent < count && buffers[lent].isLeased()) {
            buffers[lent++].lendToKernel();
        }
        for (int i = 0; i < lent; i++) {
            buffers[i].takeFromKernel(0);
        }
        if (lent < count) {
            throw new IllegalArgumentException(method + ": buffer " + lent + " is one of those before it");
        }
    }

    private static void checkAligned(OpenFile file, String method, Block buffer, long position) {
        if (!file.admitted().isDirect()) {
            return;
        }
        final int offsetAlign = file.status().directOffsetAlignBytes();
        final int memoryAlign = file.status().directMemoryAlignBytes();
        if (offsetAlign == 0 || memoryAlign == 0) {
            return; // the kernel does not say and answers EINVAL if it must
        }
        if (position % offsetAlign != 0L
                || buffer.remainingBytes() % offsetAlign != 0
                || buffer.positionAddress() % memoryAlign != 0L) {
            throw new IllegalArgumentException(method + ": opened with O_DIRECT, for which this file's position and the"
                    + " remaining bytes must be multiples of " + offsetAlign + ", the buffer's position of "
                    + memoryAlign
                    + ": position=" + position + ", remaining=" + buffer.remainingBytes() + ", buffer position="
                    + buffer.bytes().position());
        }
    }
}
