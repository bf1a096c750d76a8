// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/** The system calls that read and change what a file has beside its content, by JNA direct mapping as in {@link LibC}. */
public final class AttributeCalls {

    /** utimensat: in place of nanoseconds, the time stays as it is. */
    public static final int UTIME_OMIT = (1 << 30) - 2;

    static {
        Native.register(AttributeCalls.class, "c");
    }

    private AttributeCalls() {}

    /**
     * fchmodat(2).
     *
     * @param dirFd where a relative path starts
     * @param path address of the NUL-terminated path
     * @param mode permissions
     * @param flags 0
     * @return 0, or -1
     */
    public static native int fchmodat(int dirFd, long path, int mode, int flags);

    /**
     * fchownat(2).
     *
     * @param dirFd where a relative path starts, or what an empty one means
     * @param path address of the NUL-terminated path
     * @param userId or -1
     * @param groupId or -1
     * @param flags AT_*
     * @return 0, or -1
     */
    public static native int fchownat(int dirFd, long path, int userId, int groupId, int flags);

    /**
     * utimensat(2).
     *
     * @param dirFd where a relative path starts, or what an empty one means
     * @param path address of the NUL-terminated path
     * @param times address of two {@code struct timespec}: of access, of modification
     * @param flags AT_*
     * @return 0, or -1
     */
    public static native int utimensat(int dirFd, long path, long times, int flags);

    /**
     * getxattr(2).
     *
     * @param path address of the NUL-terminated path
     * @param name address of the NUL-terminated name
     * @param value address to write to
     * @param size room there
     * @return bytes written, or -1
     */
    public static native long getxattr(long path, long name, long value, long size);

    /**
     * setxattr(2).
     *
     * @param path address of the NUL-terminated path
     * @param name address of the NUL-terminated name
     * @param value address of the value
     * @param size its bytes
     * @param flags XATTR_*, 0 for new ones and others
     * @return 0, or -1
     */
    public static native int setxattr(long path, long name, long value, long size, int flags);

    /**
     * listxattr(2).
     *
     * @param path address of the NUL-terminated path
     * @param list address to write the names to, each NUL-terminated
     * @param size room there
     * @return bytes written, or -1
     */
    public static native long listxattr(long path, long list, long size);

    /**
     * removexattr(2).
     *
     * @param path address of the NUL-terminated path
     * @param name address of the NUL-terminated name
     * @return 0, or -1
     */
    public static native int removexattr(long path, long name);
}
