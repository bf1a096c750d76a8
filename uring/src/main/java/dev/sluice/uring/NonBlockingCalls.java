package dev.sluice.uring;

import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SystemCalls;

/**
 * What the owner of an {@link EmulatedRing} tries itself: transfers that end with what is there now, and opens of what is cached.
 *
 * <p>Files are read with RWF_NOWAIT. It starts the readahead of what is not cached, which is welcome here: the read is wanted, and a worker
 * waits for it next.
 */
final class NonBlockingCalls {

    static final int WOULD_WAIT = -Errno.EAGAIN;

    private NonBlockingCalls() {}

    /** Moves what can be moved at once. Returns the operation's result, or WOULD_WAIT; the request keeps what was moved on the way. */
    static int transfer(EmulatedRequest request) {
        if (request.plain) {
            return BlockingCalls.transfer(request); // it is ready
        }
        while (true) {
            final long moved = move(request);
            if (moved >= 0L) {
                request.transferred += (int) moved;
                if (moved > 0L && request.remainingBytes() > 0L && goesOn(request)) {
                    continue;
                }
                return request.transferred;
            }
            final int errno = LibC.errno();
            switch (errno) {
                case Errno.EINTR -> {}
                case Errno.ESPIPE -> request.offset = -1L; // io_uring ignores the offset where there are none
                case Errno.EAGAIN -> {
                    return WOULD_WAIT;
                }
                default -> {
                    if (hasNoWaitFlag(request) && (errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS)) {
                        request.plain = true;
                        return WOULD_WAIT;
                    }
                    return request.transferred > 0 ? request.transferred : -errno;
                }
            }
        }
    }

    /** As io_uring: with O_NONBLOCK, or the other end of a FIFO would be waited for, and afterwards without unless it was asked for. */
    static int openCached(EmulatedRequest request, long flags, long mode, long resolve) {
        final Scratch scratch = Scratch.current();
        final boolean asked = (flags & (OpenFlags.O_NONBLOCK | OpenFlags.O_PATH)) != 0L;
        OpenHow.write(scratch.view(), 0, asked ? flags : flags | OpenFlags.O_NONBLOCK, mode, resolve);
        final int fd = BlockingCalls.openat2(request, scratch.address());
        if (asked || fd < 0) {
            return fd;
        }
        final int result = Descriptors.setStatusFlags(fd, (int) flags);
        if (result < 0) {
            Descriptors.close(fd);
            return result;
        }
        return fd;
    }

    private static long move(EmulatedRequest request) {
        final int fd = request.usedFd();
        final long address = request.remainingAddress();
        final long length = request.remainingBytes();
        final int messageFlags = (request.operationFlags & ~SocketFlags.MSG_WAITALL) | SocketFlags.MSG_DONTWAIT;
        return switch (request.opcode) {
            case Opcode.RECV -> SystemCalls.recv(fd, address, length, messageFlags);
            case Opcode.SEND -> SystemCalls.send(fd, address, length, messageFlags);
            case Opcode.READ ->
                SystemCalls.preadv2(fd, iovec(address, length), 1, offset(request), SystemCalls.RWF_NOWAIT);
            default -> SystemCalls.pwritev2(fd, iovec(address, length), 1, offset(request), SystemCalls.RWF_NOWAIT);
        };
    }

    private static long iovec(long address, long length) {
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(IovecLayout.BASE, address).putLong(IovecLayout.LENGTH, length);
        return scratch.address();
    }

    private static long offset(EmulatedRequest request) {
        return request.offset < 0L ? -1L : request.offset + request.transferred;
    }

    /** Whether a short transfer is to be continued: where io_uring does so too. */
    private static boolean goesOn(EmulatedRequest request) {
        final int waitAll = request.operationFlags & (SocketFlags.MSG_WAITALL | SocketFlags.MSG_PEEK);
        return hasNoWaitFlag(request) ? request.offset >= 0L : waitAll == SocketFlags.MSG_WAITALL;
    }

    /** Reads and writes are told not to wait by a flag that not every file knows. */
    private static boolean hasNoWaitFlag(EmulatedRequest request) {
        return request.opcode == Opcode.READ || request.opcode == Opcode.WRITE;
    }
}
