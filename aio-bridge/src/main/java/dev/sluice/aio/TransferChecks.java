package dev.sluice.aio;

/** What is wrong with a transfer is said before it starts. */
final class TransferChecks {
    private TransferChecks() {}

    static void check(AsyncFile file, String method, IoBuffer buffer, long position) {
        file.prepareForTransfer();
        if (position < 0L || !buffer.bytes().hasRemaining()) {
            throw new IllegalArgumentException(
                    method + ": position must not be negative and the buffer must have bytes remaining: position="
                            + position + ", remaining=" + buffer.remainingBytes());
        }
        checkAligned(file, method, buffer, position);
    }

    /** Returns how many bytes the buffers have remaining together. */
    static int check(AsyncFile file, String method, IoBuffer[] buffers, long position) {
        file.prepareForTransfer();
        if (buffers.length > VectoredTransfer.MAX_BUFFERS) {
            throw new IllegalArgumentException(method + ": at most " + VectoredTransfer.MAX_BUFFERS
                    + " buffers at once: buffers=" + buffers.length);
        }
        int totalBytes = 0;
        for (final IoBuffer buffer : buffers) {
            totalBytes += buffer.bytes().remaining();
        }
        if (position < 0L || totalBytes == 0) {
            throw new IllegalArgumentException(
                    method + ": position must not be negative and the buffers must have bytes remaining: position="
                            + position + ", buffers=" + buffers.length + ", remaining=" + totalBytes);
        }
        checkDistinct(method, buffers);
        for (final IoBuffer buffer : buffers) {
            if (buffer.remainingBytes() > 0) {
                checkAligned(file, method, buffer, position);
            }
        }
        return totalBytes;
    }

    /** By lending them: what is lent cannot be lent again. */
    private static void checkDistinct(String method, IoBuffer[] buffers) {
        int lent = 0;
        while (lent < buffers.length && buffers[lent].isLeased()) {
            buffers[lent++].lendToKernel();
        }
        for (int i = 0; i < lent; i++) {
            buffers[i].takeFromKernel(0);
        }
        if (lent < buffers.length) {
            throw new IllegalArgumentException(method + ": buffer " + lent + " is one of those before it");
        }
    }

    private static void checkAligned(AsyncFile file, String method, IoBuffer buffer, long position) {
        if (!file.isDirect()) {
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
