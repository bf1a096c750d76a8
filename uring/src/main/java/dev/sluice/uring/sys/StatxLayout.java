// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct statx}.
 *
 * <pre>
 *     0                 4                 8                                  16
 *    +-----------------+-----------------+-----------------------------------+
 *  0 | stx_mask        | stx_blksize     | stx_attributes                    |
 *    +-----------------+-----------------+-----------------+--------+--------+
 * 16 | stx_nlink       | stx_uid         | stx_gid         | mode16 |        |
 *    +-----------------+-----------------+-----------------+--------+--------+
 * 32 | stx_ino                           | stx_size                          |
 *    +-----------------------------------+-----------------------------------+
 * 48 | stx_blocks                        | stx_attributes_mask               |
 *    +-----------------------------------+-----------------+-----------------+
 * 64 | stx_atime: tv_sec s64             | tv_nsec u32     |                 |
 * 80 | stx_btime                         |                 |                 |
 * 96 | stx_ctime                         |                 |                 |
 *112 | stx_mtime                         |                 |                 |
 *    +-----------------+-----------------+-----------------+-----------------+
 *128 | stx_rdev_major  | stx_rdev_minor  | stx_dev_major   | stx_dev_minor   |
 *    +-----------------+-----------------+-----------------+-----------------+
 *144 | stx_mnt_id                        | dio_mem_align   | dio_offset_align|
 *    +-----------------------------------+-----------------+-----------------+
 *160 | later fields and room to grow                                         |
 *    +-----------------------------------------------------------------------+
 * </pre>
 */
public final class StatxLayout {

    /** u32, STATX_* of what was filled in. */
    public static final int MASK = 0;

    /** u32, in bytes. */
    public static final int BLOCK_SIZE = 4;

    /** u32. */
    public static final int LINKS = 16;

    /** u32. */
    public static final int USER = 20;

    /** u32. */
    public static final int GROUP = 24;

    /** u16, type and permissions. */
    public static final int MODE = 28;

    /** u64. */
    public static final int INODE = 32;

    /** u64. */
    public static final int FILE_SIZE = 40;

    /** u64, in units of 512 bytes. */
    public static final int BLOCKS = 48;

    /** s64, and behind it the nanoseconds, u32. */
    public static final int ACCESSED_SECONDS = 64;

    /** s64. */
    public static final int CHANGED_SECONDS = 96;

    /** u32. */
    public static final int CHANGED_NANOSECONDS = 104;

    /** s64. */
    public static final int MODIFIED_SECONDS = 112;

    /** u32. */
    public static final int MODIFIED_NANOSECONDS = 120;

    /** u32, the device that the file is. */
    public static final int DEVICE_OF_FILE_MAJOR = 128;

    /** u32, the device that holds the file. */
    public static final int DEVICE_MAJOR = 136;

    /** u32, the device that holds the file. */
    public static final int DEVICE_MINOR = 140;

    /** u64, 0 before Linux 5.8. */
    public static final int MOUNT_ID = 144;

    /** u32, 0 if the file does not take O_DIRECT. */
    public static final int DIRECT_MEMORY_ALIGN = 152;

    /** u32, 0 if the file does not take O_DIRECT. */
    public static final int DIRECT_OFFSET_ALIGN = 156;

    /** Size in bytes of the whole structure. */
    public static final int SIZE = 256;

    private StatxLayout() {}
}
