// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.StructMemory;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.IoVector;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A read into, or a write from, several buffers at once, one after the other. */
final class VectoredTransfer extends FileTransfer {
    private static final int USUAL_BUFFERS = 8;

    private Block[] buffers = new Block[USUAL_BUFFERS];
    private int count;

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
        if (id == OperationPort.BACK_PRESSURED) {
            file.files.vectored.giveBack(transfer);
            return id;
        }
        transfer.markBegun();
        transfer.set(buffers, count);
        transfer.set(writing, fully, totalBytes, position);
        if (file.files.io.port().features().supports(transfer.operation())) {
            transfer.start();
        } else {
            transfer.end(-Errno.EOPNOTSUPP, 0);
        }
        return id;
    }

    private void set(Block[] newBuffers, int newCount) {
        count = newCount;
        if (buffers.length < count) {
            buffers = new Block[count];
        }
        System.arraycopy(newBuffers, 0, buffers, 0, count);
        for (int i = 0; i < count; i++) {
            buffers[i].lendToKernel();
        }
        iovecs.makeRoomFor(count * IoVector.SIZE_BYTES);
    }

    @Override
    void prepareTransfer(Sqe sqe, int fd, int transferredBytes) {
        int skippedBytes = transferredBytes;
        int leftBytes = lengthBytes;
        int used = 0;
        for (int i = 0; leftBytes > 0; i++) {
            final int remaining = buffers[i].remainingBytes();
            final int partBytes = Math.min(remaining - skippedBytes, leftBytes);
            if (partBytes > 0) {
                final long address = buffers[i].positionAddress() + skippedBytes;
                IoVector.write(iovecs.bytes(), used++ * IoVector.SIZE_BYTES, address, partBytes);
                leftBytes -= partBytes;
            }
            skippedBytes = Math.max(0, skippedBytes - remaining);
        }
        if (isWriting()) {
            sqe.prepWritev(fd, iovecs.address(), used, position());
        } else {
            sqe.prepReadv(fd, iovecs.address(), used, position());
        }
    }

    @Override
    void takeBack(int transferredBytes) {
        int leftBytes = transferredBytes;
        for (int i = 0; i < count; i++) {
            final int partBytes = Math.min(Math.max(0, leftBytes), buffers[i].remainingBytes());
            buffers[i].takeFromKernel(partBytes);
            leftBytes -= partBytes;
        }
        Arrays.fill(buffers, 0, count, null);
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
