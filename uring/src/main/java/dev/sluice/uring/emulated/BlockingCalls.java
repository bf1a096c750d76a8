// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Openat2Call;
import dev.sluice.uring.call.StatxCall;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.AttributeCalls;
import dev.sluice.uring.sys.FileCalls;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.SystemCalls;

/** What the workers of an {@link EmulatedRing} do: the operation's own system call, which may wait for a disk. */
final class BlockingCalls {

    private BlockingCalls() {}

    /** Returns the result of the operation: that of its system call, or a negated errno. */
    static int carryOut(EmulatedRequest request) {
        int result;
        do {
            result = call(request);
        } while (result == -Errno.EINTR); // signals are the JVM's own business
        return result;
    }

    private static int call(EmulatedRequest request) {
        return switch (request.opcode) {
            case Opcode.OPENAT2 -> Openat2Call.open(request.fd, request.address, request.offset, request.length);
            case Opcode.STATX ->
                StatxCall.statx(request.fd, request.address, request.operationFlags, request.length, request.offset);
            case Opcode.READ, Opcode.WRITE -> transfer(request);
            case Opcode.READV, Opcode.WRITEV -> transferAll(request);
            case Opcode.FSYNC ->
                LibC.orNegatedErrno(
                        request.operationFlags == 0
                                ? FileCalls.fsync(request.usedFd())
                                : FileCalls.fdatasync(request.usedFd()));
            case Opcode.FALLOCATE ->
                LibC.orNegatedErrno(
                        FileCalls.fallocate(request.usedFd(), request.length, request.offset, request.address));
            case Opcode.FTRUNCATE -> LibC.orNegatedErrno(FileCalls.ftruncate(request.usedFd(), request.offset));
            case Opcode.FADVISE ->
                -LibC.posix_fadvise(
                        request.usedFd(),
                        request.offset,
                        Integer.toUnsignedLong(request.length),
                        request.operationFlags);
            case Opcode.RENAMEAT ->
                LibC.orNegatedErrno(FileCalls.renameat2(
                        request.fd, request.address, request.length, request.offset, request.operationFlags));
            case Opcode.LINKAT ->
                LibC.orNegatedErrno(FileCalls.linkat(
                        request.fd, request.address, request.length, request.offset, request.operationFlags));
            case Opcode.SYMLINKAT ->
                LibC.orNegatedErrno(FileCalls.symlinkat(request.address, request.fd, request.offset));
            case Opcode.UNLINKAT ->
                LibC.orNegatedErrno(FileCalls.unlinkat(request.fd, request.address, request.operationFlags));
            case Opcode.CLOSE -> Descriptors.tryClose(request.fd);
            case Opcode.MKDIRAT -> LibC.orNegatedErrno(FileCalls.mkdirat(request.fd, request.address, request.length));
            case Opcode.SETXATTR ->
                LibC.orNegatedErrno(AttributeCalls.setxattr(
                        request.address3, request.address, request.offset, request.length, request.operationFlags));
            case Opcode.GETXATTR ->
                LibC.orNegatedErrno(
                        AttributeCalls.getxattr(request.address3, request.address, request.offset, request.length));
            default -> throw new IllegalStateException("no work for a worker: " + Opcode.name(request.opcode));
        };
    }

    /** The rest of many buffers can be more than one call takes. */
    private static int transferAll(EmulatedRequest request) {
        int result = transfer(request);
        while (request.offset >= 0L && result > request.transferred && result < request.totalBytes) {
            request.transferred = result;
            result = transfer(request);
        }
        return result;
    }

    /** Moves what is left of a read or write; the bytes moved before count. */
    static int transfer(EmulatedRequest request) {
        int moved = moveRest(request);
        if (moved == -Errno.ESPIPE && request.offset >= 0L) {
            request.offset = -1L; // io_uring ignores the offset where there are none
            moved = moveRest(request);
        }
        return request.transferred > 0
                ? request.transferred + Math.max(0, moved) // as a short transfer, if the rest failed
                : moved;
    }

    private static int moveRest(EmulatedRequest request) {
        return request.hasVectors() ? moveVectors(request) : move(request);
    }

    private static int move(EmulatedRequest request) {
        final boolean reading = request.isRead();
        final int fd = request.usedFd();
        final long address = request.remainingAddress();
        final long length = request.remainingBytes();
        if (request.offset < 0L) {
            return reading ? SystemCalls.read(fd, address, length) : SystemCalls.write(fd, address, length);
        }
        final long offset = NonBlockingCalls.offset(request);
        return reading
                ? SystemCalls.pread(fd, address, length, offset)
                : SystemCalls.pwrite(fd, address, length, offset);
    }

    private static int moveVectors(EmulatedRequest request) {
        EmulatedVectors.select(request);
        final int fd = request.usedFd();
        final long offset = NonBlockingCalls.offset(request);
        // By libc: without flags it has another way where the system call is refused.
        return LibC.orNegatedErrno(
                request.isRead()
                        ? LibC.preadv2(fd, request.vectors, request.vectorCount, offset, 0)
                        : LibC.pwritev2(fd, request.vectors, request.vectorCount, offset, 0));
    }
}
