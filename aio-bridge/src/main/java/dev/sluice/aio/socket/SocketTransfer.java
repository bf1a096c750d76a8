// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.Descriptor;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import java.nio.ByteBuffer;

/** A receive, a send that goes on until the last byte is sent, or one of what the socket takes at once. */
final class SocketTransfer extends QuietOperation {
    enum Way {
        RECEIVE,
        SEND,
        /** What the socket takes at once, and no more. */
        SEND_SOME,
        SEND_QUIETLY
    }

    private Way way = Way.RECEIVE;
    private Block buffer;
    private int transferred;

    SocketTransfer(SocketOperations sockets) {
        super(sockets);
    }

    void set(Way newWay, Block newBuffer) {
        newBuffer.lendToKernel();
        way = newWay;
        setQuiet(newWay == Way.SEND_QUIETLY);
        buffer = newBuffer;
        transferred = 0;
    }

    @Override
    protected void prepare(Sqe sqe) {
        final long address = buffer.positionAddress() + transferred;
        final int lengthBytes = buffer.remainingBytes() - transferred;
        switch (way) {
            case RECEIVE -> {
                sqe.prepRecv(target.fdToClose(), address, lengthBytes, 0);
                if (io.pollFirst()) {
                    // Nothing is there yet, as a rule: to try before waiting would be in vain.
                    sqe.ioprio(SocketFlags.RECVSEND_POLL_FIRST);
                }
            }
            case SEND_SOME ->
                sqe.prepSend(
                        target.fdToClose(), address, lengthBytes, SocketFlags.MSG_NOSIGNAL | SocketFlags.MSG_DONTWAIT);
            default -> prepareSend(sqe, target, address, lengthBytes);
        }
    }

    static void prepareSend(Sqe sqe, Descriptor socket, long address, int lengthBytes) {
        // WAITALL: the kernel goes on after a short send by itself, where it knows how.
        sqe.prepSend(socket.fdToClose(), address, lengthBytes, SocketFlags.MSG_NOSIGNAL | SocketFlags.MSG_WAITALL);
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            transferred += result;
            Charging.chargeSocket(container(), result);
            if (sendsAll() && transferred < buffer.remainingBytes()) {
                goOn(flags);
                return;
            }
        }
        endTransfer(result < 0 ? result : transferred, flags);
    }

    private boolean sendsAll() {
        return way == Way.SEND || way == Way.SEND_QUIETLY;
    }

    private void goOn(int flags) {
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags); // that it was stopped is told, not how far it came
        } else {
            io.submitSoon(this);
        }
    }

    @Override
    protected boolean isAwaitedByClose() {
        return way != Way.RECEIVE;
    }

    @Override
    protected void ended(int result) {
        buffer.takeFromKernel(transferred);
        quietEnded();
    }

    @Override
    protected int operation() {
        return way == Way.RECEIVE ? Opcode.RECV : Opcode.SEND;
    }

    @Override
    protected ByteBuffer buffer() {
        return buffer.view();
    }

    @Override
    protected void released() {
        super.released();
        if (ownsBuffers() && buffer.isLeased()) {
            buffer.release();
        }
        setQuiet(false);
        buffer = null;
        sockets.transfers.giveBack(this);
    }
}
