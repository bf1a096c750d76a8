// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/** Those of the {@link SystemCalls} that are for sockets. */
public final class SocketCalls {
    /** getsockopt: how a connect ended, a positive error number or 0; asking clears it. */
    public static final int SO_ERROR = 4;

    /** getsockopt: the address of the peer, also of one that has reset the connection. */
    public static final int SO_PEERNAME = 28;

    /** SO_TYPE. */
    public static final int SO_TYPE = 3;

    private SocketCalls() {}

    /**
     * accept4(2).
     *
     * @param fd a listening socket
     * @param address 0 for none
     * @param length 0 for none
     * @param flags SOCK_*
     * @return a descriptor
     */
    public static int accept4(int fd, long address, long length, int flags) {
        return SystemCalls.call(SystemCallNumbers.SYS_ACCEPT4, fd, address, length, flags);
    }

    /**
     * connect(2).
     *
     * @param fd a socket
     * @param address of the socket address
     * @param length bytes of the socket address
     * @return 0
     */
    public static int connect(int fd, long address, int length) {
        return SystemCalls.call(SystemCallNumbers.SYS_CONNECT, fd, address, length, 0L);
    }

    /**
     * recv(2).
     *
     * @param fd a socket
     * @param address to receive into
     * @param length bytes
     * @param flags MSG_*
     * @return bytes received
     */
    public static int recv(int fd, long address, long length, int flags) {
        return SystemCalls.call(SystemCallNumbers.SYS_RECVFROM, fd, address, length, flags, 0L, 0L);
    }

    /**
     * send(2).
     *
     * @param fd a socket
     * @param address to send from
     * @param length bytes
     * @param flags MSG_*
     * @return bytes taken
     */
    public static int send(int fd, long address, long length, int flags) {
        return SystemCalls.call(SystemCallNumbers.SYS_SENDTO, fd, address, length, flags, 0L, 0L);
    }

    /**
     * recvmsg(2).
     *
     * @param fd a socket
     * @param header address of a {@link MsghdrLayout}
     * @param flags MSG_*
     * @return bytes received
     */
    public static int recvmsg(int fd, long header, int flags) {
        return SystemCalls.call(SystemCallNumbers.SYS_RECVMSG, fd, header, flags, 0L);
    }

    /**
     * sendmsg(2).
     *
     * @param fd a socket
     * @param header address of a {@link MsghdrLayout}
     * @param flags MSG_*
     * @return bytes taken
     */
    public static int sendmsg(int fd, long header, int flags) {
        return SystemCalls.call(SystemCallNumbers.SYS_SENDMSG, fd, header, flags, 0L);
    }

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
    public static int getsockopt(int fd, int level, int option, long value, long length) {
        return SystemCalls.call(SystemCallNumbers.SYS_GETSOCKOPT, fd, level, option, value, length, 0L);
    }

    /**
     * setsockopt(2).
     *
     * @param fd a socket
     * @param level SOL_SOCKET or a protocol
     * @param option SO_*, TCP_*
     * @param value address of the value
     * @param length bytes of the value
     * @return 0
     */
    public static int setsockopt(int fd, int level, int option, long value, int length) {
        return SystemCalls.call(SystemCallNumbers.SYS_SETSOCKOPT, fd, level, option, value, length, 0L);
    }

    /**
     * shutdown(2).
     *
     * @param fd a socket
     * @param how SHUT_*
     * @return 0
     */
    public static int shutdown(int fd, int how) {
        return SystemCalls.call(SystemCallNumbers.SYS_SHUTDOWN, fd, how, 0L, 0L);
    }

    /**
     * getsockname(2).
     *
     * @param fd a socket
     * @param address receives the socket address
     * @param length address of an int: room, then bytes used
     * @return 0
     */
    public static int getsockname(int fd, long address, long length) {
        return SystemCalls.call(SystemCallNumbers.SYS_GETSOCKNAME, fd, address, length, 0L);
    }

    /**
     * getpeername(2).
     *
     * @param fd a socket
     * @param address receives the socket address
     * @param length address of an int: room, then bytes used
     * @return 0
     */
    public static int getpeername(int fd, long address, long length) {
        return SystemCalls.call(SystemCallNumbers.SYS_GETPEERNAME, fd, address, length, 0L);
    }
}
