// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.FileCalls;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SystemCalls;

/** copy_file_range(2), which io_uring has no operation for; what it does not copy is read and written. */
public final class CopyRange {
    private static final int IN_OFFSET = 0;
    private static final int OUT_OFFSET = 8;
    private static final int BLOCK_BYTES = 64 * 1024;

    private CopyRange() {}

    /**
     * Copies a range of one file into another, by reference where the file system can. Between file systems that the kernel does not copy
     * between, it reads and writes. Waits for disks: for a worker.
     *
     * @param inFd open for reading
     * @param inOffset of the first byte there
     * @param outFd open for writing, not for appending
     * @param outOffset of the first byte there
     * @param lengthBytes the most that is copied
     * @return bytes copied, 0 at the end of the file, or a negated errno: EINVAL also for ranges of one file that overlap, EBADF, EISDIR, EFBIG,
     *     EIO, ENOSPC, EDQUOT, EPERM, ETXTBSY
     * @throws java.io.UncheckedIOException if there is no memory to read into (ENOMEM)
     * @see <a href="https://man7.org/linux/man-pages/man2/copy_file_range.2.html">copy_file_range(2)</a>
     */
    public static int copy(int inFd, long inOffset, int outFd, long outOffset, int lengthBytes) {
        final Scratch scratch = Scratch.current();
        int result;
        do {
            scratch.view().putLong(IN_OFFSET, inOffset).putLong(OUT_OFFSET, outOffset);
            result = LibC.orNegatedErrno(FileCalls.copy_file_range(
                    inFd, scratch.address() + IN_OFFSET, outFd, scratch.address() + OUT_OFFSET, lengthBytes, 0));
        } while (result == -Errno.EINTR); // signals are the JVM's own business
        return isForReadAndWrite(result) ? readAndWrite(inFd, inOffset, outFd, outOffset, lengthBytes) : result;
    }

    /** It finds no end of what a read of {@code /proc} finds bytes in. */
    private static boolean isForReadAndWrite(int result) {
        return result == 0 || result == -Errno.EXDEV || result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS;
    }

    private static int readAndWrite(int inFd, long inOffset, int outFd, long outOffset, int lengthBytes) {
        int copied = 0;
        try (NativeMemory block = NativeMemory.map(BLOCK_BYTES)) {
            while (copied < lengthBytes) {
                final int result =
                        copyBlock(block, inFd, inOffset + copied, outFd, outOffset + copied, lengthBytes - copied);
                if (result <= 0) {
                    return copied > 0 ? copied : result;
                }
                copied += result;
            }
        }
        return copied;
    }

    private static int copyBlock(
            NativeMemory block, int inFd, long inOffset, int outFd, long outOffset, int mostBytes) {
        int result;
        do {
            final int lengthBytes = Math.min(BLOCK_BYTES, mostBytes);
            result = SystemCalls.pread(inFd, block.address(), lengthBytes, inOffset);
            if (result > 0) {
                result = SystemCalls.pwrite(outFd, block.address(), result, outOffset);
            }
        } while (result == -Errno.EINTR);
        return result;
    }
}
