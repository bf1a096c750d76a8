package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;

/** An operation that may have to wait for a disk: admitted by a window before the kernel gets it. */
abstract class DiskOperation extends DescriptorOperation {
    static final int BLOCK_BYTES = 4096;

    /** The window that admits it; null while it is not held. */
    AdmissionWindow window;

    /** Went past the window because the page cache was believed to have it. */
    boolean passedWindow;

    /** The window in which it has a place, too, while it goes through that of the workers; else null. */
    AdmissionWindow device;

    /** For a window that tunes itself: when it was admitted, and in which of the tuner's rounds. */
    long admittedNs;

    int tunerRound;

    private long begunNs;

    DiskOperation(AsyncIo io) {
        super(io);
    }

    /** What it counts for in the order of shares, in bytes: as much as a block, if nothing better is known. */
    int costBytes() {
        return BLOCK_BYTES;
    }

    /** Bytes transferred, for the container's usage. */
    int transferredBytes() {
        return 0;
    }

    /** Its turn has come: the window of the workers, if to submit it otherwise would wait for a disk; else null. */
    AdmissionWindow throughWorkers() {
        return null;
    }

    final void markBegun() {
        begunNs = io.port().nowNs();
    }

    final void charge() {
        final ResourceContainer charged = container();
        charged.chargeDisk(transferredBytes(), io.port().nowNs() - begunNs);
    }

    @Override
    protected void withdrawn() {
        if (window != null) {
            window.withdraw(this);
        }
        super.withdrawn();
    }
}
