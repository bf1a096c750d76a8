// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.MessageHeader;
import dev.sluice.uring.memory.SocketAddresses;
import dev.sluice.uring.sys.IoUring;
import java.nio.ByteBuffer;

/** The part of {@link Sqe} that prepares operations on sockets. */
abstract sealed class SocketEntry extends FileEntry permits Sqe {

    SocketEntry(ByteBuffer entries) {
        super(entries);
    }

    /**
     * Accepts one connection. Completes with its descriptor.
     *
     * @param fd a listening socket
     * @param acceptFlags {@link SocketFlags#SOCK_CLOEXEC}, {@link SocketFlags#SOCK_NONBLOCK}
     * @return this
     */
    public final Sqe prepAccept(int fd, int acceptFlags) {
        return prep(Opcode.ACCEPT, fd, 0L, 0, 0L, acceptFlags);
    }

    /**
     * As {@link #prepAccept}, without waiting: completes with -EAGAIN when no connection is there (6.10; the kernels that set {@link
     * CqeFlags#F_SOCK_NONEMPTY} for an accept know it). Uses {@link Sqe#ioprio}.
     *
     * @param fd a listening socket
     * @param acceptFlags as for {@link #prepAccept}
     * @return this
     */
    public final Sqe prepAcceptNow(int fd, int acceptFlags) {
        return prepAccept(fd, acceptFlags).ioprio(IoUring.ACCEPT_DONTWAIT);
    }

    /**
     * Accepts connections until it fails or is cancelled (5.19; -EINVAL before). Completes with a descriptor each time; a completion without
     * {@link CqeFlags#F_MORE} is the last. Uses {@link Sqe#ioprio}.
     *
     * @param fd a listening socket
     * @param acceptFlags as for {@link #prepAccept}
     * @return this
     */
    public final Sqe prepAcceptMultishot(int fd, int acceptFlags) {
        return prep(Opcode.ACCEPT, fd, 0L, 0, 0L, acceptFlags).ioprio(IoUring.ACCEPT_MULTISHOT);
    }

    /**
     * Connects a socket. Completes with 0, also if the socket does not block; cancelling it leaves the socket of no use.
     *
     * @param fd a socket that is not connected, see {@link dev.sluice.uring.call.Sockets#open}
     * @param socketAddress where {@link SocketAddresses#write} wrote the peer's
     * @param lengthBytes what it returned
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public final Sqe prepConnect(int fd, long socketAddress, int lengthBytes) {
        return prep(Opcode.CONNECT, fd, socketAddress, 0, lengthBytes, 0);
    }

    /**
     * Receives up to {@code lengthBytes}. Completes with the bytes received, 0 at the end of the stream. Waits for bytes also if the socket
     * does not block.
     *
     * @param fd a connected socket
     * @param address to receive into
     * @param lengthBytes how much fits
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     */
    public final Sqe prepRecv(int fd, long address, int lengthBytes, int msgFlags) {
        return prep(Opcode.RECV, fd, address, lengthBytes, 0L, msgFlags);
    }

    /**
     * Sends up to {@code lengthBytes}. Completes with the bytes taken; less than all of them is possible unless MSG_WAITALL is set.
     *
     * @param fd a connected socket
     * @param address to send from
     * @param lengthBytes how much
     * @param msgFlags {@link SocketFlags} MSG_*; MSG_NOSIGNAL as a rule
     * @return this
     */
    public final Sqe prepSend(int fd, long address, int lengthBytes, int msgFlags) {
        return prep(Opcode.SEND, fd, address, lengthBytes, 0L, msgFlags);
    }

    /**
     * Receives into buffers that the kernel picks from a {@link BufferRing} when bytes arrive (6.0; -EINVAL before), until it fails, the
     * stream ends or it is cancelled. Completes each time with the bytes received and, in the flags, the buffer: see {@link BufferRing#take}.
     * A completion without {@link CqeFlags#F_MORE} is the last; -ENOBUFS means that no buffer was left: give one back, then start again.
     * Uses {@link #flags(int)}, and {@link Sqe#ioprio} for {@link SocketFlags#RECV_MULTISHOT}: set anew without it, it receives into one buffer only.
     *
     * @param fd a connected socket
     * @param bufferGroup the ring's group
     * @param msgFlags {@link SocketFlags} MSG_*, not MSG_WAITALL
     * @return this
     */
    public final Sqe prepRecvMultishot(int fd, int bufferGroup, int msgFlags) {
        return prep(Opcode.RECV, fd, 0L, 0, 0L, msgFlags)
                .ioprio(SocketFlags.RECV_MULTISHOT)
                .flags(SqeFlags.BUFFER_SELECT)
                .bufferIndex(bufferGroup);
    }

    /**
     * Sends from several buffers, to an address or with control data. Completes with the bytes taken.
     *
     * @param fd a socket
     * @param headerAddress of a {@link MessageHeader}
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
     */
    public final Sqe prepSendmsg(int fd, long headerAddress, int msgFlags) {
        return prep(Opcode.SENDMSG, fd, headerAddress, 1, 0L, msgFlags);
    }

    /**
     * Receives into several buffers, with the sender's address and control data. Completes with the bytes received, 0 at the end of a stream;
     * the header then tells what came with them.
     *
     * @param fd a socket
     * @param headerAddress of a {@link MessageHeader}
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
     */
    public final Sqe prepRecvmsg(int fd, long headerAddress, int msgFlags) {
        return prep(Opcode.RECVMSG, fd, headerAddress, 1, 0L, msgFlags);
    }

    /**
     * Ends one or both directions of a connection. Completes with 0. Receives in flight then complete with 0.
     *
     * @param fd a connected socket
     * @param how {@link SocketFlags} SHUT_*
     * @return this
     */
    public final Sqe prepShutdown(int fd, int how) {
        return prep(Opcode.SHUTDOWN, fd, 0L, how, 0L, 0);
    }
}
