// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Inotify;

/** A watch under way: an operation that the ring never sees and that goes on until the watch ends. */
public class WatchOperation extends DescriptorOperation {
    protected final Watches watches;

    /** Reported at most once at a time: however much was lost, the answer is to look anew. */
    private final ChangeSignal lost;

    int mask;

    /** What the kernel knows it by. */
    int watch;

    /** The next watch of the same file. */
    WatchOperation alsoWatching;

    private int pending;

    protected WatchOperation(Watches watches) {
        super(watches.io());
        this.watches = watches;
        lost = new ChangeSignal(watches);
    }

    public long begin(int fd, int newMask, ResourceContainer container, Object attachment) {
        watches.fd();
        if ((newMask & Inotify.IN_ALL_EVENTS) == 0 || (newMask & ~Inotify.IN_ALL_EVENTS) != 0) {
            throw new IllegalArgumentException(
                    "mask must combine bits of IN_ALL_EVENTS (0xfff): mask=0x" + Integer.toHexString(newMask));
        }
        final long id = watches.begin(this, container, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            return id;
        }
        mask = newMask;
        final int result = watches.add(this, fd);
        if (result < 0) {
            end(result, 0);
        }
        return id;
    }

    public boolean cancel() {
        io.port().checkUsable();
        return io.port().cancel(this);
    }

    public int pending() {
        return pending;
    }

    protected void changed(Change change) {
        signal(watches.takeSignal(), change);
    }

    protected void changesLost() {
        if (!lost.isPending()) {
            signal(lost, watches.lost());
        }
    }

    private void signal(ChangeSignal signal, Change change) {
        pending++;
        signal.set(this, change);
        io.port().signal(signal, this);
    }

    void changeHandled() {
        pending--;
    }

    boolean owns(ChangeSignal signal) {
        return signal == lost;
    }

    @Override
    protected void withdrawn() {
        watches.remove(this);
        super.withdrawn();
    }

    @Override
    protected void prepare(Sqe sqe) {
        throw new IllegalStateException("a watch is no request to the ring");
    }

    @Override
    protected void completed(int result, int flags) {
        throw new IllegalStateException("a watch is no request to the ring");
    }

    @Override
    protected int operation() {
        return Opcode.NOP;
    }

    @Override
    protected String describe() {
        return "watch " + watch + (isUnderWay() ? "" : " that has ended");
    }
}
