package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;

/** An operation that may have to wait for a disk: admitted by a window before the kernel gets it. */
abstract class DiskOperation extends DescriptorOperation {
    static final int BLOCK_BYTES = 4096;

    /** Of those that wait for a disk in the place of the queue's thread. */
    enum Worker {
        NOT_KNOWN,
        NEEDS_NONE,
        TAKES_ONE
    }

    /** The window that admits it; null while it is not held. */
    AdmissionWindow window;

    /** Went past the window because the page cache was believed to have it. */
    boolean passedWindow;

    /** Decided when its turn comes. */
    Worker worker = Worker.NOT_KNOWN;

    long admittedNs;

    /** Of a window that tunes itself, when it was admitted. */
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

    /** Its turn has come: whether a worker must carry it out, because to submit it otherwise would wait for the disk. */
    boolean needsWorker() {
        return false;
    }

    final boolean takesWorker() {
        if (worker == Worker.NOT_KNOWN) {
            worker = needsWorker() ? Worker.TAKES_ONE : Worker.NEEDS_NONE;
        }
        return worker == Worker.TAKES_ONE;
    }

    final void markBegun() {
        begunNs = io.port().nowNs();
    }

    /** It begins when it has a descriptor. */
    @Override
    public void granted() {
        markBegun();
        super.granted();
    }

    final void charge() {
        final ResourceContainer charged = container();
        charged.chargeDisk(transferredBytes(), io.port().nowNs() - begunNs);
    }

    /** Nobody has cancelled it: then the kernel had no thread to begin it on, which is to have a name of its own. */
    @Override
    final int verdict(int kernelResult) {
        return kernelResult == -Errno.ECANCELED && !isCancelRequested() ? -Errno.ENOWORKER : kernelResult;
    }

    @Override
    protected void withdrawn() {
        if (window != null) {
            window.withdraw(this);
        }
        super.withdrawn();
    }
}
