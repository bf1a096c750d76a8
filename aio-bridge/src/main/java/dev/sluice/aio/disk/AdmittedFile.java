// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

/** An open file as admission sees it: on which disk it is, and what is known of which parts are in memory. */
public final class AdmittedFile {
    private final BlockMap blockMap = new BlockMap();

    private int fd;
    private boolean direct;
    private boolean residencyRefused;
    private long historyKey;
    private long sizeBytes;
    private int blockBytes;
    private DiskLine line;

    /** Another file is to be opened, of which nothing is known yet. */
    public void reset(boolean isDirect) {
        direct = isDirect;
        line = null;
        residencyRefused = false;
        blockMap.opened();
    }

    /** What a look at the open file has said. */
    public void seen(int openFd, long device, long inode, long newSizeBytes, int newBlockBytes) {
        fd = openFd;
        historyKey = InlineHistory.identify(device, inode);
        sizeBytes = newSizeBytes;
        blockBytes = newBlockBytes;
    }

    public boolean isLocated() {
        return line != null;
    }

    public void locate(DiskLine newLine) {
        line = newLine;
    }

    /** Once located. */
    public Disk disk() {
        return line.disk;
    }

    /** Past the page cache. */
    public boolean isDirect() {
        return direct;
    }

    public AdmissionWindow reads() {
        return line.reads;
    }

    AdmissionWindow writes() {
        return line.writes;
    }

    int fd() {
        return fd;
    }

    long historyKey() {
        return historyKey;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    int blockBytes() {
        return blockBytes;
    }

    BlockMap blockMap() {
        return blockMap;
    }

    /** The kernel does not tell of this one what is in memory. */
    boolean isResidencyRefused() {
        return residencyRefused;
    }

    void refuseResidency() {
        residencyRefused = true;
    }
}
