// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.operation.Operation;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.PollMask;

/** The shortest operation there is: it completes when its descriptor becomes readable. */
class PollOperation extends Operation {
    final int fd;
    private final OperationPort port;

    /** How often it was let go of. */
    int releases;

    PollOperation(OperationPort port, int fd) {
        super(port);
        this.port = port;
        this.fd = fd;
    }

    final boolean cancelRequested() {
        return isCancelRequested();
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepPollAdd(fd, PollMask.POLLIN);
    }

    @Override
    protected void completed(int completionResult, int completionFlags) {
        port.end(this, completionResult, completionFlags);
    }

    @Override
    protected void withdrawn() {
        // Nothing was held for it.
    }

    @Override
    protected void released() {
        releases++;
    }

    @Override
    protected int operation() {
        return Opcode.POLL_ADD;
    }
}
