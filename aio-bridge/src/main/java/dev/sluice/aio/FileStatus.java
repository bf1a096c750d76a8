package dev.sluice.aio;

import dev.sluice.uring.Statx;
import java.nio.ByteBuffer;

/**
 * What statx(2) said of a file: a view that an {@link AsyncFile}, or the next {@link AsyncPaths#statx}, refreshes, not a
 * snapshot to keep.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class FileStatus {
    private int mode;
    private int blockBytes;
    private long sizeBytes;
    private long modifiedSeconds;
    private int modifiedNanos;
    private long inode;
    private int deviceMajor;
    private int deviceMinor;
    private int directMemoryAlign;
    private int directOffsetAlign;
    private long mountId;

    /** Makes a status that says nothing yet. */
    public FileStatus() {}

    void set(ByteBuffer statx, int offset) {
        mode = Statx.mode(statx, offset);
        blockBytes = Statx.blockBytes(statx, offset);
        sizeBytes = Statx.sizeBytes(statx, offset);
        modifiedSeconds = Statx.modifiedSeconds(statx, offset);
        modifiedNanos = Statx.modifiedNanos(statx, offset);
        inode = Statx.inode(statx, offset);
        deviceMajor = Statx.deviceMajor(statx, offset);
        deviceMinor = Statx.deviceMinor(statx, offset);
        final int said = Statx.mask(statx, offset);
        final boolean saysAlign = (said & Statx.STATX_DIOALIGN) != 0;
        directMemoryAlign = saysAlign ? Statx.directMemoryAlign(statx, offset) : 0;
        directOffsetAlign = saysAlign ? Statx.directOffsetAlign(statx, offset) : 0;
        mountId = (said & Statx.STATX_MNT_ID) != 0 ? Statx.mountId(statx, offset) : 0L;
    }

    int blockBytes() {
        return blockBytes;
    }

    /**
     * Tells whether it is a regular file.
     *
     * @return true if so
     */
    public boolean isRegularFile() {
        return (mode & Statx.S_IFMT) == Statx.S_IFREG;
    }

    /**
     * Tells whether it is a directory.
     *
     * @return true if so
     */
    public boolean isDirectory() {
        return (mode & Statx.S_IFMT) == Statx.S_IFDIR;
    }

    /**
     * Returns type and permissions.
     *
     * @return {@code stx_mode}
     */
    public int mode() {
        return mode;
    }

    /**
     * Returns the size.
     *
     * @return bytes
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Returns when the content last changed.
     *
     * @return seconds since 1970
     */
    public long modifiedSeconds() {
        return modifiedSeconds;
    }

    /**
     * Returns the part of that time below a second.
     *
     * @return nanoseconds
     */
    public int modifiedNanos() {
        return modifiedNanos;
    }

    /**
     * Returns the inode number.
     *
     * @return unique within the device
     */
    public long inode() {
        return inode;
    }

    /**
     * Returns what the addresses of transfers must be multiples of if the file is opened with {@code O_DIRECT}.
     *
     * @return {@code stx_dio_mem_align} in bytes; 0 if the file does not take {@code O_DIRECT}, or the kernel is older than
     *     6.1 and does not say
     */
    public int directMemoryAlignBytes() {
        return directMemoryAlign;
    }

    /**
     * Returns what positions and lengths of transfers must be multiples of if the file is opened with {@code O_DIRECT}.
     *
     * @return {@code stx_dio_offset_align} in bytes; 0 as for {@link #directMemoryAlignBytes()}
     */
    public int directOffsetAlignBytes() {
        return directOffsetAlign;
    }

    /** The mount that it was reached by; known right after it was opened, not after {@link AsyncFile#statx()}. */
    long mountId() {
        return mountId;
    }

    /** The device as one number. */
    long device() {
        return ((long) deviceMajor << 32) | (deviceMinor & 0xFFFF_FFFFL);
    }
}
