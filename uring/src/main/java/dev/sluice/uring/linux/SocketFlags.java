// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * Flags of send, recv, socket, accept4 and shutdown.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
 */
public final class SocketFlags {

    /** Receives without removing the bytes. */
    public static final int MSG_PEEK = 0x02;

    /** Answered by recvmsg: control data was cut off for want of room. */
    public static final int MSG_CTRUNC = 0x08;

    /** Answered by recvmsg: the message was longer than the buffers. */
    public static final int MSG_TRUNC = 0x20;

    /** This call does not wait: EAGAIN. */
    public static final int MSG_DONTWAIT = 0x40;

    /** Waits for the whole length; a ring sends or receives the rest by itself. */
    public static final int MSG_WAITALL = 0x100;

    /** No SIGPIPE when the peer is gone: EPIPE only. */
    public static final int MSG_NOSIGNAL = 0x4000;

    /** Descriptors that a recvmsg brings are close-on-exec. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** More is to be sent: the last segment is held back a little. */
    public static final int MSG_MORE = 0x8000;

    /** For {@link dev.sluice.uring.Sqe#ioprio} of a receive that picks its buffers: goes on after the first one; Linux 6.0. */
    public static final int RECV_MULTISHOT = 2;

    /** For {@link dev.sluice.uring.Sqe#ioprio} of a send or receive: waits for readiness first, without a try in vain; Linux 5.19. */
    public static final int RECVSEND_POLL_FIRST = 1;

    /** Descriptor flag at birth: operations do not wait. */
    public static final int SOCK_NONBLOCK = 0x800;

    /** Descriptor flag at birth: closed in an executed child. */
    public static final int SOCK_CLOEXEC = 0x80000;

    /** shutdown: no more receives. */
    public static final int SHUT_RD = 0;

    /** shutdown: no more sends, the peer sees the end of the stream. */
    public static final int SHUT_WR = 1;

    /** shutdown: both. */
    public static final int SHUT_RDWR = 2;

    private SocketFlags() {}
}
