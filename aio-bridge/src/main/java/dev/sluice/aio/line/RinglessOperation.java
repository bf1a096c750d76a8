// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** An operation that is never submitted: it waits for its turn in a line or for another thread, and then ends. An object is begun once. */
public abstract class RinglessOperation extends LineOperation {
    protected final OperationPort port;
    private Object message;

    protected RinglessOperation(OperationPort port) {
        super(port);
        this.port = port;
    }

    public long begin(ResourceContainer container, Object attachment) {
        return port.begin(this, container, attachment);
    }

    public final void end(int result, Object newMessage) {
        message = newMessage;
        port.end(this, result, 0);
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
