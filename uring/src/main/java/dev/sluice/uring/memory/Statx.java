// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.sys.StatxLayout;
import java.nio.ByteBuffer;

/**
 * Reads {@code struct statx} where the kernel wrote it. All methods take memory in native order and the offset of the structure in it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class Statx {

    /** Size of the structure in bytes. */
    public static final int SIZE_BYTES = StatxLayout.SIZE;

    /** Wants the type bits of the mode. */
    public static final int STATX_TYPE = 0x001;

    /** Wants the permission bits of the mode. */
    public static final int STATX_MODE = 0x002;

    /** Wants the number of links. */
    public static final int STATX_NLINK = 0x004;

    /** Wants the time of the last modification. */
    public static final int STATX_MTIME = 0x040;

    /** Wants the inode number. */
    public static final int STATX_INO = 0x100;

    /** Wants the size. */
    public static final int STATX_SIZE = 0x200;

    /** Wants the number of the mount; 5.8. */
    public static final int STATX_MNT_ID = 0x1000;

    /** Wants all that stat(2) gives. */
    public static final int STATX_BASIC_STATS = 0x7ff;

    /** Wants what O_DIRECT asks for; Linux 6.1, without effect before. */
    public static final int STATX_DIOALIGN = 0x2000;

    /** An empty path means the descriptor itself. */
    public static final int AT_EMPTY_PATH = 0x1000;

    /** Does not follow a symbolic link at the end of the path. */
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;

    /** Takes what is cached, asks no server: never waits for a network file system. */
    public static final int AT_STATX_DONT_SYNC = 0x4000;

    /** As the directory descriptor: relative paths start at the working directory. */
    public static final int AT_FDCWD = -100;

    /** The type bits of a mode. */
    public static final int S_IFMT = 0xf000;

    /** Type: socket. */
    public static final int S_IFSOCK = 0xc000;

    /** Type: symbolic link. */
    public static final int S_IFLNK = 0xa000;

    /** Type: regular file. */
    public static final int S_IFREG = 0x8000;

    /** Type: block device. */
    public static final int S_IFBLK = 0x6000;

    /** Type: directory. */
    public static final int S_IFDIR = 0x4000;

    /** Type: character device. */
    public static final int S_IFCHR = 0x2000;

    /** Type: pipe. */
    public static final int S_IFIFO = 0x1000;

    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private Statx() {}

    /**
     * Which fields the kernel filled in.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return STATX_* bits
     */
    public static int mask(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.MASK);
    }

    /**
     * Size of a block of the file system, or what it would have files read by.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return bytes
     */
    public static int blockBytes(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.BLOCK_SIZE);
    }

    /**
     * Size of the file.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return bytes
     */
    public static long sizeBytes(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.FILE_SIZE);
    }

    /**
     * Reads how much room the file has on the disk: less than its size where it has holes, more where room was taken beforehand.
     *
     * @param memory holds the structure
     * @param offset where it starts
     * @return {@code stx_blocks} in bytes
     */
    public static long allocatedBytes(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.BLOCKS) * 512L;
    }

    /**
     * Type and permissions.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the mode; {@code mode & S_IFMT} is the type
     */
    public static int mode(ByteBuffer memory, int offset) {
        return Short.toUnsignedInt(memory.getShort(offset + StatxLayout.MODE));
    }

    /**
     * Number of names of the file.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the count; 0 once the last name was removed
     */
    public static long links(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.LINKS) & UNSIGNED_INT;
    }

    /**
     * User whom the file belongs to.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the number of the user, of 32 bits without sign
     */
    public static long user(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.USER) & UNSIGNED_INT;
    }

    /**
     * Group whom the file belongs to.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the number of the group, of 32 bits without sign
     */
    public static long group(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.GROUP) & UNSIGNED_INT;
    }

    /**
     * Inode number, unique on its device.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return all 64 bits
     */
    public static long inode(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.INODE);
    }

    /**
     * Time of the last modification.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return seconds since 1970-01-01 UTC
     */
    public static long modifiedSeconds(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.MODIFIED_SECONDS);
    }

    /**
     * The part of the last modification's time below a second.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return nanoseconds, 0 to 999,999,999
     */
    public static int modifiedNanos(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.MODIFIED_NANOSECONDS);
    }

    /**
     * Time of the last change of the content, the attributes or the names, which nobody can set.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return seconds since 1970-01-01 UTC
     */
    public static long changedSeconds(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.CHANGED_SECONDS);
    }

    /**
     * The part of the last change's time below a second.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return nanoseconds, 0 to 999,999,999
     */
    public static int changedNanos(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.CHANGED_NANOSECONDS);
    }

    /**
     * Major number of the device that holds the file.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the number
     */
    public static int deviceMajor(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.DEVICE_MAJOR);
    }

    /**
     * Minor number of the device that holds the file.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the number
     */
    public static int deviceMinor(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.DEVICE_MINOR);
    }

    /**
     * What the addresses of O_DIRECT transfers must be multiples of, if {@link #mask} has {@link #STATX_DIOALIGN}.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return bytes; 0 if the file does not take O_DIRECT
     */
    public static int directMemoryAlign(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.DIRECT_MEMORY_ALIGN);
    }

    /**
     * What the file offsets and lengths of O_DIRECT transfers must be multiples of, if {@link #mask} has {@link
     * #STATX_DIOALIGN}.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return bytes; 0 if the file does not take O_DIRECT
     */
    public static int directOffsetAlign(ByteBuffer memory, int offset) {
        return memory.getInt(offset + StatxLayout.DIRECT_OFFSET_ALIGN);
    }

    /**
     * Which mount the file was reached by, as the first column of /proc/self/mountinfo numbers them.
     *
     * @param memory holds the structure
     * @param offset of the structure
     * @return the number; 0 if it was not asked for
     */
    public static long mountId(ByteBuffer memory, int offset) {
        return memory.getLong(offset + StatxLayout.MOUNT_ID);
    }
}
