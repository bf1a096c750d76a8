// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;

/** What statx(2) said of a file when it was last asked. */
public final class SeenStatus {
    private int mode;
    private long links;
    private long user;
    private long group;
    private int blockBytes;
    private long sizeBytes;
    private long modifiedSeconds;
    private int modifiedNanos;
    private long changedSeconds;
    private int changedNanos;
    private long inode;
    private int deviceMajor;
    private int deviceMinor;
    private int directMemoryAlign;
    private int directOffsetAlign;
    private long mountId;

    /** Makes a status that says nothing yet. */
    public SeenStatus() {}

    void set(ByteBuffer statx, int offset) {
        mode = Statx.mode(statx, offset);
        links = Statx.links(statx, offset);
        user = Statx.user(statx, offset);
        group = Statx.group(statx, offset);
        blockBytes = Statx.blockBytes(statx, offset);
        sizeBytes = Statx.sizeBytes(statx, offset);
        modifiedSeconds = Statx.modifiedSeconds(statx, offset);
        modifiedNanos = Statx.modifiedNanos(statx, offset);
        changedSeconds = Statx.changedSeconds(statx, offset);
        changedNanos = Statx.changedNanos(statx, offset);
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

    public boolean isRegularFile() {
        return (mode & Statx.S_IFMT) == Statx.S_IFREG;
    }

    public boolean isDirectory() {
        return (mode & Statx.S_IFMT) == Statx.S_IFDIR;
    }

    public int mode() {
        return mode;
    }

    public long links() {
        return links;
    }

    public long userId() {
        return user;
    }

    public long groupId() {
        return group;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    public long modifiedSeconds() {
        return modifiedSeconds;
    }

    public int modifiedNanos() {
        return modifiedNanos;
    }

    public long changedSeconds() {
        return changedSeconds;
    }

    public int changedNanos() {
        return changedNanos;
    }

    public long inode() {
        return inode;
    }

    public int directMemoryAlignBytes() {
        return directMemoryAlign;
    }

    public int directOffsetAlignBytes() {
        return directOffsetAlign;
    }

    /** The mount that it was reached by; known right after it was opened, not after {@link OpenFile#statx()}. */
    public long mountId() {
        return mountId;
    }

    /** The device as one number. */
    public long device() {
        return ((long) deviceMajor << 32) | (deviceMinor & 0xFFFF_FFFFL);
    }
}
