// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Openat2Call;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SystemCalls;

/**
 * What the owner of an {@link EmulatedRing} tries itself: transfers that end with what is there now, and opens of what is cached.
 *
 * <p>Files are read with RWF_NOWAIT. It starts the readahead of what is not cached, which is welcome here: the read is wanted, and a worker
 * waits for it next.
 */
final class NonBlockingCalls {

    static final int WOULD_WAIT = -Errno.EAGAIN;

    /** MAX_RW_COUNT: the kernel moves no more in one call. */
    private static final long MOST_BYTES = 0x7fff_f000L;

    /** What a pipe that is ready takes without waiting, as pipe(7) says. */
    private static final long PIPE_BUF = 4_096L;

    private NonBlockingCalls() {}

    /** How much a transfer is asked to move, as far as the kernel does it in one. */
    static long totalBytes(EmulatedRequest request) {
        final long asked =
                request.hasVectors() ? EmulatedVectors.totalBytes(request) : Integer.toUnsignedLong(request.length);
        return Math.min(asked, MOST_BYTES);
    }

    /** Past the page cache no flag keeps a transfer from waiting for the disk: RWF_NOWAIT is about what comes before that. */
    static boolean isDirect(int fd) {
        final int status = SystemCalls.fcntl(fd, SystemCalls.F_GETFL, 0L);
        return status >= 0 && (status & OpenFlags.O_DIRECT) != 0;
    }

    /** Moves what can be moved at once. Returns the operation's result, or WOULD_WAIT; the request keeps what was moved on the way. */
    static int transfer(EmulatedRequest request) {
        if (request.plain) {
            limitToWhatReadinessPromises(request);
            return BlockingCalls.transfer(request); // it is ready
        }
        while (true) {
            final int moved = move(request);
            if (moved >= 0) {
                request.transferred += moved;
                if (moved > 0 && request.remainingBytes() > 0L && goesOn(request)) {
                    continue;
                }
                return request.transferred;
            }
            final int errno = -moved;
            switch (errno) {
                case Errno.EINTR -> {}
                case Errno.ESPIPE -> request.offset = -1L; // io_uring ignores the offset where there are none
                case Errno.EAGAIN -> {
                    return WOULD_WAIT;
                }
                default -> {
                    // Reads and writes are told not to wait by a flag that not every file knows.
                    if (request.isFileTransfer() && (errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS)) {
                        request.plain = true;
                        return WOULD_WAIT;
                    }
                    return request.transferred > 0 ? request.transferred : -errno;
                }
            }
        }
    }

    /** A pipe is ready with room for one page, and would wait for the rest. */
    private static void limitToWhatReadinessPromises(EmulatedRequest request) {
        if (!request.isRead() && request.remainingBytes() > PIPE_BUF) {
            request.totalBytes = request.transferred + PIPE_BUF;
            request.inPart = true;
        }
    }

    /**
     * Begins to connect. A socket that would wait for its peer is told not to for as long as the call takes: the flag is that of the open
     * file, so whoever else uses the same socket just then is not made to wait either. Returns 0 or a negated errno,
     * -EINPROGRESS if the socket gets writable when it is known how the connect ends.
     */
    static int connect(EmulatedRequest request) {
        final int fd = request.usedFd();
        final int status = SystemCalls.fcntl(fd, SystemCalls.F_GETFL, 0L);
        if (status < 0) {
            return status;
        }
        final boolean waits = (status & OpenFlags.O_NONBLOCK) == 0;
        if (waits) {
            Descriptors.setStatusFlags(fd, status | OpenFlags.O_NONBLOCK);
        }
        final int result = SocketCalls.connect(fd, request.address, (int) request.offset);
        if (waits) {
            Descriptors.setStatusFlags(fd, status);
        }
        return result;
    }

    /**
     * How a connect ended that was begun: 0 or a negated errno, -EALREADY or -EINPROGRESS if it has not. As io_uring does, it asks for the error and then
     * connects again: only that takes note of the success.
     */
    static int finishConnect(EmulatedRequest request) {
        final int error = takeError(request.heldFd);
        if (error != 0) {
            return error;
        }
        final int again = connect(request);
        return again == -Errno.EISCONN ? 0 : again;
    }

    private static int takeError(int fd) {
        final Scratch scratch = Scratch.current();
        final int length = Integer.BYTES;
        scratch.view().putInt(length, length);
        final int result = SocketCalls.getsockopt(
                fd, LibC.SOL_SOCKET, SocketCalls.SO_ERROR, scratch.address(), scratch.address() + length);
        return result < 0 ? result : -scratch.view().getInt(0);
    }

    /** As io_uring: with O_NONBLOCK, or the other end of a FIFO would be waited for, and afterwards without unless it was asked for. */
    static int openCached(EmulatedRequest request, long flags, long mode, long resolve) {
        final Scratch scratch = Scratch.current();
        final boolean asked = (flags & (OpenFlags.O_NONBLOCK | OpenFlags.O_PATH)) != 0L;
        OpenHow.write(scratch.view(), 0, asked ? flags : flags | OpenFlags.O_NONBLOCK, mode, resolve);
        final int fd = Openat2Call.openByKernel(request.fd, request.address, scratch.address(), request.length);
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

    private static int move(EmulatedRequest request) {
        final int fd = request.usedFd();
        final long address = request.remainingAddress();
        final long length = request.remainingBytes();
        final int messageFlags = (request.operationFlags & ~SocketFlags.MSG_WAITALL) | SocketFlags.MSG_DONTWAIT;
        return switch (request.opcode) {
            case Opcode.RECV -> SocketCalls.recv(fd, address, length, messageFlags);
            case Opcode.SEND -> SocketCalls.send(fd, address, length, messageFlags);
            case Opcode.RECVMSG -> SocketCalls.recvmsg(fd, EmulatedVectors.header(request), messageFlags);
            case Opcode.SENDMSG -> SocketCalls.sendmsg(fd, EmulatedVectors.header(request), messageFlags);
            case Opcode.READ ->
                SystemCalls.preadv2(fd, iovec(address, length), 1, offset(request), SystemCalls.RWF_NOWAIT);
            case Opcode.WRITE ->
                SystemCalls.pwritev2(fd, iovec(address, length), 1, offset(request), SystemCalls.RWF_NOWAIT);
            default -> moveVectors(request, fd);
        };
    }

    private static int moveVectors(EmulatedRequest request, int fd) {
        EmulatedVectors.select(request);
        final long vectors = request.vectors;
        final int count = request.vectorCount;
        return request.isRead()
                ? SystemCalls.preadv2(fd, vectors, count, offset(request), SystemCalls.RWF_NOWAIT)
                : SystemCalls.pwritev2(fd, vectors, count, offset(request), SystemCalls.RWF_NOWAIT);
    }

    private static long iovec(long address, long length) {
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(IovecLayout.BASE, address).putLong(IovecLayout.LENGTH, length);
        return scratch.address();
    }

    static long offset(EmulatedRequest request) {
        return request.offset < 0L ? -1L : request.offset + request.transferred;
    }

    /** Whether a short transfer is to be continued: where io_uring does so too. */
    private static boolean goesOn(EmulatedRequest request) {
        final int waitAll = request.operationFlags & (SocketFlags.MSG_WAITALL | SocketFlags.MSG_PEEK);
        return request.isFileTransfer() ? request.offset >= 0L : waitAll == SocketFlags.MSG_WAITALL;
    }
}
