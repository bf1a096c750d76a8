// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Timespec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Waits for records of an inotify instance, for as long as that is open. With a time to rest it looks at most once within that
 * time, however often something changes: each look enters the ring, and ends the wait of a queue that has nothing else to do.
 */
final class PollOperation extends DescriptorOperation {
    /** Null if it does not rest: what the SQE of a timeout points to. */
    private final ByteBuffer restTime;

    private boolean resting;

    /** {@code restNs}: 0 to look at each change. */
    PollOperation(IoContext io, long restNs) {
        super(io);
        restTime = restNs == 0L
                ? null
                : ByteBuffer.allocateDirect(Timespec.SIZE_BYTES).order(ByteOrder.nativeOrder());
        if (restTime != null) {
            Timespec.write(restTime, 0, restNs);
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (resting) {
            sqe.prepTimeout(NativeMemory.addressOf(restTime), 0, 0);
        } else if (restTime != null) {
            sqe.prepPollAdd(target.fdToClose(), PollMask.POLLIN);
        } else {
            sqe.prepPollMultishot(target.fdToClose(), PollMask.POLLIN);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        final boolean toLook = resting ? result == -Errno.ETIME : result >= 0;
        if (toLook && !isCancelRequested()) {
            final boolean changed = ((InotifyDescriptor) target).drain(target.fdToClose());
            resting = restTime != null && (changed || !resting);
        }
        if ((flags & CqeFlags.F_MORE) != 0) {
            return;
        }
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags);
        } else if (toLook) {
            io.submitSoon(this);
        } else {
            end(result, flags);
        }
    }

    @Override
    protected void ended(int result) {
        ((InotifyDescriptor) target).unpolled();
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    protected int operation() {
        return Opcode.POLL_ADD;
    }
}
