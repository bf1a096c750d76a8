// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.linux.Errno;

/** An operation that may have to wait for a disk: admitted by a window before the kernel gets it. */
public abstract class DiskOperation extends DescriptorOperation {
    private long begunNs;

    protected DiskOperation(IoContext io) {
        super(io);
    }

    /** Bytes transferred, for the container's usage. */
    protected int transferredBytes() {
        return 0;
    }

    public final void markBegun() {
        begunNs = io.port().nowNs();
    }

    /** It begins when it has a descriptor. */
    @Override
    public void granted() {
        markBegun();
        super.granted();
    }

    protected final void charge() {
        final ResourceContainer charged = container();
        Charging.chargeDisk(charged, transferredBytes(), io.port().nowNs() - begunNs);
    }

    /** Nobody has cancelled it: then the kernel had no thread to begin it on, which is to have a name of its own. */
    @Override
    final int verdict(int kernelResult) {
        return kernelResult == -Errno.ECANCELED && !isCancelRequested() ? -Errno.ENOWORKER : kernelResult;
    }

    @Override
    protected void withdrawn() {
        withdrawFromWindow();
        super.withdrawn();
    }
}
