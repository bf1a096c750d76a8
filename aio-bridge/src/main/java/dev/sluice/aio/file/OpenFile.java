// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.disk.AdmittedFile;
import dev.sluice.aio.disk.Disk;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.Descriptor;
import dev.sluice.aio.operation.LastClose;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.ByteBuffer;

/** A file with operations under way, and what is known of it. */
public final class OpenFile extends Descriptor {
    private static final int SMALLEST_DIRECT_BLOCK_BYTES = 512;

    final FileOperations files;
    private final SeenStatus status = new SeenStatus();
    private final AdmittedFile admitted = new AdmittedFile();
    private final ByteBuffer statusMemory;
    private final long statusAddress;
    private boolean opening;
    private boolean nonBlocking;

    /** What stays when {@code O_NONBLOCK} goes. */
    private int keptStatusFlags;

    private boolean writable;
    private boolean statusKnown;
    private long statusNs;

    /** As the status has it, {@link LastClose} says. */
    private boolean closeMayWait;

    public OpenFile(FileOperations files) {
        super(files.io, "AsyncFile");
        this.files = files;
        statusMemory = io.statusMemory();
        statusAddress = io.statusAddress();
    }

    public long open(
            Root root, String path, int flags, int mode, long resolve, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        PathMemory.check(path);
        checkFree(opening ? "a file that is being opened" : null);
        root.use();
        declareBy(container, attachment);
        final OpenOperation open = files.opens.take();
        final long id = begin(open, container, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            root.endUse();
            return id;
        }
        statusKnown = false;
        admitted.reset((flags & OpenFlags.O_DIRECT) != 0);
        opening = true;
        nonBlocking = (flags & OpenFlags.O_NONBLOCK) != 0;
        keptStatusFlags = flags & (OpenFlags.O_APPEND | OpenFlags.O_DIRECT | OpenFlags.O_NOATIME);
        writable = OpenOperation.mayWrite(flags);
        open.chargeFromNow();
        open.set(root, path, flags, mode, resolve);
        open.submitWithDescriptors(1L);
        return id;
    }

    public long read(Block buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return FileTransfer.begin(this, false, false, buffer, position, charged, eventAttachment);
    }

    public long readFully(Block buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return FileTransfer.begin(this, false, true, buffer, position, charged, eventAttachment);
    }

    public long write(Block buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return FileTransfer.begin(this, true, false, buffer, position, charged, eventAttachment);
    }

    public long writeFully(Block buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return FileTransfer.begin(this, true, true, buffer, position, charged, eventAttachment);
    }

    public long read(Block[] buffers, int count, long position, ResourceContainer charged, Object eventAttachment) {
        return VectoredTransfer.begin(this, false, false, buffers, count, position, charged, eventAttachment);
    }

    public long readFully(
            Block[] buffers, int count, long position, ResourceContainer charged, Object eventAttachment) {
        return VectoredTransfer.begin(this, false, true, buffers, count, position, charged, eventAttachment);
    }

    /** Returns bytes read, or 0 if they are not to be had so. */
    public int tryRead(Block buffer, long position, ResourceContainer charged) {
        TransferChecks.check(this, "tryRead", buffer, position);
        buffer.checkFillable("tryRead");
        final int lengthBytes = Math.min(buffer.remainingBytes(), FileTransfer.MAX_TRANSFER_BYTES);
        final int result = io.admission().readNow(admitted, buffer.positionAddress(), lengthBytes, position);
        if (result <= 0) {
            return 0;
        }
        buffer.bytes().position(buffer.bytes().position() + result);
        Charging.chargeDisk(charged, result, 0L);
        return result;
    }

    public long write(Block[] buffers, int count, long position, ResourceContainer charged, Object eventAttachment) {
        return VectoredTransfer.begin(this, true, false, buffers, count, position, charged, eventAttachment);
    }

    public long writeFully(
            Block[] buffers, int count, long position, ResourceContainer charged, Object eventAttachment) {
        return VectoredTransfer.begin(this, true, true, buffers, count, position, charged, eventAttachment);
    }

    public long fsync(ResourceContainer charged, Object eventAttachment) {
        return FileCommand.begin(this, Opcode.FSYNC, FileCommand.WITH_METADATA, 0L, 0L, charged, eventAttachment);
    }

    public long fdatasync(ResourceContainer charged, Object eventAttachment) {
        return FileCommand.begin(this, Opcode.FSYNC, FileCommand.DATA_ONLY, 0L, 0L, charged, eventAttachment);
    }

    public long allocate(int mode, long position, long lengthBytes, ResourceContainer charged, Object eventAttachment) {
        if (position < 0L || lengthBytes <= 0L) {
            throw new IllegalArgumentException("allocate: position must not be negative, lengthBytes above 0: position="
                    + position + ", lengthBytes=" + lengthBytes);
        }
        return FileCommand.begin(this, Opcode.FALLOCATE, mode, position, lengthBytes, charged, eventAttachment);
    }

    public long truncate(long lengthBytes, ResourceContainer charged, Object eventAttachment) {
        if (lengthBytes < 0L) {
            throw new IllegalArgumentException("truncate: lengthBytes must not be negative: " + lengthBytes);
        }
        return FileCommand.begin(this, Opcode.FTRUNCATE, 0, 0L, lengthBytes, charged, eventAttachment);
    }

    public long advise(int advice, long position, int lengthBytes, ResourceContainer charged, Object eventAttachment) {
        if (position < 0L || lengthBytes < 0) {
            throw new IllegalArgumentException("advise: position and lengthBytes must not be negative: position="
                    + position + ", lengthBytes=" + lengthBytes);
        }
        return FileCommand.begin(this, Opcode.FADVISE, advice, position, lengthBytes, charged, eventAttachment);
    }

    public long copyRange(
            long position,
            OpenFile copy,
            long copyPosition,
            int lengthBytes,
            ResourceContainer charged,
            Object eventAttachment) {
        return RangeCopy.begin(this, position, copy, copyPosition, lengthBytes, charged, eventAttachment);
    }

    public long statx(ResourceContainer charged, Object eventAttachment) {
        return StatxOperation.begin(this, charged, eventAttachment);
    }

    public SeenStatus status() {
        final int fd = fd();
        if (!statusKnown) {
            io.port().checkUsable();
            lookNow(fd);
        }
        return status;
    }

    public long sizeBytes() {
        io.port().checkUsable();
        lookNow(fd());
        return status.sizeBytes();
    }

    private void lookNow(int fd) {
        final int result = Descriptors.statxNow(fd, statusAddress);
        if (result < 0) {
            throw new IllegalStateException(Errno.describe("statx", "descriptor " + fd, -result));
        }
        refreshStatus(statusMemory, 0);
    }

    public Disk disk() {
        prepareForTransfer();
        return admitted.disk();
    }

    @Override
    protected boolean isClosedAtOnce(int fd) {
        return io.pendingCloses() >= LastClose.MOST_PENDING && !writable && LastClose.hasName(io, fd);
    }

    @Override
    public boolean closeMayWait() {
        if (writable) {
            return true;
        }
        final boolean fresh = statusKnown && io.port().nowNs() - statusNs <= LastClose.FRESH_NS;
        return fresh ? closeMayWait : LastClose.mayWait(io, fdToClose());
    }

    void opened(int fd, OpenOperation open, boolean sparesAccessTime) {
        keptStatusFlags |= sparesAccessTime ? OpenFlags.O_NOATIME : 0;
        openedBy(open, fd);
    }

    void openEnded() {
        opening = false;
    }

    /**
     * A read was refused because it would wait: makes the descriptor wait, so that a worker can, and returns true; or
     * false if it does already. File systems that cannot read asynchronously refuse a descriptor opened {@code
     * O_NONBLOCK}, as a server opens what might be a FIFO.
     */
    public boolean makeBlocking() {
        final boolean was = nonBlocking;
        nonBlocking = false;
        return was && Descriptors.setStatusFlags(fdToClose(), keptStatusFlags) == 0;
    }

    /** A transfer that got as far as {@code position} has met the end of a file that is read and written in whole blocks. */
    public boolean endsDirect(long position) {
        return position % blockBytes() != 0L;
    }

    /** What the positions and lengths of its transfers are multiples of. */
    public int blockBytes() {
        return admitted.isDirect() ? Math.max(SMALLEST_DIRECT_BLOCK_BYTES, status.directOffsetAlignBytes()) : 1;
    }

    void refreshStatus(ByteBuffer statx, int offset) {
        status.set(statx, offset);
        statusKnown = true;
        statusNs = io.port().nowNs();
        closeMayWait = LastClose.mayWait(statx, offset);
        admitted.seen(fdToClose(), status.device(), status.inode(), status.sizeBytes(), status.blockBytes());
        if (!admitted.isLocated()) {
            admitted.locate(io.admission().lineOf(status.device(), status.mountId()));
        }
    }

    /** Makes sure that a transfer knows which window is its. */
    void prepareForTransfer() {
        io.port().checkUsable();
        fd();
        if (!admitted.isLocated()) {
            status();
        }
    }

    /** What {@link #status()} refreshes. */
    public SeenStatus seen() {
        return status;
    }

    /** For the blocks of one call: by the queue's thread alone, since there is one for all. */
    public Block[] scratch() {
        io.port().checkUsable();
        return io.scratch();
    }

    public AdmittedFile admitted() {
        return admitted;
    }
}
