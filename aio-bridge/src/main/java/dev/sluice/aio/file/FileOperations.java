// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.uring.call.CopyRange;

/** The operations of files that were released, for their next use. */
public final class FileOperations {
    final IoContext io;
    final OperationPool<OpenOperation> opens;
    final OperationPool<FileTransfer> transfers;
    final OperationPool<VectoredTransfer> vectored;
    final OperationPool<FileCommand> commands;
    final OperationPool<StatxOperation> statxes;
    final CopyThreads copyThreads = new CopyThreads();
    RangeCopy.Chunks chunks = CopyRange::copy;

    public FileOperations(IoContext io) {
        this.io = io;
        opens = new OperationPool<>(() -> new OpenOperation(this));
        transfers = new OperationPool<>(() -> new FileTransfer(this));
        vectored = new OperationPool<>(() -> new VectoredTransfer(this));
        commands = new OperationPool<>(() -> new FileCommand(this));
        statxes = new OperationPool<>(() -> new StatxOperation(this));
    }
}
