// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.SystemCallNumbers;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.ByteBuffer;

/**
 * openat2(2) as a system call, and the same walk by openat(2) where that is refused: sandboxes that imitate a kernel, and service managers that
 * watch the mode of what is created, answer it with ENOSYS.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class Openat2Call {

    private Openat2Call() {}

    /**
     * Opens a file, by the older call if need be.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param path address of the NUL-terminated path
     * @param how address of an {@link OpenHow}
     * @param howBytes its size
     * @return a descriptor or a negated errno
     */
    public static int open(int dirFd, long path, long how, int howBytes) {
        final int result = openByKernel(dirFd, path, how, howBytes);
        if (result != -Errno.ENOSYS && result != -Errno.EPERM && result != -Errno.EINVAL) {
            return result;
        }
        if (howBytes != OpenHowLayout.SIZE || isAllowed(0L)) {
            return result; // the kernel's own verdict on this path or these flags
        }
        final Pointer structure = new Pointer(how);
        final long flags = structure.getLong(OpenHowLayout.FLAGS);
        if (flags != (int) flags) {
            return -Errno.EINVAL;
        }
        return ConfinedWalk.open(
                dirFd,
                path,
                (int) flags,
                (int) structure.getLong(OpenHowLayout.MODE),
                structure.getLong(OpenHowLayout.RESOLVE));
    }

    /**
     * Tries what the kernel has no reason to refuse.
     *
     * @param resolve {@link ResolveFlags}
     * @return false if the kernel, or a filter before it, does not know the call or these flags
     */
    public static boolean isAllowed(long resolve) {
        try (NativeMemory memory = NativeMemory.map(OpenHow.SIZE_BYTES + 2)) {
            final ByteBuffer bytes = memory.buffer(0L, OpenHow.SIZE_BYTES + 2);
            final long flags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
            OpenHow.write(bytes, 0, flags, 0L, resolve);
            bytes.put(OpenHow.SIZE_BYTES, (byte) '/');
            final long how = memory.address();
            final long path = how + OpenHow.SIZE_BYTES;
            final int fd = openByKernel(Statx.AT_FDCWD, path, how, OpenHow.SIZE_BYTES);
            if (fd < 0) {
                return false;
            }
            SystemCalls.close(fd);
            return true;
        }
    }

    /**
     * As {@link #open}, without another way.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param path address of the NUL-terminated path
     * @param how address of an {@link OpenHow}
     * @param howBytes its size
     * @return a descriptor or a negated errno
     */
    public static int openByKernel(int dirFd, long path, long how, int howBytes) {
        return SystemCalls.call(SystemCallNumbers.SYS_OPENAT2, dirFd, path, how, howBytes, 0L, 0L);
    }
}
