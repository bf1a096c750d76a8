// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** An operation that the ring never sees: another thread brings what ends it, or its turn in a line does. An object is begun once. */
public abstract class HeldOperation extends LineOperation {
    protected final OperationPort port;
    private Object message;

    protected HeldOperation(OperationPort port) {
        super(port);
        this.port = port;
    }

    public final long begin(ResourceContainer container, Object attachment) {
        return port.begin(this, container, attachment);
    }

    public final void end(int result, Object newMessage) {
        message = newMessage;
        port.finish(this, result, 0);
    }

    @Override
    protected final Object message() {
        return message;
    }

    @Override
    protected void prepare(Sqe sqe) {
        throw new IllegalStateException("not for the ring: " + describe());
    }

    @Override
    protected void completed(int result, int flags) {
        throw new IllegalStateException("not for the ring: " + describe());
    }

    @Override
    protected void withdrawn() {}

    @Override
    protected int operation() {
        return Opcode.NOP;
    }

    @Override
    protected void released() {
        message = null;
    }
}
