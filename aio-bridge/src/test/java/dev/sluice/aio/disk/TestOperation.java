// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.Errno;

/** An operation that takes its turn and does nothing else. */
abstract class TestOperation extends AdmittedOperation {
    private final OperationPort port;

    TestOperation(OperationPort port) {
        super(port);
        this.port = port;
    }

    final long fairness() {
        return virtualTime();
    }

    final long number() {
        return arrival();
    }

    @Override
    protected void completed(int result, int flags) {
        port.end(this, result, flags);
    }

    @Override
    protected void withdrawn() {
        withdrawFromWindow();
    }

    @Override
    public void endUnsubmitted() {
        port.end(this, -Errno.EINVAL, 0);
    }

    @Override
    protected void released() {}
}
