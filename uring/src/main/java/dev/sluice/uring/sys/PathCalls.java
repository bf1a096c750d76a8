// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/**
 * The system calls that walk a path step by step, by JNA direct mapping as in {@link LibC}: what openat2(2) and statx(2) are replaced by
 * where they are refused.
 */
public final class PathCalls {

    /** syscall: newfstatat(2). */
    public static final long SYS_NEWFSTATAT = Machine.number(262, 79);

    static {
        Native.register(PathCalls.class, "c");
    }

    private PathCalls() {}

    /**
     * openat(2).
     *
     * @param dirFd where the walk begins, or AT_FDCWD
     * @param path address of the name
     * @param flags O_*
     * @param mode permissions of a file that is made
     * @return a descriptor
     */
    public static native int openat(int dirFd, long path, int flags, int mode);

    /**
     * readlinkat(2).
     *
     * @param dirFd where the walk begins, or AT_FDCWD
     * @param path address of the name
     * @param buffer address to write the text to, without a NUL
     * @param size room for so many bytes
     * @return bytes written
     */
    public static native long readlinkat(int dirFd, long path, long buffer, long size);
}
