package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** An operation that the ring never sees: another thread brings what ends it, or its turn in a line does. An object is begun once. */
abstract class HeldOperation extends LineOperation {
    final AsyncIo io;
    private Object message;

    HeldOperation(AsyncIo io) {
        super(io.port());
        this.io = io;
    }

    final long begin(ResourceContainer container, Object attachment) {
        return io.port().begin(this, container, attachment);
    }

    /** On the queue's thread, while under way: what {@link Arrivals#post} was called for. */
    void arrived() {
        throw new IllegalStateException("nothing was posted for it: " + describe());
    }

    final void end(int result, Object newMessage) {
        message = newMessage;
        io.port().finish(this, result, 0);
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
