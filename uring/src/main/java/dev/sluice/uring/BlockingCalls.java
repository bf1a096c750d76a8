package dev.sluice.uring;

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
            case Opcode.OPENAT2 -> openat2(request, request.offset);
            case Opcode.STATX ->
                orNegatedErrno(LibC.statx(
                        request.fd, request.address, request.operationFlags, request.length, request.offset));
            case Opcode.READ, Opcode.WRITE -> transfer(request);
            default -> throw new IllegalStateException("no work for a worker: " + Opcode.name(request.opcode));
        };
    }

    static int openat2(EmulatedRequest request, long how) {
        return orNegatedErrno(
                LibC.syscall(SystemCalls.SYS_OPENAT2, request.fd, request.address, how, request.length, 0L, 0L));
    }

    /** Moves what is left of a read or write; the bytes moved before count. */
    static int transfer(EmulatedRequest request) {
        final boolean reading = request.opcode == Opcode.READ;
        final int fd = request.usedFd();
        final long address = request.remainingAddress();
        final long length = request.remainingBytes();
        final long moved;
        if (request.offset < 0L) {
            moved = reading ? LibC.read(fd, address, length) : LibC.write(fd, address, length);
        } else {
            final long offset = request.offset + request.transferred;
            moved = reading
                    ? SystemCalls.pread(fd, address, length, offset)
                    : SystemCalls.pwrite(fd, address, length, offset);
        }
        return request.transferred > 0
                ? request.transferred + (int) Math.max(0L, moved) // as a short transfer, if the rest failed
                : orNegatedErrno(moved);
    }

    static int orNegatedErrno(long result) {
        return result == -1L ? -LibC.errno() : (int) result;
    }
}
