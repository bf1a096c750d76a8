// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.file.FileTransfer;
import dev.sluice.aio.memory.Block;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;

/**
 * A read of a file that goes on as the send of its buffer, without an event in between, where that keeps nobody waiting:
 * the page cache had the data, and nothing more urgent is pending. Otherwise it ends with the read.
 */
public final class FileSend extends FileTransfer {
    private final SocketOperations sockets;
    private Connection socket;

    /** The file was read, all of what is to be sent. */
    private boolean fileRead;

    private boolean sending;
    private long address;
    private int totalBytes;
    private int sentBytes;

    FileSend(SocketOperations sockets, FileOperations files) {
        super(files);
        this.sockets = sockets;
    }

    void set(Connection newSocket, Block newBuffer, long newPosition) {
        set(false, false, newBuffer, newPosition);
        socket = newSocket;
        fileRead = false;
        sending = false;
        address = newBuffer.address();
        totalBytes = (int) (newBuffer.positionAddress() - address) + lengthBytes;
        sentBytes = 0;
    }

    /** Tells whether the file was read, and the socket has its turn. */
    public boolean isSending() {
        return sending;
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (sending) {
            SocketTransfer.prepareSend(sqe, socket, address + sentBytes, totalBytes - sentBytes);
        } else {
            super.prepare(sqe);
        }
    }

    @Override
    protected void transferEnded(int result, int flags) {
        if (result == lengthBytes && io.port().completedInline(this) && socket.isOpen() && !isCancelRequested()) {
            fileRead = true;
            io.submitSoon(this);
        } else {
            end(result, flags);
        }
    }

    @Override
    public void submit() {
        if (!fileRead) {
            super.submit();
            return;
        }
        if (!sending) {
            if (!socket.isOpen() || io.port().isMoreUrgentPending(this)) {
                end(lengthBytes, 0);
                return;
            }
            moveTo(socket);
            sending = true;
        }
        io.port().submit(this);
    }

    @Override
    protected void completed(int result, int flags) {
        if (!sending) {
            super.completed(result, flags);
            return;
        }
        if (result > 0) {
            sentBytes += result;
            Charging.chargeSocket(container(), result);
            if (sentBytes < totalBytes && isCancelRequested()) {
                end(-Errno.ECANCELED, flags); // that it was stopped is told, not how far it came
                return;
            } else if (sentBytes < totalBytes) {
                io.submitSoon(this);
                return;
            }
        }
        end(result < 0 ? result : sentBytes, flags);
    }

    @Override
    protected boolean isAwaitedByClose() {
        return sending;
    }

    @Override
    protected void ended(int result) {
        buffer.takeFromKernel(sending && result > 0 ? lengthBytes : result);
    }

    @Override
    protected int operation() {
        return sending ? Opcode.SEND : Opcode.READ;
    }

    @Override
    protected void released() {
        forget();
        socket = null;
        sockets.fileSends.giveBack(this);
    }
}
