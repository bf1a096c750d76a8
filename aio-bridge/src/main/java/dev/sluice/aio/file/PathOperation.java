// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.LookupOperation;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.OpenHow;

/**
 * An operation on one or two names below a root, in steps: openat2 of each directory, from the kernel's caches if they have
 * it, else by a worker; then the operation itself, by a worker. For the status the whole path is opened, and what the kernel
 * then has in memory is read.
 */
final class PathOperation extends LookupOperation {
    /** A directory block and an inode, more or less. */
    private static final int COST_BYTES = 2 * BLOCK_BYTES;

    private static final long OPEN_FLAGS = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC;

    private final ConfinedPath first = new ConfinedPath();
    private final ConfinedPath second = new ConfinedPath();

    private int opcode;
    private int argument;
    private Root root;

    /** {@code open_how}, and the paths behind it. */
    private final StructMemory memory;

    private SeenStatus status;

    /** Where in {@link #memory} the text of a symbolic link is. */
    private int textOffset;

    /** Whose directory is being opened; null for the operation itself. */
    private ConfinedPath opening;

    private final OperationPool<PathOperation> home;

    PathOperation(IoContext io, OperationPool<PathOperation> home) {
        super(io);
        this.home = home;
        memory = new StructMemory(io.arena(), PathMemory.USUAL_BYTES);
    }

    /** A use of the root. */
    void takeOver(Root newRoot) {
        root = newRoot;
    }

    /** As {@link #submit(int, int, String, String)}, for the status; {@code openFlags} are added. */
    void submitStatx(int openFlags, SeenStatus newStatus, String path) {
        status = newStatus;
        submit(Opcode.STATX, openFlags, path, "");
    }

    /** Submits the first step, or ends; {@code other} is a second path, or the text of a symbolic link, or empty. */
    void submit(int newOpcode, int newArgument, String path, String other) {
        opcode = newOpcode;
        argument = newArgument;
        chargeFromNow();
        memory.makeRoomFor(OpenHow.SIZE_BYTES + PathMemory.bytesFor(path) + PathMemory.bytesFor(other));
        final int pathEnd = PathMemory.put(memory.bytes(), OpenHow.SIZE_BYTES, path);
        final int otherStart = pathEnd + 1;
        final int otherEnd = PathMemory.put(memory.bytes(), otherStart, other);
        int refusal = 0;
        if (opcode == Opcode.STATX) {
            first.whole(memory, OpenHow.SIZE_BYTES, pathEnd);
        } else {
            refusal = first.split(memory, OpenHow.SIZE_BYTES, pathEnd);
        }
        if (opcode == Opcode.SYMLINKAT) {
            textOffset = otherStart;
        } else if (!other.isEmpty() && refusal == 0) {
            refusal = second.split(memory, otherStart, otherEnd);
        }
        if (refusal != 0) {
            end(refusal, 0);
        } else {
            final long directories = (first.needsDirectory() ? 1L : 0L) + (second.needsDirectory() ? 1L : 0L);
            submitIfSupported(io.descriptors().atMost(directories));
        }
    }

    /** The next step. */
    @Override
    public void submit() {
        opening = first.needsDirectory() ? first : second.needsDirectory() ? second : null;
        if (opening != null) {
            lookUp(true);
        } else {
            submitByWorker();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (opening != null) {
            final long resolve = resolve(ResolveFlags.RESOLVE_BENEATH);
            final int kind = opcode == Opcode.STATX ? argument : OpenFlags.O_DIRECTORY;
            OpenHow.write(memory.bytes(), 0, OPEN_FLAGS | kind, 0L, resolve);
            sqe.prepOpenat2(root.fd(), opening.directoryAddress(), memory.address());
            return;
        }
        final int firstFd = first.directoryFd(root);
        final int secondFd = second.directoryFd(root);
        switch (opcode) {
            case Opcode.RENAMEAT ->
                sqe.prepRenameat(firstFd, first.nameAddress(), secondFd, second.nameAddress(), argument);
            case Opcode.LINKAT ->
                sqe.prepLinkat(firstFd, first.nameAddress(), secondFd, second.nameAddress(), argument);
            case Opcode.SYMLINKAT -> sqe.prepSymlinkat(memory.address() + textOffset, firstFd, first.nameAddress());
            case Opcode.UNLINKAT -> sqe.prepUnlinkat(firstFd, first.nameAddress(), argument);
            case Opcode.MKDIRAT -> sqe.prepMkdirat(firstFd, first.nameAddress(), argument);
            default -> throw new IllegalStateException("no operation on names: " + Opcode.name(opcode));
        }
    }

    @Override
    protected void completed(int result, int flags) {
        leaveWindow();
        if (opening != null && result >= 0) {
            opening.directoryOpened(result);
            if (!isCancelRequested() && opcode != Opcode.STATX) {
                io.submitSoon(this);
                return;
            }
        } else if (opening != null && isAskedAgain(result)) {
            return;
        }
        charge();
        if (opening == null || result < 0) {
            end(result, flags);
        } else {
            end(isCancelRequested() ? -Errno.ECANCELED : readStatus(result), flags);
        }
    }

    @Override
    protected void completedLate(int lateResult) {
        if (opening != null && lateResult >= 0) {
            opening.directoryOpened(lateResult);
        }
        first.closeNow();
        second.closeNow();
        root.endUse();
    }

    /** Never waits: an open file's inode is in memory. */
    private int readStatus(int fd) {
        final int result = Descriptors.statxNow(fd, io.statusAddress());
        if (result == 0) {
            status.set(io.statusMemory(), 0);
        }
        return result;
    }

    @Override
    protected void ended(int result) {
        first.clear(this);
        second.clear(this);
        opening = null;
        status = null;
        root.endUse();
        root = null;
    }

    @Override
    protected int costBytes() {
        return COST_BYTES;
    }

    @Override
    protected int operation() {
        return opcode;
    }

    @Override
    protected void released() {
        super.released();
        home.giveBack(this);
    }
}
