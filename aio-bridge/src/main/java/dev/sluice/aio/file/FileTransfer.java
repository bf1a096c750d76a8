// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.DiskOperation;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.RegisteredBuffers;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;

/** A read or write of a file at a position: once, or until all of it is transferred or the file ends. */
public class FileTransfer extends DiskOperation {
    /**
     * The most that one submission transfers: what the page cache has is copied on the loop thread, within the enter.
     */
    static final int MAX_TRANSFER_BYTES = 256 * 1024;

    /** More of the page cache is copied faster to memory that is not registered. */
    private static final int MAX_REGISTERED_COPY_BYTES = 64 * 1024;

    private static final int IOPRIO_CLASS_SHIFT = 13;
    private static final int IOPRIO_CLASS_BEST_EFFORT = 2;
    private static final int IOPRIO_CLASS_IDLE = 3;
    private static final int IOPRIO_LEVELS = 8;

    final FileOperations files;

    protected Block buffer;

    /** Of the last submission, and of all. */
    protected int lengthBytes;

    private int totalBytes;
    private boolean writing;
    private boolean fully;

    /** A file system has refused to read without waiting. */
    private boolean waits;

    private long position;

    /** By the last submission, and by those before it. */
    private int transferred;

    private int transferredBefore;

    protected FileTransfer(FileOperations files) {
        super(files.io);
        this.files = files;
    }

    protected static long begin(
            OpenFile file,
            boolean writing,
            boolean fully,
            Block buffer,
            long position,
            ResourceContainer charged,
            Object eventAttachment) {
        TransferChecks.check(file, writing ? "write" : "read", buffer, position);
        if (!writing) {
            buffer.checkFillable("read");
        }
        final FileTransfer transfer = file.files.transfers.take();
        final long id = file.begin(transfer, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            transfer.set(writing, fully, buffer, position);
            transfer.submit();
        }
        return id;
    }

    protected void set(boolean isWrite, boolean goesOn, Block newBuffer, long newPosition) {
        buffer = newBuffer;
        newBuffer.lendToKernel();
        set(isWrite, goesOn, newBuffer.remainingBytes(), newPosition);
    }

    final void set(boolean isWrite, boolean goesOn, int newTotalBytes, long newPosition) {
        writing = isWrite;
        fully = goesOn;
        waits = false;
        position = newPosition;
        totalBytes = newTotalBytes;
        lengthBytes = Math.min(newTotalBytes, MAX_TRANSFER_BYTES);
        transferred = 0;
        transferredBefore = 0;
    }

    /** Also after a short transfer: takes its turn once more. */
    @Override
    public void submit() {
        chargeFromNow();
        if (writing) {
            io.admission().write(this, file().admitted());
        } else {
            io.admission().read(this, file().admitted(), position, lengthBytes);
        }
    }

    private OpenFile file() {
        return (OpenFile) target;
    }

    @Override
    protected void prepare(Sqe sqe) {
        prepareTransfer(sqe, target.fdToClose(), transferredBefore);
        if (!writing && isByWorker()) {
            sqe.flags(SqeFlags.ASYNC);
        } else if (!writing && !file().admitted().isDirect() && !isToldCold()) {
            io.port().expectInline();
        }
        sqe.ioprio(ioprio(container().effectivePriority()));
    }

    /** Prepares the transfer of {@link #lengthBytes} behind so many that were transferred before. */
    void prepareTransfer(Sqe sqe, int fd, int transferredBytes) {
        final long address = buffer.positionAddress() + transferredBytes;
        final int index = buffer.registeredIndex();
        if (index != RegisteredBuffers.NONE
                && (file().admitted().isDirect() || lengthBytes <= MAX_REGISTERED_COPY_BYTES)) {
            if (writing) {
                sqe.prepWriteFixed(fd, address, lengthBytes, position, index);
            } else {
                sqe.prepReadFixed(fd, address, lengthBytes, position, index);
            }
        } else if (writing) {
            sqe.prepWrite(fd, address, lengthBytes, position);
        } else {
            sqe.prepRead(fd, address, lengthBytes, position);
        }
    }

    @Override
    protected boolean needsWorker() {
        return writing || waits || io.admission().readNeedsWorker(file().admitted(), position, lengthBytes);
    }

    /** The bands as I/O priorities: band 0 is the idle class, the others are levels of best effort. */
    static int ioprio(int band) {
        if (band == Priority.IDLE) {
            return IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT;
        }
        final int level = IOPRIO_LEVELS - 1 - band * IOPRIO_LEVELS / Priority.BANDS;
        return (IOPRIO_CLASS_BEST_EFFORT << IOPRIO_CLASS_SHIFT) | level;
    }

    @Override
    protected void completed(int result, int flags) {
        if (writing) {
            leaveWindow();
        } else {
            io.admission().readCompleted(this, file().admitted(), position, result);
        }
        if (result == -Errno.EAGAIN && !isCancelRequested() && file().makeBlocking()) {
            waits = true; // a file system that cannot read without waiting: a worker waits
            io.admission().awaitAgain(this, file().admitted(), writing);
            return;
        }
        transferred = Math.max(0, result);
        charge();
        transferEnded(result, flags);
    }

    /** The file has been read or written. Called while completions are drained. */
    protected void transferEnded(int result, int flags) {
        if (!fully) {
            end(result, flags);
            return;
        }
        final int total = transferredBefore + transferred;
        final int left = totalBytes - total;
        if (result > 0 && left > 0 && !isCancelRequested() && !file().endsDirect(position + result)) {
            transferredBefore = total;
            transferred = 0;
            position += result;
            lengthBytes = Math.min(left, MAX_TRANSFER_BYTES);
            io.submitSoon(this);
        } else if (result < 0) {
            end(result, flags);
        } else if (left > 0 && isCancelRequested()) {
            end(-Errno.ECANCELED, flags);
        } else {
            end(writing && left > 0 ? -Errno.EIO : total, flags);
        }
    }

    @Override
    protected void ended(int result) {
        takeBack(fully ? transferredBefore + transferred : result);
    }

    /** The kernel is done with the memory: what it transferred, or an errno. */
    void takeBack(int transferredBytes) {
        buffer.takeFromKernel(transferredBytes);
    }

    @Override
    protected int costBytes() {
        return lengthBytes;
    }

    @Override
    protected int transferredBytes() {
        return transferred;
    }

    @Override
    protected boolean continues() {
        return true;
    }

    @Override
    protected int operation() {
        return writing ? Opcode.WRITE : Opcode.READ;
    }

    @Override
    protected ByteBuffer buffer() {
        return buffer.view();
    }

    @Override
    protected void released() {
        forget();
        files.transfers.giveBack(this);
    }

    final boolean isWriting() {
        return writing;
    }

    /** In the file, of the next byte to be transferred. */
    final long position() {
        return position;
    }

    /** What all kinds of them do at their release. */
    protected final void forget() {
        super.released();
        buffer = null;
    }
}
