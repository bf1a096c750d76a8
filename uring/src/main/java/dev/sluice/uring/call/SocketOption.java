// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SocketOptionNumbers;

/**
 * Options of sockets that are one number, by the names of the man pages. To set or read one is a system call that never waits; any thread may
 * make it. What a listening socket has, those inherit that it accepts.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
public enum SocketOption {
    /** Bytes that may wait to be sent: the kernel doubles what is set, up to sysctl net.core.wmem_max, and stops finding it by itself. */
    SO_SNDBUF(LibC.SOL_SOCKET, SocketOptionNumbers.SO_SNDBUF),

    /** Bytes that may wait to be received: as {@link #SO_SNDBUF}, up to net.core.rmem_max. Of a listener before it listens. */
    SO_RCVBUF(LibC.SOL_SOCKET, SocketOptionNumbers.SO_RCVBUF),

    /** 1 or 0: whether the peer of an idle connection is asked whether it is still there. */
    SO_KEEPALIVE(LibC.SOL_SOCKET, SocketOptionNumbers.SO_KEEPALIVE),

    /** 1 or 0: whether several listeners of one user share a port, and the kernel connections among them. Before it is bound. */
    SO_REUSEPORT(LibC.SOL_SOCKET, SocketOptionNumbers.SO_REUSEPORT),

    /** 1 or 0: whether small segments are sent at once. It is 1 where this library opens the socket. */
    TCP_NODELAY(LibC.IPPROTO_TCP, LibC.TCP_NODELAY),

    /** 1 or 0: whether segments that are not full are held back, at most for 200 ms. */
    TCP_CORK(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_CORK),

    /** Seconds without a byte before {@link #SO_KEEPALIVE} asks for the first time. */
    TCP_KEEPIDLE(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_KEEPIDLE),

    /** Seconds from one such question to the next. */
    TCP_KEEPINTVL(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_KEEPINTVL),

    /** How many such questions go unanswered before the connection ends with {@code ETIMEDOUT}. */
    TCP_KEEPCNT(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_KEEPCNT),

    /** Of a listener: seconds that a connection may take to send its first byte, before which it is not accepted. */
    TCP_DEFER_ACCEPT(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_DEFER_ACCEPT),

    /** Milliseconds that what was sent may stay unacknowledged before the connection ends with {@code ETIMEDOUT}; 0 is the system's. */
    TCP_USER_TIMEOUT(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_USER_TIMEOUT),

    /** Of a listener: how many connections may wait whose first bytes came with the SYN; needs 2 in sysctl net.ipv4.tcp_fastopen. */
    TCP_FASTOPEN(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_FASTOPEN),

    /** Bytes not sent yet above which the socket does not count as ready to be sent to. */
    TCP_NOTSENT_LOWAT(LibC.IPPROTO_TCP, SocketOptionNumbers.TCP_NOTSENT_LOWAT);

    /** Where in the thread's scratch a length goes, behind the value. */
    private static final int LENGTH_OFFSET = Integer.BYTES;

    private final int level;
    private final int number;

    SocketOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    /**
     * Sets the option.
     *
     * @param fd a socket
     * @param value in the unit of the option
     * @return 0, or a negated errno: EBADF, ENOTSOCK, EINVAL for a value out of its range, ENOPROTOOPT or EOPNOTSUPP for a socket of another
     *     kind
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public int set(int fd, int value) {
        return set(fd, level, number, value);
    }

    /**
     * Reads the option.
     *
     * @param fd a socket
     * @return the value, never negative, or a negated errno: EBADF, ENOTSOCK, ENOPROTOOPT or EOPNOTSUPP for a socket of another kind
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public int get(int fd) {
        return get(fd, level, number);
    }

    private static int set(int fd, int level, int number, int value) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(0, value);
        return SocketCalls.setsockopt(fd, level, number, scratch.address(), Integer.BYTES);
    }

    private static int get(int fd, int level, int number) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(0, 0).putInt(LENGTH_OFFSET, Integer.BYTES);
        final long value = scratch.address();
        final int result = SocketCalls.getsockopt(fd, level, number, value, value + LENGTH_OFFSET);
        return result < 0 ? result : scratch.view().getInt(0);
    }
}
