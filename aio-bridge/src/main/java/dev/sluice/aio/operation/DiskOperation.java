// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;

/** An operation that may have to wait for a disk: a window admits it before it is submitted. */
public abstract class DiskOperation extends DescriptorOperation {
    private long chargedFromNs;

    protected DiskOperation(IoContext io) {
        super(io);
    }

    /** Bytes transferred, for the container's usage. */
    protected int transferredBytes() {
        return 0;
    }

    /** Has {@link #charge} count the time from now on. */
    public final void chargeFromNow() {
        chargedFromNs = io.port().nowNs();
    }

    /** The wait for descriptors is not the disk's. */
    @Override
    public void granted() {
        chargeFromNow();
        super.granted();
    }

    /** Charges the container for what was transferred, and for the time that it took. */
    protected final void charge() {
        final ResourceContainer charged = container();
        Charging.chargeDisk(charged, transferredBytes(), io.port().nowNs() - chargedFromNs);
    }

    /** If nobody has cancelled it, the kernel had no thread to begin it on: that has a name of its own. */
    @Override
    int verdict(int kernelResult) {
        return kernelResult == -Errno.ECANCELED && !isCancelRequested() ? -Errno.ENOWORKER : kernelResult;
    }

    /** Submits it when a kernel worker may have it, which knows no disk yet. Not while completions are drained. */
    protected final void submitByWorker() {
        io.admission().workers().submit(this);
    }

    /** Closes what it has opened and nobody wants any more; by a worker, if the close may wait. */
    public final void closeUnwanted(int fd, boolean mayHaveWritten) {
        if (mayHaveWritten || LastClose.mayWait(io, fd)) {
            handOverDescriptor(container());
            io.closeByWorker(fd, container()); // gives back the descriptor, too
        } else {
            Descriptors.tryClose(fd); // nothing was written through it: there is no error to tell
        }
    }

    @Override
    protected void withdrawn() {
        withdrawFromWindow();
        super.withdrawn();
    }
}
