// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.DiskOperation;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.memory.Statx;

/** statx of an open file, by a kernel worker. */
final class StatxOperation extends DiskOperation {
    /** The empty path, and behind it the answer. */
    private static final int STATX_OFFSET = 64;

    private static final int MEMORY_BYTES = STATX_OFFSET + Statx.SIZE_BYTES;

    private final FileOperations files;
    private final StructMemory memory;

    StatxOperation(FileOperations files) {
        super(files.io);
        this.files = files;
        memory = new StructMemory(io.arena(), MEMORY_BYTES); // zeroes: the path is empty
    }

    static long begin(OpenFile file, ResourceContainer charged, Object eventAttachment) {
        final IoContext io = file.files.io;
        io.port().checkUsable();
        file.fd();
        final StatxOperation statx = file.files.statxes.take();
        final long id = file.begin(statx, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            statx.submit();
        }
        return id;
    }

    @Override
    public void submit() {
        chargeFromNow();
        submitByWorker();
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
        leaveWindow();
        if (result == 0) {
            ((OpenFile) target).refreshStatus(memory.bytes(), STATX_OFFSET);
        }
        charge();
        end(result, flags);
    }

    @Override
    protected boolean continues() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.STATX;
    }

    @Override
    protected void released() {
        super.released();
        files.statxes.giveBack(this);
    }
}
