// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.operation.DiskOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.CopyRange;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A copy of a range of a file into another, in chunks: each takes its turn among the writes of the disk and is one system call of a thread.
 * It has descriptors of its own, since a thread cannot be stopped that is about to use them: who is left alone closes them.
 */
final class RangeCopy extends DiskOperation implements Runnable {
    /** As long as a thread is at it nothing ends the copy: at 100 MB/s for 10 ms. */
    static final int CHUNK_BYTES = 1 << 20;

    private static final int NONE = -1;
    private static final long DESCRIPTORS = 2L;

    /** What a thread does: as {@link CopyRange#copy}. */
    @FunctionalInterface
    interface Chunks {
        int copy(int sourceFd, long sourceOffset, int copyFd, long copyOffset, int lengthBytes);
    }

    /** Who has the descriptors. */
    private enum Having {
        QUEUE,
        THREAD,
        /** A thread, which nobody waits for any more. */
        THREAD_ALONE,
        NOBODY
    }

    private final FileOperations files;
    private final AtomicReference<Having> having = new AtomicReference<>(Having.NOBODY);
    private int source = NONE;
    private int copy = NONE;
    private long position;
    private long copyPosition;
    private int leftBytes;
    private int copiedBytes;

    /** Given to a thread, and not brought back. */
    private boolean elsewhere;

    /** Written by that thread, read when it has posted this. */
    private int chunkResult;

    private RangeCopy(FileOperations files) {
        super(files.io);
        this.files = files;
    }

    static long begin(
            OpenFile source,
            long position,
            OpenFile copy,
            long copyPosition,
            int lengthBytes,
            ResourceContainer charged,
            Object eventAttachment) {
        copy.prepareForTransfer();
        final int fd = source.fd();
        if (source.context() != copy.context()) {
            throw new IllegalArgumentException("copyRange: the copy is another queue's");
        }
        if (position < 0L || copyPosition < 0L || lengthBytes <= 0) {
            throw new IllegalArgumentException(
                    "copyRange: positions must not be negative, lengthBytes above 0: position=" + position
                            + ", copyPosition=" + copyPosition + ", lengthBytes=" + lengthBytes);
        }
        final RangeCopy range = new RangeCopy(copy.files);
        final long id = copy.begin(range, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            range.position = position;
            range.copyPosition = copyPosition;
            range.leftBytes = lengthBytes;
            range.submit(fd);
        }
        return id;
    }

    private void submit(int fd) {
        source = Descriptors.duplicate(fd);
        copy = source < 0 ? source : Descriptors.duplicate(target.fdToClose());
        if (copy < 0) {
            if (source >= 0) {
                Descriptors.tryClose(source); // it is the file's own that is the last
            }
            end(copy, 0);
            return;
        }
        having.set(Having.QUEUE);
        io.descriptors().took(DESCRIPTORS, container());
        submit();
    }

    /** The next chunk. */
    @Override
    public void submit() {
        chargeFromNow();
        io.admission().write(this, ((OpenFile) target).admitted());
    }

    @Override
    protected boolean needsWorker() {
        return true;
    }

    @Override
    protected void carryOut(OperationPort port) {
        elsewhere = true;
        having.set(Having.THREAD);
        try {
            files.copyThreads.run(this);
        } catch (OutOfMemoryError e) { // at the limit of threads
            having.set(Having.QUEUE);
            chunkResult = -Errno.ENOWORKER;
            io.arrivals().post(this);
        }
    }

    /**
     * By a thread. Always comes back: the owner waits for it, and the descriptors are to be closed. What nobody has foreseen goes on to the
     * thread's handler of exceptions.
     */
    @Override
    public void run() {
        int result = -Errno.ENOMEM;
        try {
            result = files.chunks.copy(source, position, copy, copyPosition, Math.min(leftBytes, CHUNK_BYTES));
        } catch (UncheckedIOException | OutOfMemoryError e) {
            result = -Errno.ENOMEM; // there was no memory for what the call needs beside it: that is its result
        } finally {
            comeBack(result);
        }
    }

    private void comeBack(int result) {
        chunkResult = result;
        final boolean last = result <= 0 || result == leftBytes;
        final Having next = last ? Having.NOBODY : Having.QUEUE;
        if (!having.compareAndSet(Having.THREAD, next) || last) {
            Descriptors.tryClose(source);
            Descriptors.tryClose(copy);
        }
        io.arrivals().post(this);
    }

    @Override
    protected boolean isElsewhere() {
        return elsewhere;
    }

    @Override
    public void arrived() {
        elsewhere = false;
        leaveWindow();
        charge();
        if (chunkResult > 0) {
            copiedBytes += chunkResult;
            leftBytes -= chunkResult;
            position += chunkResult;
            copyPosition += chunkResult;
        }
        if (chunkResult <= 0 || leftBytes == 0) {
            end(copiedBytes > 0 ? copiedBytes : chunkResult, 0);
        } else if (isCancelRequested()) {
            end(-Errno.ECANCELED, 0);
        } else {
            io.submitSoon(this);
        }
    }

    /** Before its turn; or the queue is being closed. */
    @Override
    protected void withdrawn() {
        if (elsewhere) {
            leaveWindow();
        }
        super.withdrawn();
    }

    @Override
    protected void ended(int result) {
        if (copy < 0) {
            return;
        }
        if (!having.compareAndSet(Having.THREAD, Having.THREAD_ALONE)
                && having.compareAndSet(Having.QUEUE, Having.NOBODY)) {
            closeUnwanted(source, true);
            closeUnwanted(copy, true);
        }
        io.descriptors().gaveBack(DESCRIPTORS, container());
    }

    @Override
    protected int costBytes() {
        return Math.min(leftBytes, CHUNK_BYTES);
    }

    @Override
    protected int transferredBytes() {
        return Math.max(0, chunkResult);
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
    protected int operation() {
        return Opcode.NOP;
    }

    @Override
    protected String describe() {
        return "copy of a range, " + leftBytes + " bytes left" + (elsewhere ? ", that a thread is at" : "");
    }
}
