// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.disk.AdmittedFile;
import dev.sluice.aio.operation.DiskOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;

/** What is asked of an open file as a whole or of a range of it, without a buffer: carried out by a kernel worker. */
final class FileCommand extends DiskOperation {
    /** Arguments of {@code FSYNC}. */
    static final int WITH_METADATA = 0;

    static final int DATA_ONLY = 1;

    private static final long NONE = 0L;

    private final FileOperations files;

    private int opcode;

    /** Where it waits or works, while it frees or takes room there; else {@link #NONE}. */
    private long cut = NONE;

    private int argument;
    private long position;
    private long lengthBytes;

    FileCommand(FileOperations files) {
        super(files.io);
        this.files = files;
    }

    static long begin(
            OpenFile file,
            int opcode,
            int argument,
            long position,
            long lengthBytes,
            ResourceContainer charged,
            Object eventAttachment) {
        file.prepareForTransfer();
        final FileCommand command = file.files.commands.take();
        final long id = file.begin(command, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            command.set(opcode, argument, position, lengthBytes);
            command.submitIfSupported(0L);
        }
        return id;
    }

    private void set(int newOpcode, int newArgument, long newPosition, long newLengthBytes) {
        opcode = newOpcode;
        argument = newArgument;
        position = newPosition;
        lengthBytes = newLengthBytes;
    }

    @Override
    public void submit() {
        chargeFromNow();
        if (opcode == Opcode.FTRUNCATE || opcode == Opcode.FALLOCATE) {
            cut = io.admission().cutBegins(file());
        }
        io.admission().write(this, file());
    }

    private AdmittedFile file() {
        return ((OpenFile) target).admitted();
    }

    @Override
    protected boolean needsWorker() {
        return true;
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int fd = target.fdToClose();
        switch (opcode) {
            case Opcode.FSYNC -> {
                if (argument == DATA_ONLY) {
                    sqe.prepFdatasync(fd);
                } else {
                    sqe.prepFsync(fd);
                }
            }
            case Opcode.FALLOCATE -> sqe.prepFallocate(fd, argument, position, lengthBytes);
            case Opcode.FTRUNCATE -> sqe.prepFtruncate(fd, lengthBytes);
            case Opcode.FADVISE -> sqe.prepFadvise(fd, position, (int) lengthBytes, argument);
            default -> throw new IllegalStateException("no command of a file: " + Opcode.name(opcode));
        }
    }

    @Override
    protected void completed(int result, int flags) {
        leaveWindow();
        charge();
        end(result, flags);
    }

    @Override
    protected void ended(int result) {
        if (cut != NONE) {
            io.admission().cutEnded(cut);
            cut = NONE;
        }
    }

    @Override
    protected int operation() {
        return opcode;
    }

    @Override
    protected void released() {
        super.released();
        files.commands.giveBack(this);
    }
}
