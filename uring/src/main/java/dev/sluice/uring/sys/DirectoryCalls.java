// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/**
 * The system calls that list a directory, by JNA direct mapping as in {@link LibC}. Apart from the others, because libc has the function
 * only since glibc 2.30, and mapping a class needs all that is in it.
 */
public final class DirectoryCalls {

    /** lseek: from the beginning. */
    public static final int SEEK_SET = 0;

    static {
        Native.register(DirectoryCalls.class, "c");
    }

    private DirectoryCalls() {}

    /**
     * lseek(2).
     *
     * @param fd a descriptor open for reading
     * @param offset of a directory: 0, or what an entry of it says
     * @param whence SEEK_SET
     * @return the offset
     */
    public static native long lseek(int fd, long offset, int whence);

    /**
     * getdents64(2).
     *
     * @param fd a directory open for reading
     * @param address to write a sequence of {@link DirentLayout} to
     * @param length bytes
     * @return bytes written; 0 at the end
     */
    public static native long getdents64(int fd, long address, long length);
}
