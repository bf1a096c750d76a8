package dev.sluice.aio;

import dev.sluice.events.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.Statx;

/** statx of an open file, by a kernel worker. */
final class StatxOperation extends DiskOperation {
    /** The empty path, and behind it the answer. */
    private static final int STATX_OFFSET = 64;

    private static final int MEMORY_BYTES = STATX_OFFSET + Statx.SIZE_BYTES;

    private final StructMemory memory;

    StatxOperation(AsyncIo io) {
        super(io);
        memory = new StructMemory(io.arena(), MEMORY_BYTES); // zeroes: the path is empty
    }

    static long begin(AsyncFile file) {
        final AsyncIo io = file.io;
        io.port().checkUsable();
        file.fd();
        final StatxOperation statx = io.statxes().take();
        final long id = file.begin(statx, file.container(), file.attachment());
        if (id == OperationPort.BACK_PRESSURED) {
            io.statxes().giveBack(statx);
            return id;
        }
        statx.markBegun();
        io.admission().workers().hold(statx);
        io.admission().workers().admit();
        return id;
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepStatx(
                target.fdToClose(),
                memory.address(),
                Statx.AT_EMPTY_PATH,
                Statx.STATX_BASIC_STATS | Statx.STATX_DIOALIGN,
                memory.address() + STATX_OFFSET);
    }

    @Override
    protected void completed(int result, int flags) {
        window.left(this);
        if (result == 0) {
            ((AsyncFile) target).refreshStatus(memory.bytes(), STATX_OFFSET);
        }
        charge();
        end(result, flags);
    }

    @Override
    void finish(int result) {}

    @Override
    protected int operation() {
        return Opcode.STATX;
    }

    @Override
    protected void released() {
        target = null;
        io.statxes().giveBack(this);
    }
}
