// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

import dev.sluice.uring.sys.Machine;

/**
 * Flags of open(2), for {@link dev.sluice.uring.memory.OpenHow}. Some differ between x86-64 and aarch64, so they are fixed when the class is loaded.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class OpenFlags {

    // arch/arm64/include/uapi/asm/fcntl.h swaps these three against the generic values.
    private static final boolean ARM64 = Machine.AARCH64;

    /** For reading. */
    public static final int O_RDONLY = 0;

    /** For writing. */
    public static final int O_WRONLY = 1;

    /** For both. */
    public static final int O_RDWR = 2;

    /** Creates the file if it does not exist; the mode must be given. */
    public static final int O_CREAT = 0x40;

    /** With O_CREAT: fails with EEXIST if the file exists. */
    public static final int O_EXCL = 0x80;

    /** Cuts a regular file to length 0. */
    public static final int O_TRUNC = 0x200;

    /** Every write goes to the end. */
    public static final int O_APPEND = 0x400;

    /** Does not wait: for FIFOs and devices. */
    public static final int O_NONBLOCK = 0x800;

    /** Bypasses the page cache; address, length and offset must be aligned. */
    public static final int O_DIRECT = ARM64 ? 0x10000 : 0x4000;

    /** Fails with ENOTDIR unless it is a directory. */
    public static final int O_DIRECTORY = ARM64 ? 0x4000 : 0x10000;

    /** Fails with ELOOP if the last component is a symbolic link. */
    public static final int O_NOFOLLOW = ARM64 ? 0x8000 : 0x20000;

    /** Does not update the access time; only for the file's owner. */
    public static final int O_NOATIME = 0x40000;

    /** The descriptor is closed in an executed child. */
    public static final int O_CLOEXEC = 0x80000;

    /** A descriptor that names the file and cannot read or write it; Linux 2.6.39. */
    public static final int O_PATH = 0x200000;

    /** A file without a name in the given directory; Linux 3.11. The directory bit is part of it. */
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private OpenFlags() {}

    /**
     * Tells whether a flag that is made of several bits is set: all of them, for one alone means something else, as in {@link #O_TMPFILE} that of
     * {@link #O_DIRECTORY} does.
     *
     * @param flags a mask
     * @param flag one of the constants above
     * @return true if it is set
     */
    public static boolean isSet(long flags, int flag) {
        return (flags & flag) == flag;
    }
}
