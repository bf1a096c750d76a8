// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/**
 * The system calls that change files and names, by JNA direct mapping as in {@link SystemCalls}. Apart from those, because libc has one of
 * them only since glibc 2.28, and mapping a class needs all that is in it.
 */
public final class FileCalls {

    static {
        Native.register(FileCalls.class, "c");
    }

    private FileCalls() {}

    /**
     * fsync(2).
     *
     * @param fd a file
     * @return 0
     */
    public static native int fsync(int fd);

    /**
     * fdatasync(2).
     *
     * @param fd a file
     * @return 0
     */
    public static native int fdatasync(int fd);

    /**
     * fallocate(2).
     *
     * @param fd open for writing
     * @param mode FALLOC_FL_*
     * @param offset first byte
     * @param length bytes
     * @return 0
     */
    public static native int fallocate(int fd, int mode, long offset, long length);

    /**
     * ftruncate(2).
     *
     * @param fd open for writing
     * @param length bytes of the file from then on
     * @return 0
     */
    public static native int ftruncate(int fd, long length);

    /**
     * copy_file_range(2).
     *
     * @param inFd to read from
     * @param inOffset address of the first byte's offset there
     * @param outFd to write to
     * @param outOffset address of the first byte's offset there
     * @param length bytes
     * @param flags 0
     * @return bytes copied
     */
    public static native long copy_file_range(
            int inFd, long inOffset, int outFd, long outOffset, long length, int flags);

    /**
     * renameat2(2).
     *
     * @param oldDirFd where a relative old path starts
     * @param oldPath address of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPath address of the NUL-terminated path
     * @param flags RENAME_*
     * @return 0
     */
    public static native int renameat2(int oldDirFd, long oldPath, int newDirFd, long newPath, int flags);

    /**
     * linkat(2).
     *
     * @param oldDirFd where a relative old path starts
     * @param oldPath address of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPath address of the NUL-terminated path
     * @param flags AT_*
     * @return 0
     */
    public static native int linkat(int oldDirFd, long oldPath, int newDirFd, long newPath, int flags);

    /**
     * symlinkat(2).
     *
     * @param target address of the NUL-terminated text of the link
     * @param dirFd where a relative path starts
     * @param path address of the link's NUL-terminated path
     * @return 0
     */
    public static native int symlinkat(long target, int dirFd, long path);

    /**
     * unlinkat(2).
     *
     * @param dirFd where a relative path starts
     * @param path address of the NUL-terminated path
     * @param flags AT_REMOVEDIR or 0
     * @return 0
     */
    public static native int unlinkat(int dirFd, long path, int flags);

    /**
     * mkdirat(2).
     *
     * @param dirFd where a relative path starts
     * @param path address of the NUL-terminated path
     * @param mode permission bits
     * @return 0
     */
    public static native int mkdirat(int dirFd, long path, int mode);
}
