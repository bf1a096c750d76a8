package dev.sluice.aio;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.SocketFlags;
import dev.sluice.uring.Sqe;

/**
 * A multishot accept. When connections pile up undelivered it is ended in the kernel, so that they wait in the listen
 * queue, and armed again when most of them have been handed out.
 */
final class AcceptOperation extends DescriptorOperation {
    private static final int PAUSE_ABOVE = 256;
    private static final int RESUME_BELOW = PAUSE_ABOVE / 2;

    /** False on kernels before 5.19, which accept one connection for each request. */
    private boolean multishot = true;

    private int pending;
    private boolean pausing;
    private boolean stopped;

    AcceptOperation(AsyncIo io) {
        super(io);
    }

    void start() {
        stopped = false;
        pausing = false;
        io.port().submit(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (multishot) {
            sqe.prepAcceptMultishot(target.fdToClose(), SocketFlags.SOCK_CLOEXEC);
        } else {
            sqe.prepAccept(target.fdToClose(), SocketFlags.SOCK_CLOEXEC);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        if (result >= 0) {
            if (isCancelRequested()) {
                Descriptors.close(result); // nobody waits for it any more
            } else {
                pending++;
                final AcceptedSocket accepted = io.sockets().accepted.take();
                accepted.set(this, result);
                io.port().signal(accepted, this);
            }
        }
        if ((flags & CqeFlags.F_MORE) != 0) {
            if (pending >= PAUSE_ABOVE && !pausing) {
                pausing = true;
                io.pauseSoon(this);
            }
            return;
        }
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags);
        } else if (multishot && result == -Errno.EINVAL) {
            acceptOneByOne();
            io.submitSoon(this);
        } else if (result >= 0 || (pausing && result == -Errno.ECANCELED) || concernsOneConnection(-result)) {
            rearmOrStop();
        } else {
            end(result, flags);
        }
    }

    /** Asks for one connection at a time, as every kernel can. */
    void acceptOneByOne() {
        multishot = false;
    }

    /** Errors of a connection that was never ours, after which accept is tried again: see accept(2). */
    private static boolean concernsOneConnection(int errno) {
        return errno == Errno.ECONNABORTED || errno == Errno.EPROTO || errno == Errno.EINTR || errno == Errno.EAGAIN;
    }

    private void rearmOrStop() {
        pausing = false;
        stopped = pending > RESUME_BELOW;
        if (!stopped) {
            io.submitSoon(this);
        }
    }

    /** One accepted connection was handed out. */
    void handedOut() {
        pending--;
        if (stopped && pending <= RESUME_BELOW && isUnderWay()) {
            stopped = false;
            io.submitSoon(this);
        }
    }

    @Override
    void finish(int result) {
        stopped = false;
    }

    @Override
    protected boolean yieldsDescriptor() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.ACCEPT;
    }

    @Override
    protected void released() {}
}
