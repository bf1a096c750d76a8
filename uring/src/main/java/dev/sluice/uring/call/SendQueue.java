// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SystemCallNumbers;
import dev.sluice.uring.sys.SystemCalls;
import dev.sluice.uring.sys.TcpInfoLayout;

/**
 * What a stream socket has sent and its peer has not taken in. None of the calls waits or allocates, any thread may make them, and a failure
 * is a negated errno.
 */
public final class SendQueue {

    /** Where in the thread's scratch a length goes, behind what it is the length of. */
    private static final int LENGTH_OFFSET = TcpInfoLayout.SIZE;

    /** A state of a connection, include/net/tcp_states.h: it is over. */
    private static final int TCP_CLOSE = 7;

    private SendQueue() {}

    /**
     * How many bytes were given to the socket and not acknowledged by its peer; the end of the stream, once sent, counts as one. None when the
     * connection has come to its end, as by a reset: the kernel has thrown away what it then still counts.
     *
     * @param fd a connected stream socket, TCP or Unix
     * @return bytes, or a negated errno: EBADF, ENOTTY for what is no socket
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">SIOCOUTQ, tcp(7)</a>
     */
    public static int unackedBytes(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(0, 0);
        final int result =
                SystemCalls.call(SystemCallNumbers.SYS_IOCTL, fd, LibC.SIOCOUTQ, scratch.address(), 0L, 0L, 0L);
        if (result < 0) {
            return result;
        }
        final int unacked = scratch.view().getInt(0);
        return unacked > 0 && readTcpInfo(fd, scratch) == 0 && scratch.view().get(TcpInfoLayout.STATE) == TCP_CLOSE
                ? 0
                : unacked;
    }

    /**
     * How many bytes the peer has acknowledged since the connection was made.
     *
     * @param fd a TCP socket
     * @return bytes, or a negated errno: EBADF, ENOTSOCK, EOPNOTSUPP for another kind of socket
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">TCP_INFO, tcp(7)</a>
     */
    public static long ackedBytes(int fd) {
        final Scratch scratch = Scratch.current();
        final int result = readTcpInfo(fd, scratch);
        return result < 0 ? result : scratch.view().getLong(TcpInfoLayout.BYTES_ACKED);
    }

    /** An older kernel writes less of it. */
    private static int readTcpInfo(int fd, Scratch scratch) {
        final long info = scratch.address();
        scratch.view().putLong(TcpInfoLayout.BYTES_ACKED, 0L).putInt(LENGTH_OFFSET, TcpInfoLayout.SIZE);
        return SocketCalls.getsockopt(fd, LibC.IPPROTO_TCP, LibC.TCP_INFO, info, info + LENGTH_OFFSET);
    }

    /**
     * Has the close of the socket throw away what its peer has not taken in, and reset the connection. Otherwise the kernel keeps those bytes,
     * up to megabytes, until the peer takes them or is given up.
     *
     * @param fd a stream socket
     * @return 0, or a negated errno: EBADF, ENOTSOCK
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">SO_LINGER, socket(7)</a>
     */
    public static int dropAtClose(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(0, 1).putInt(Integer.BYTES, 0);
        return SocketCalls.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_LINGER, scratch.address(), 2 * Integer.BYTES);
    }
}
