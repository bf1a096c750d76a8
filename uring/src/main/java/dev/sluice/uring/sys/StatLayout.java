// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/** {@code struct stat} of 64-bit machines, as fstat(2) and newfstatat(2) fill it in: what statx(2) is replaced by where it is refused. */
public final class StatLayout {

    /** u64, the device that holds the file, as makedev(3) puts it together. */
    public static final int DEVICE = 0;

    /** u64. */
    public static final int INODE = 8;

    /** u64; on aarch64 u32. */
    public static final int LINKS = Machine.number(16, 20);

    /** u32, type and permissions. */
    public static final int MODE = Machine.number(24, 16);

    /** u32. */
    public static final int USER = Machine.number(28, 24);

    /** u32. */
    public static final int GROUP = Machine.number(32, 28);

    /** u64, the device that the file is. */
    public static final int DEVICE_OF_FILE = Machine.number(40, 32);

    /** s64. */
    public static final int FILE_SIZE = 48;

    /** u64; on aarch64 u32. */
    public static final int BLOCK_SIZE = 56;

    /** u64, in units of 512 bytes. */
    public static final int BLOCKS = 64;

    /** s64, and behind it the nanoseconds, u64. */
    public static final int ACCESSED = 72;

    /** s64, and behind it the nanoseconds, u64. */
    public static final int MODIFIED = 88;

    /** s64, and behind it the nanoseconds, u64. */
    public static final int CHANGED = 104;

    /** Size in bytes of the whole structure. */
    public static final int SIZE = Machine.number(144, 128);

    private StatLayout() {}
}
