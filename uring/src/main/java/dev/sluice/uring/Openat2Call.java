package dev.sluice.uring;

import com.sun.jna.Pointer;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.SystemCalls;

/**
 * openat2(2) as a system call, and the same walk by openat(2) where that is refused: sandboxes that imitate a kernel, and service managers that
 * watch the mode of what is created, answer it with ENOSYS.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
final class Openat2Call {

    private Openat2Call() {}

    /** Returns a descriptor or a negated errno; {@code how} is the address of an {@link OpenHow}. */
    static int open(int dirFd, long path, long how, int howBytes) {
        final int result = openByKernel(dirFd, path, how, howBytes);
        if (result != -Errno.ENOSYS && result != -Errno.EPERM && result != -Errno.EINVAL) {
            return result;
        }
        // The kernel's own EPERM and EINVAL come again from the calls of the walk.
        if (howBytes != OpenHowLayout.SIZE) {
            return result;
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

    /** As {@link #open}, without another way. */
    static int openByKernel(int dirFd, long path, long how, int howBytes) {
        final long fd = LibC.syscall(SystemCalls.SYS_OPENAT2, dirFd, path, how, howBytes, 0L, 0L);
        return fd == -1L ? -LibC.errno() : (int) fd;
    }
}
