// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/**
 * The system calls that io_uring's operations stand for, and epoll(7), by JNA direct mapping: what a ring is emulated with. Parameters and
 * results are int and long only, so that a call allocates nothing; addresses, size_t and ssize_t are long. A call that fails returns -1, and
 * {@link LibC#errno()} has the reason.
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

    /** getsockopt: how a connect ended, a positive error number or 0; asking clears it. */
    public static final int SO_ERROR = 4;

    /** getsockopt: the address of the peer, also of one that has reset the connection. */
    public static final int SO_PEERNAME = 28;

    /** SO_TYPE. */
    public static final int SO_TYPE = 3;

    /** preadv2, pwritev2: EAGAIN instead of waiting; reads since 4.14. */
    public static final int RWF_NOWAIT = 8;

    /** openat2(2), 5.6; libc has no function for it. */
    public static final long SYS_OPENAT2 = 437;

    static {
        Native.register(SystemCalls.class, "c");
    }

    private SystemCalls() {}

    /**
     * epoll_create1(2).
     *
     * @param flags EPOLL_CLOEXEC
     * @return a descriptor
     */
    public static native int epoll_create1(int flags);

    /**
     * epoll_ctl(2).
     *
     * @param epollFd the set
     * @param operation EPOLL_CTL_*
     * @param fd to register or to forget
     * @param event address of an {@link EpollEventLayout}
     * @return 0
     */
    public static native int epoll_ctl(int epollFd, int operation, int fd, long event);

    /**
     * epoll_wait(2).
     *
     * @param epollFd the set
     * @param events address of {@code maxEvents} {@link EpollEventLayout}
     * @param maxEvents room for so many
     * @param timeoutMs the longest wait; -1 without limit
     * @return how many events were written
     */
    public static native int epoll_wait(int epollFd, long events, int maxEvents, int timeoutMs);

    /**
     * poll(2).
     *
     * @param pollfds address of an array of struct pollfd
     * @param count its length
     * @param timeoutMs the longest wait; 0 does not wait
     * @return how many are ready
     */
    public static native int poll(long pollfds, long count, int timeoutMs);

    /**
     * fcntl(2).
     *
     * @param fd a descriptor
     * @param command F_*
     * @param argument of the command
     * @return by command
     */
    public static native int fcntl(int fd, int command, long argument);

    /**
     * accept4(2).
     *
     * @param fd a listening socket
     * @param address 0 for none
     * @param length 0 for none
     * @param flags SOCK_*
     * @return a descriptor
     */
    public static native int accept4(int fd, long address, long length, int flags);

    /**
     * recv(2).
     *
     * @param fd a socket
     * @param address to receive into
     * @param length bytes
     * @param flags MSG_*
     * @return bytes received
     */
    public static native long recv(int fd, long address, long length, int flags);

    /**
     * send(2).
     *
     * @param fd a socket
     * @param address to send from
     * @param length bytes
     * @param flags MSG_*
     * @return bytes taken
     */
    public static native long send(int fd, long address, long length, int flags);

    /**
     * recvmsg(2).
     *
     * @param fd a socket
     * @param header address of a {@link MsghdrLayout}
     * @param flags MSG_*
     * @return bytes received
     */
    public static native long recvmsg(int fd, long header, int flags);

    /**
     * sendmsg(2).
     *
     * @param fd a socket
     * @param header address of a {@link MsghdrLayout}
     * @param flags MSG_*
     * @return bytes taken
     */
    public static native long sendmsg(int fd, long header, int flags);

    /**
     * getsockopt(2).
     *
     * @param fd a socket
     * @param level SOL_SOCKET
     * @param option SO_*
     * @param value address of the value
     * @param length address of its length, answered
     * @return 0
     */
    public static native int getsockopt(int fd, int level, int option, long value, long length);

    /**
     * shutdown(2).
     *
     * @param fd a socket
     * @param how SHUT_*
     * @return 0
     */
    public static native int shutdown(int fd, int how);

    /**
     * pread(2).
     *
     * @param fd a file
     * @param address to read into
     * @param length bytes
     * @param offset in the file
     * @return bytes read
     */
    public static native long pread(int fd, long address, long length, long offset);

    /**
     * pwrite(2).
     *
     * @param fd a file
     * @param address to write from
     * @param length bytes
     * @param offset in the file
     * @return bytes written
     */
    public static native long pwrite(int fd, long address, long length, long offset);

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
    public static native long preadv2(int fd, long vectors, int count, long offset, int flags);

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
    public static native long pwritev2(int fd, long vectors, int count, long offset, int flags);
}
