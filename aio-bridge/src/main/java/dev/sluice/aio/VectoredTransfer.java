package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Errno;
import dev.sluice.uring.IoVector;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A read into, or a write from, several buffers at once, one after the other. */
final class VectoredTransfer extends FileTransfer {
    /** The kernel's IOV_MAX. */
    static final int MAX_BUFFERS = 1024;

    private static final int USUAL_BUFFERS = 8;

    private IoBuffer[] buffers = new IoBuffer[USUAL_BUFFERS];
    private int count;

    /** Where the kernel reads what the buffers are, from submission to completion. */
    private final StructMemory iovecs;

    VectoredTransfer(AsyncIo io) {
        super(io);
        iovecs = new StructMemory(io.arena(), USUAL_BUFFERS * IoVector.SIZE_BYTES);
    }

    static long begin(
            AsyncFile file,
            boolean writing,
            boolean fully,
            IoBuffer[] buffers,
            long position,
            ResourceContainer charged,
            Object eventAttachment) {
        final int totalBytes = TransferChecks.check(file, writing ? "write" : "read", buffers, position);
        for (final IoBuffer buffer : buffers) {
            if (!writing) {
                buffer.checkFillable("read");
            }
        }
        final VectoredTransfer transfer = file.io.vectoredTransfers().take();
        final long id = file.begin(transfer, charged, eventAttachment);
        if (id == OperationPort.BACK_PRESSURED) {
            file.io.vectoredTransfers().giveBack(transfer);
            return id;
        }
        transfer.markBegun();
        transfer.set(buffers);
        transfer.set(writing, fully, totalBytes, position);
        if (file.io.port().features().supports(transfer.operation())) {
            transfer.start();
        } else {
            transfer.end(-Errno.EOPNOTSUPP, 0);
        }
        return id;
    }

    private void set(IoBuffer[] newBuffers) {
        count = newBuffers.length;
        if (buffers.length < count) {
            buffers = new IoBuffer[count];
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
        io.vectoredTransfers().giveBack(this);
    }
}
