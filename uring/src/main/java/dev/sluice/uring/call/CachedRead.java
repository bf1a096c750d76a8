// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SystemCalls;

/** Reads what the page cache has. */
public final class CachedRead {
    private CachedRead() {}

    /**
     * Reads from a file what the page cache has, and waits for no disk. Allocates nothing. No pure probe: of what the cache has not, the kernel
     * begins to read ahead.
     *
     * @param fd of a regular file
     * @param address to read into
     * @param lengthBytes above zero
     * @param position in the file, not negative
     * @return bytes read, fewer than asked for where the file or what is cached ends, 0 behind the end of the file; or a negated errno: EAGAIN if the
     *     cache has nothing of it, EOPNOTSUPP if the file system cannot tell
     * @see <a href="https://man7.org/linux/man-pages/man2/preadv2.2.html">preadv2(2), RWF_NOWAIT</a>
     */
    public static int read(int fd, long address, int lengthBytes, long position) {
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(IovecLayout.BASE, address).putLong(IovecLayout.LENGTH, lengthBytes);
        return SystemCalls.preadv2(fd, scratch.address(), 1, position, SystemCalls.RWF_NOWAIT);
    }
}
