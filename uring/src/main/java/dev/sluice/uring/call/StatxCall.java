// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.PathCalls;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.StatLayout;
import dev.sluice.uring.sys.StatxLayout;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.ByteBuffer;

/**
 * statx(2), and what tells most of the same where that is refused: container runtimes from before 2018 answer it with EPERM, a kernel that is
 * older, or imitated, with ENOSYS. Without it the mount and the alignment for direct transfers stay unknown, and {@code stx_mask} says so.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class StatxCall {

    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int SYNC_TYPE = 0x6000;
    private static final int KNOWN_FLAGS =
            Statx.AT_EMPTY_PATH | Statx.AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | SYNC_TYPE;

    private static final int STAT_FLAGS = Statx.AT_EMPTY_PATH | Statx.AT_SYMLINK_NOFOLLOW;

    /** It was refused once: who refuses it does so always. */
    private static volatile boolean refused;

    private StatxCall() {}

    /**
     * Fills a {@link Statx} in, by the older call if need be.
     *
     * @param dirFd where a relative path starts, or the file itself with an empty path and {@link Statx#AT_EMPTY_PATH}
     * @param path address of the NUL-terminated path
     * @param flags {@link Statx} AT_*
     * @param mask {@link Statx} STATX_*
     * @param statx address of {@link Statx#SIZE_BYTES} bytes
     * @return 0 or a negated errno
     */
    public static int statx(int dirFd, long path, int flags, int mask, long statx) {
        if (!refused) {
            final int result = SystemCalls.statx(dirFd, path, flags, mask, statx);
            if ((result != -Errno.EPERM && result != -Errno.ENOSYS && result != -Errno.EINVAL) || isAllowed()) {
                return result;
            }
            refused = true;
        }
        if ((flags & ~KNOWN_FLAGS) != 0 || (flags & SYNC_TYPE) == SYNC_TYPE || mask < 0) {
            return -Errno.EINVAL; // as the kernel
        }
        return stat(dirFd, path, flags, statx);
    }

    /** Tries what the kernel has no reason to refuse. */
    private static boolean isAllowed() {
        try (NativeMemory memory = NativeMemory.map(Statx.SIZE_BYTES + 2)) {
            memory.buffer(0L, Statx.SIZE_BYTES + 2).put(Statx.SIZE_BYTES, (byte) '/');
            final long statx = memory.address();
            return SystemCalls.statx(Statx.AT_FDCWD, statx + Statx.SIZE_BYTES, 0, Statx.STATX_BASIC_STATS, statx) == 0;
        }
    }

    /** As {@link #statx}, by the older call. */
    static int stat(int dirFd, long path, int flags, long statx) {
        final Scratch scratch = Scratch.current();
        final int result =
                SystemCalls.call(PathCalls.SYS_NEWFSTATAT, dirFd, path, scratch.address(), flags & STAT_FLAGS, 0L, 0L);
        if (result == 0) {
            convert(scratch.view(), new Pointer(statx));
        }
        return result;
    }

    private static void convert(ByteBuffer stat, Pointer statx) {
        statx.clear(StatxLayout.SIZE);
        statx.setInt(StatxLayout.MASK, Statx.STATX_BASIC_STATS);
        statx.setInt(StatxLayout.BLOCK_SIZE, stat.getInt(StatLayout.BLOCK_SIZE));
        statx.setInt(StatxLayout.LINKS, stat.getInt(StatLayout.LINKS));
        statx.setInt(StatxLayout.USER, stat.getInt(StatLayout.USER));
        statx.setInt(StatxLayout.GROUP, stat.getInt(StatLayout.GROUP));
        statx.setShort(StatxLayout.MODE, (short) stat.getInt(StatLayout.MODE));
        statx.setLong(StatxLayout.INODE, stat.getLong(StatLayout.INODE));
        statx.setLong(StatxLayout.FILE_SIZE, stat.getLong(StatLayout.FILE_SIZE));
        statx.setLong(StatxLayout.BLOCKS, stat.getLong(StatLayout.BLOCKS));
        convertTime(stat, StatLayout.ACCESSED, statx, StatxLayout.ACCESSED_SECONDS);
        convertTime(stat, StatLayout.CHANGED, statx, StatxLayout.CHANGED_SECONDS);
        convertTime(stat, StatLayout.MODIFIED, statx, StatxLayout.MODIFIED_SECONDS);
        convertDevice(stat.getLong(StatLayout.DEVICE_OF_FILE), statx, StatxLayout.DEVICE_OF_FILE_MAJOR);
        convertDevice(stat.getLong(StatLayout.DEVICE), statx, StatxLayout.DEVICE_MAJOR);
    }

    private static void convertTime(ByteBuffer stat, int from, Pointer statx, int to) {
        statx.setLong(to, stat.getLong(from));
        statx.setInt(to + Long.BYTES, stat.getInt(from + Long.BYTES));
    }

    /** As gnu_dev_major(3) and gnu_dev_minor(3). */
    private static void convertDevice(long device, Pointer statx, int to) {
        statx.setInt(to, (int) (((device >>> 8) & 0xfffL) | ((device >>> 32) & 0xffff_f000L)));
        statx.setInt(to + Integer.BYTES, (int) ((device & 0xffL) | ((device >>> 12) & 0xffff_ff00L)));
    }
}
