package dev.sluice.aio;

import dev.sluice.uring.Statx;
import java.nio.ByteBuffer;

/**
 * What statx(2) said of an {@link AsyncFile}: a view that the file refreshes, not a snapshot to keep.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public final class FileStatus {
    private int mode;
    private long sizeBytes;
    private long modifiedSeconds;
    private int modifiedNanos;
    private long inode;
    private int deviceMajor;
    private int deviceMinor;

    FileStatus() {}

    void set(ByteBuffer statx, int offset) {
        mode = Statx.mode(statx, offset);
        sizeBytes = Statx.sizeBytes(statx, offset);
        modifiedSeconds = Statx.modifiedSeconds(statx, offset);
        modifiedNanos = Statx.modifiedNanos(statx, offset);
        inode = Statx.inode(statx, offset);
        deviceMajor = Statx.deviceMajor(statx, offset);
        deviceMinor = Statx.deviceMinor(statx, offset);
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

    /** The device as one number. */
    long device() {
        return ((long) deviceMajor << 32) | (deviceMinor & 0xFFFF_FFFFL);
    }
}
