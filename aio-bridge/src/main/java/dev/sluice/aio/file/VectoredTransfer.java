// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.LentBlocks;
import dev.sluice.aio.memory.StructMemory;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.memory.IoVector;
import java.nio.ByteBuffer;

/** A read into, or a write from, several buffers at once, one after the other. */
final class VectoredTransfer extends FileTransfer {
    private static final int USUAL_BUFFERS = 8;

    private final LentBlocks buffers = new LentBlocks(USUAL_BUFFERS);

    /** Where the kernel reads what the buffers are, from submission to completion. */
    private final StructMemory iovecs;

    VectoredTransfer(FileOperations files) {
        super(files);
        iovecs = new StructMemory(files.io.arena(), USUAL_BUFFERS * IoVector.SIZE_BYTES);
    }

    static long begin(
            OpenFile file,
            boolean writing,
            boolean fully,
            Block[] buffers,
            int count,
            long position,
            ResourceContainer charged,
            Object eventAttachment) {
        final int totalBytes = TransferChecks.check(file, writing ? "write" : "read", buffers, count, position);
        for (int i = 0; i < count && !writing; i++) {
            buffers[i].checkFillable("read");
        }
        final VectoredTransfer transfer = file.files.vectored.take();
        final long id = file.begin(transfer, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            transfer.set(buffers, count);
            transfer.set(writing, fully, totalBytes, position);
            transfer.submitIfSupported(0L);
        }
        return id;
    }

    private void set(Block[] newBuffers, int count) {
        buffers.lend(newBuffers, count);
        iovecs.makeRoomFor(count * IoVector.SIZE_BYTES);
    }

    @Override
    void prepareTransfer(Sqe sqe, int fd, int transferredBytes) {
        final int used = buffers.writeVectors(iovecs.bytes(), 0, transferredBytes, lengthBytes);
        if (isWriting()) {
            sqe.prepWritev(fd, iovecs.address(), used, position());
        } else {
            sqe.prepReadv(fd, iovecs.address(), used, position());
        }
    }

    @Override
    void takeBack(int transferredBytes) {
        buffers.takeBack(transferredBytes);
    }

    @Override
    protected int operation() {
        return isWriting() ? Opcode.WRITEV : Opcode.READV;
    }

    /** They are several: none. */
    @Override
    protected ByteBuffer buffer() {
        return null;
    }

    @Override
    protected void released() {
        forget();
        files.vectored.giveBack(this);
    }
}
