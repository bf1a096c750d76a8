// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.SeenStatus;

/**
 * What statx(2) said of a file: a view that an {@link AsyncFile}, or the next {@link AsyncPaths#statx}, refreshes, not a
 * snapshot to keep.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class FileStatus {
    final SeenStatus seen;

    FileStatus(SeenStatus seen) {
        this.seen = seen;
    }

    /** Makes a status that says nothing yet. */
    public FileStatus() {
        this(new SeenStatus());
    }

    /**
     * Tells whether it is a regular file.
     *
     * @return true if so
     */
    public boolean isRegularFile() {
        return seen.isRegularFile();
    }

    /**
     * Tells whether it is a directory.
     *
     * @return true if so
     */
    public boolean isDirectory() {
        return seen.isDirectory();
    }

    /**
     * Returns type and permissions.
     *
     * @return {@code stx_mode}
     */
    public int mode() {
        return seen.mode();
    }

    /**
     * Returns how many names the file has.
     *
     * @return {@code stx_nlink}; 0 once the last one was removed
     */
    public long links() {
        return seen.links();
    }

    /**
     * Returns the user that the file belongs to.
     *
     * @return {@code stx_uid}, of 32 bits without sign
     */
    public long userId() {
        return seen.userId();
    }

    /**
     * Returns the group that the file belongs to.
     *
     * @return {@code stx_gid}, of 32 bits without sign
     */
    public long groupId() {
        return seen.groupId();
    }

    /**
     * Returns the size.
     *
     * @return bytes
     */
    public long sizeBytes() {
        return seen.sizeBytes();
    }

    /**
     * Returns when the content last changed.
     *
     * @return seconds since 1970
     */
    public long modifiedSeconds() {
        return seen.modifiedSeconds();
    }

    /**
     * Returns the part of that time below a second.
     *
     * @return nanoseconds
     */
    public int modifiedNanos() {
        return seen.modifiedNanos();
    }

    /**
     * Returns when the content, the attributes or a name of the file last changed. Unlike the time of {@linkplain #modifiedSeconds()
     * modification} nobody can set it. It is as fine as the kernel's tick, up to 10 ms: two changes within one have the same time.
     *
     * @return seconds since 1970
     */
    public long changedSeconds() {
        return seen.changedSeconds();
    }

    /**
     * Returns the part of that time below a second.
     *
     * @return nanoseconds
     */
    public int changedNanos() {
        return seen.changedNanos();
    }

    /**
     * Returns the inode number.
     *
     * @return unique within the {@linkplain #device() device}
     */
    public long inode() {
        return seen.inode();
    }

    /**
     * Returns the device that the file lies on: with the {@linkplain #inode() inode} it tells the file from all others, whatever names it
     * has. A mount is one device as a rule; of btrfs each subvolume is one.
     *
     * @return {@code stx_dev_major} in the upper 32 bits, {@code stx_dev_minor} in the lower
     */
    public long device() {
        return seen.device();
    }

    /**
     * Returns what the addresses of transfers must be multiples of if the file is opened with {@code O_DIRECT}.
     *
     * @return {@code stx_dio_mem_align} in bytes; 0 if the file does not take {@code O_DIRECT}, or the kernel is older than
     *     6.1 and does not say
     */
    public int directMemoryAlignBytes() {
        return seen.directMemoryAlignBytes();
    }

    /**
     * Returns what positions and lengths of transfers must be multiples of if the file is opened with {@code O_DIRECT}.
     *
     * @return {@code stx_dio_offset_align} in bytes; 0 as for {@link #directMemoryAlignBytes()}
     */
    public int directOffsetAlignBytes() {
        return seen.directOffsetAlignBytes();
    }
}
