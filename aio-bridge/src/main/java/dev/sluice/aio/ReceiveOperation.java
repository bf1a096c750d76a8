package dev.sluice.aio;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.PollMask;
import dev.sluice.uring.SocketFlags;
import dev.sluice.uring.Sockets;
import dev.sluice.uring.Sqe;

/**
 * Receives into one block of {@link ReceiveBuffers} after the other, each an event, until the stream ends, it fails or is
 * cancelled. Where the kernel does not pick the blocks, it polls, takes a block when there are bytes, receives once, and so on.
 */
final class ReceiveOperation extends DescriptorOperation {
    static final long NO_PLACE = 0L;
    static final int NOT_WAITING = -1;

    /** Its place in the line of {@link WaitingReceives}, kept until it has received something. */
    long arrival = NO_PLACE;

    int waitingBand = NOT_WAITING;
    ReceiveOperation nextWaiting;
    ReceiveOperation previousWaiting;

    private ReceiveBuffers buffers;

    /** No bytes are awaited yet: to try before waiting would be in vain, as a rule. */
    private boolean fresh;

    /**
     * Not for Unix sockets: a multishot receive loses the end of the stream if it came together with the last bytes (seen on
     * 6.18; liburing issue 1549). They are started again after each block.
     */
    private boolean multishot;

    /** Others wait for a block too: it takes one and stands in line again. */
    private boolean single;

    /** Where the kernel does not pick: what is received into, null while polling. */
    private IoBuffer block;

    ReceiveOperation(AsyncIo io) {
        super(io);
    }

    void start(ReceiveBuffers newBuffers) {
        buffers = newBuffers;
        multishot = newBuffers.kernelPicks() && Sockets.isInternet(target.fdToClose());
        fresh = true;
        single = false;
        arrival = NO_PLACE;
        io.port().submit(this);
    }

    /** Its turn for a block has come. */
    void goOn() {
        single = buffers.waitingCount() > 0;
        if (!buffers.kernelPicks()) {
            block = buffers.take(container());
        }
        io.port().submit(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int fd = target.fdToClose();
        if (buffers.kernelPicks()) {
            final int first = fresh && io.pollFirst() ? SocketFlags.RECVSEND_POLL_FIRST : 0;
            final int then = multishot && !single ? SocketFlags.RECV_MULTISHOT : 0;
            sqe.prepRecvMultishot(fd, buffers.group(), 0).ioprio(first | then);
        } else if (block == null) {
            sqe.prepPollAdd(fd, PollMask.POLLIN);
        } else {
            sqe.prepRecv(fd, block.address(), block.capacityBytes(), SocketFlags.MSG_DONTWAIT);
        }
        fresh = false;
    }

    @Override
    protected void completed(int result, int flags) {
        if (!buffers.kernelPicks()) {
            completedStep(result);
            return;
        }
        if ((flags & CqeFlags.F_BUFFER) != 0) {
            received(buffers.picked(flags, container()), result);
        }
        if ((flags & CqeFlags.F_MORE) == 0) {
            goOnOrEnd(result, result == -Errno.ENOBUFS);
        }
    }

    private void completedStep(int result) {
        if (block == null) {
            goOnOrEnd(result, result > 0);
            return;
        }
        final IoBuffer filled = block;
        block = null;
        received(filled, result);
        if (result == -Errno.EAGAIN && !isCancelRequested()) {
            io.submitSoon(this); // polls again
        } else {
            goOnOrEnd(result == -Errno.EAGAIN ? -Errno.ECANCELED : result, false);
        }
    }

    private void goOnOrEnd(int result, boolean wantsBlock) {
        if (isCancelRequested()) {
            end(result > 0 || wantsBlock ? -Errno.ECANCELED : result, 0);
        } else if (wantsBlock || (result > 0 && buffers.waitingCount() > 0)) {
            buffers.await(this);
        } else if (result > 0) {
            single = false;
            io.submitSoon(this);
        } else {
            end(result, 0);
        }
    }

    private void received(IoBuffer filled, int lengthBytes) {
        if (lengthBytes <= 0 || !target.isOpen()) {
            filled.release(); // nothing is in it, or nobody waits for it any more
            return;
        }
        arrival = NO_PLACE;
        container().chargeSocket(lengthBytes);
        filled.bytes().limit(lengthBytes);
        final ReceivedBytes event = io.sockets().received.take();
        event.set(filled, lengthBytes);
        io.port().signal(event, this);
    }

    @Override
    void finish(int result) {
        if (block != null) {
            block.release();
            block = null;
        }
        buffers.forget(this);
    }

    @Override
    protected int operation() {
        return Opcode.RECV;
    }

    @Override
    protected void released() {
        buffers = null;
        target = null;
        io.sockets().receives.giveBack(this);
    }
}
