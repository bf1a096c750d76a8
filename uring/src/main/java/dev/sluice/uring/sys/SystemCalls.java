// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The system calls that are made again and again, and those that a ring is emulated with: by syscall(2), which {@link CallBinding} reaches.
 * Parameters and results are int and long only, so that a call allocates nothing; addresses, size_t and off_t are long.
 *
 * <p>Names and parameters are those of the man pages in section 2. A call that fails returns a negated error number, as io_uring's
 * operations do. Throws {@link LinkageError} at first use if JNA cannot load its library.
 */
public final class SystemCalls {
    /** epoll_create1. */
    public static final int EPOLL_CLOEXEC = 0x80000;

    /** epoll_ctl: registers a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;

    /** epoll_ctl: forgets a descriptor. */
    public static final int EPOLL_CTL_DEL = 2;

    /** Reports arrivals instead of a condition that lasts. */
    public static final int EPOLLET = 1 << 31;

    /** fcntl: the lowest free descriptor from the argument on, close-on-exec. */
    public static final int F_DUPFD_CLOEXEC = 1030;

    /** fcntl: the status flags. */
    public static final int F_GETFL = 3;

    /** fcntl: sets them. */
    public static final int F_SETFL = 4;

    /** fcntl: which signal tells the holder of a lease that somebody else wants it. */
    public static final int F_SETSIG = 10;

    /** fcntl: takes or gives back a lease. */
    public static final int F_SETLEASE = 1024;

    /** F_SETLEASE: against those who open the file for writing. */
    public static final int F_RDLCK = 0;

    /** F_SETLEASE: gives it back. */
    public static final int F_UNLCK = 2;

    /** A signal that does nothing unless somebody handles it. */
    public static final int SIGURG = 23;

    /** fcntl: makes room in a pipe, in bytes. */
    public static final int F_SETPIPE_SZ = 1031;

    /** preadv2, pwritev2: EAGAIN instead of waiting; reads since 4.14. */
    public static final int RWF_NOWAIT = 8;

    private static final Memory ZERO_TIMESPEC = new Memory(TimespecLayout.SIZE);

    /** No wait: to poll(2) so many milliseconds, to ppoll(2) the address of that time. */
    private static final long NO_WAIT = Machine.AARCH64 ? Pointer.nativeValue(ZERO_TIMESPEC) : 0L;

    static {
        ZERO_TIMESPEC.clear();
    }

    private SystemCalls() {}

    /**
     * syscall(2). It is variadic and takes every argument from a whole register: hence long, whatever the call has.
     *
     * @param number of a system call whose result is an int
     * @param first argument
     * @param second argument, 0 if the call has none
     * @param third argument, 0 if the call has none
     * @param fourth argument, 0 if the call has none
     * @param fifth argument, 0 if the call has none
     * @param sixth argument, 0 if the call has none
     * @return depends on the call, or a negated error number
     */
    public static int call(long number, long first, long second, long third, long fourth, long fifth, long sixth) {
        return CallBinding.foreign == null
                ? LibC.orNegatedErrno(LibC.syscall(number, first, second, third, fourth, fifth, sixth))
                : foreign(number, first, second, third, fourth, fifth, sixth);
    }

    /** As {@link #call(long, long, long, long, long, long, long)}, of a call that has no more parameters: each costs JNA some 20 ns. */
    static int call(long number, long first, long second, long third, long fourth) {
        return CallBinding.foreign == null
                ? LibC.orNegatedErrno(LibC.syscall(number, first, second, third, fourth))
                : foreign(number, first, second, third, fourth, 0L, 0L);
    }

    @SuppressWarnings("NullAway") // asked by the callers
    private static int foreign(long number, long first, long second, long third, long fourth, long fifth, long sixth) {
        final long result;
        try {
            result = (long) CallBinding.foreign.invokeExact(number, first, second, third, fourth, fifth, sixth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // the signature's
            throw new LinkageError("syscall(" + number + ")", e);
        }
        return result == -1L ? -Scratch.current().errno() : (int) result;
    }

    /**
     * epoll_create1(2).
     *
     * @param flags EPOLL_CLOEXEC
     * @return a descriptor
     */
    public static int epoll_create1(int flags) {
        return call(SystemCallNumbers.SYS_EPOLL_CREATE1, flags, 0L, 0L, 0L);
    }

    /**
     * epoll_ctl(2).
     *
     * @param epollFd the set
     * @param operation EPOLL_CTL_*
     * @param fd to register or to forget
     * @param event address of an {@link EpollEventLayout}
     * @return 0
     */
    public static int epoll_ctl(int epollFd, int operation, int fd, long event) {
        return call(SystemCallNumbers.SYS_EPOLL_CTL, epollFd, operation, fd, event);
    }

    /**
     * epoll_wait(2).
     *
     * @param epollFd the set
     * @param events address of {@code maxEvents} {@link EpollEventLayout}
     * @param maxEvents room for so many
     * @param timeoutMs the longest wait; -1 without limit
     * @return how many events were written
     */
    public static int epoll_wait(int epollFd, long events, int maxEvents, int timeoutMs) {
        return call(SystemCallNumbers.EPOLL_WAIT, epollFd, events, maxEvents, timeoutMs, 0L, 0L);
    }

    /**
     * poll(2), which does not wait.
     *
     * @param pollfds address of an array of struct pollfd
     * @param count its length
     * @return how many are ready
     */
    public static int pollNow(long pollfds, long count) {
        return call(SystemCallNumbers.POLL, pollfds, count, NO_WAIT, 0L, 0L, 0L);
    }

    /**
     * pread(2).
     *
     * @param fd a file
     * @param address to read into
     * @param length bytes
     * @param offset in the file
     * @return bytes read
     */
    public static int pread(int fd, long address, long length, long offset) {
        return call(SystemCallNumbers.SYS_PREAD64, fd, address, length, offset);
    }

    /**
     * pwrite(2).
     *
     * @param fd a file
     * @param address to write from
     * @param length bytes
     * @param offset in the file
     * @return bytes written
     */
    public static int pwrite(int fd, long address, long length, long offset) {
        return call(SystemCallNumbers.SYS_PWRITE64, fd, address, length, offset);
    }

    /**
     * preadv2(2).
     *
     * @param fd a file, pipe or socket
     * @param vectors address of an array of {@link IovecLayout}
     * @param count its length
     * @param offset in the file; -1 for its position
     * @param flags RWF_*
     * @return bytes read
     */
    public static int preadv2(int fd, long vectors, int count, long offset, int flags) {
        return call(SystemCallNumbers.SYS_PREADV2, fd, vectors, count, offset, 0L, flags);
    }

    /**
     * pwritev2(2).
     *
     * @param fd a file, pipe or socket
     * @param vectors address of an array of {@link IovecLayout}
     * @param count its length
     * @param offset in the file; -1 for its position
     * @param flags RWF_*
     * @return bytes written
     */
    public static int pwritev2(int fd, long vectors, int count, long offset, int flags) {
        return call(SystemCallNumbers.SYS_PWRITEV2, fd, vectors, count, offset, 0L, flags);
    }

    /**
     * fcntl(2) with an integer argument.
     *
     * @param fd a descriptor
     * @param command F_*
     * @param argument of the command
     * @return depends on the command
     */
    public static int fcntl(int fd, int command, long argument) {
        return call(SystemCallNumbers.SYS_FCNTL, fd, command, argument, 0L);
    }

    /**
     * close(2).
     *
     * @param fd a descriptor
     * @return 0
     */
    public static int close(int fd) {
        return call(SystemCallNumbers.SYS_CLOSE, fd, 0L, 0L, 0L);
    }

    /**
     * read(2).
     *
     * @param fd a descriptor
     * @param address to read into
     * @param length bytes
     * @return bytes read
     */
    public static int read(int fd, long address, long length) {
        return call(SystemCallNumbers.SYS_READ, fd, address, length, 0L);
    }

    /**
     * write(2).
     *
     * @param fd a descriptor
     * @param address to write from
     * @param length bytes
     * @return bytes written
     */
    public static int write(int fd, long address, long length) {
        return call(SystemCallNumbers.SYS_WRITE, fd, address, length, 0L);
    }

    /**
     * statx(2).
     *
     * @param dirFd a descriptor
     * @param path address of the NUL-terminated path
     * @param flags AT_*
     * @param mask STATX_*
     * @param statx address of 256 bytes
     * @return 0
     */
    public static int statx(int dirFd, long path, int flags, int mask, long statx) {
        return call(SystemCallNumbers.SYS_STATX, dirFd, path, flags, mask, statx, 0L);
    }
}
