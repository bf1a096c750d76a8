// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.FileCalls;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;

/** copy_file_range(2), which io_uring has no operation for. */
public final class CopyRange {
    private static final int IN_OFFSET = 0;
    private static final int OUT_OFFSET = 8;

    private CopyRange() {}

    /**
     * Copies a range of one file into another, by reference where the file system can. Waits for disks: for a worker.
     *
     * @param inFd open for reading
     * @param inOffset of the first byte there
     * @param outFd open for writing, not for appending
     * @param outOffset of the first byte there
     * @param lengthBytes the most that is copied
     * @return bytes copied, 0 at the end of the file, or a negated errno: EXDEV, EINVAL, EOPNOTSUPP, ENOSYS, EBADF, EISDIR, EFBIG, EIO, ENOSPC,
     *     EDQUOT, EPERM, ETXTBSY
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
        return result;
    }
}
