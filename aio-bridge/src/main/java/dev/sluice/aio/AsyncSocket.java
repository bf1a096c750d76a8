package dev.sluice.aio;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.socket.Connection;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.SocketFlags;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/**
 * A connected stream socket whose operations never block: each is a request now and an event of the queue later, at the
 * priority of its container.
 *
 * <p>An object stands for one connection at a time and can be used for another after the event of its close. One receive
 * and one send may be under way together; several sends would mix. Belongs to the thread of its queue.
 *
 * <p>All methods that start an operation return its id, or {@link AsyncIo#BACK_PRESSURED} with nothing started
 * when too many operations are under way: ask again after the next event.
 */
public final class AsyncSocket extends AsyncDescriptor {
    final Connection socket;

    AsyncSocket(Connection socket) {
        super(socket);
        this.socket = socket;
    }

    /**
     * Takes over a connected socket, TCP or Unix, such as {@link dev.sluice.events.Event#takeDescriptor()} gives.
     *
     * @param fd a stream socket, closed by {@link #close()} from now on
     * @param container charged, and at whose priority the socket's events come
     * @param attachment handed out with the socket's events, may be null
     * @throws IllegalArgumentException if {@code fd} is not open, or no stream socket
     * @throws IllegalStateException if the object stands for an open socket, or one that is being connected
     */
    public void adopt(int fd, ResourceContainer container, Object attachment) {
        socket.adopt(fd, container, attachment);
    }

    /**
     * Opens a stream socket and connects it. The event's result is 0, and the socket is open, or a negative errno, and it is
     * not: {@code ECONNREFUSED}, {@code ETIMEDOUT}, {@code EHOSTUNREACH}, {@code ENETUNREACH}, {@code EADDRNOTAVAIL} when no
     * local port is left; of a Unix socket {@code ENOENT}, {@code EACCES}, {@code ELOOP}, {@code ENOTDIR}, and {@code
     * EAGAIN} while the listener's backlog is full, for which the kernel does not wait: try again later; {@code EMFILE},
     * {@code ENFILE}, {@code ENOBUFS}, {@code ENOMEM} when there is no room for another; {@code ECANCELED} by {@link
     * AsyncIo#cancel}; {@code EOPNOTSUPP} if the ring does not know connect.
     *
     * <p>While the queue, or the container, has as many {@linkplain AsyncIo#descriptors() descriptors} as it may, it waits until one is given
     * back. The kernel tries a TCP peer that does not answer for about two minutes: {@link AsyncIo#cancelAfter} with the id sets a
     * deadline of one's own. A socket whose connect failed or was cancelled is closed.
     *
     * @param address an {@link InetSocketAddress}, resolved, a {@link java.net.UnixDomainSocketAddress} or an {@link
     *     dev.sluice.uring.memory.AbstractUnixAddress}
     * @param container charged, and at whose priority the socket's events come
     * @param attachment handed out with the socket's events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the address is unresolved, of another kind, or too long a path
     * @throws IllegalStateException if the object stands for an open socket, or one that is being connected
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public long connect(SocketAddress address, ResourceContainer container, Object attachment) {
        return socket.connect(address, container, attachment);
    }

    /**
     * Receives up to the buffer's remaining bytes. The event's result is the number of bytes, 0 when the peer has ended
     * its side, or a negative errno. The buffer belongs to the kernel until the event, its position is then advanced
     * by the bytes received.
     *
     * @param buffer filled from its position
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the buffer has nothing remaining
     * @throws IllegalStateException if the socket is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
     */
    public long receive(IoBuffer buffer) {
        return socket.receive(buffer.block);
    }

    /**
     * As {@link #receive(IoBuffer)}, for another container and with another attachment than the socket's own.
     *
     * @param buffer filled from its position
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #receive(IoBuffer)}
     * @throws IllegalStateException as {@link #receive(IoBuffer)}
     */
    public long receive(IoBuffer buffer, ResourceContainer charged, Object eventAttachment) {
        return socket.receive(buffer.block, charged, eventAttachment);
    }

    /**
     * Receives again and again, into blocks that are taken only when bytes have come: many events, then a last one.
     *
     * <p>The many: {@link dev.sluice.events.Event#message()} is an {@link IoBuffer}, filled from its position to its limit,
     * that is the handler's until it {@linkplain IoBuffer#release() releases} it, now or later; it may also be sent. The
     * result is the number of bytes, the flags have {@link dev.sluice.uring.CqeFlags#F_MORE}.
     *
     * <p>The last: no message, no flag; the result is 0 when the peer has ended its side, or a negative errno: {@code
     * ECONNRESET}, {@code ETIMEDOUT}, ...; {@code ECANCELED} by {@link AsyncIo#cancel}, {@code ETIME} by its deadline, or
     * either result by {@link #close()}. What was received before it is handed out before it, also after a cancel or a close;
     * what comes for a socket that is being closed is dropped.
     *
     * <p>While all blocks are held nothing is received, and nothing lost: see {@link ReceiveBuffers}.
     *
     * @param buffers of the same queue
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the buffers are another queue's
     * @throws IllegalStateException if the socket is not open
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_prep_recv.3.html">io_uring_prep_recv_multishot(3)</a>
     */
    public long receiveInto(ReceiveBuffers buffers) {
        return socket.receiveInto(buffers.blocks);
    }

    /**
     * As {@link #receiveInto(ReceiveBuffers)}, for another container and with another attachment than the socket's own.
     *
     * @param buffers of the same queue
     * @param charged the container to charge, at whose priority the events come and blocks are waited for
     * @param eventAttachment handed out with the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #receiveInto(ReceiveBuffers)}
     * @throws IllegalStateException as {@link #receiveInto(ReceiveBuffers)}
     */
    public long receiveInto(ReceiveBuffers buffers, ResourceContainer charged, Object eventAttachment) {
        return socket.receiveInto(buffers.blocks, charged, eventAttachment);
    }

    /**
     * Sends all of the buffer's remaining bytes. The event's result is their number, or a negative errno ({@code
     * EPIPE}, {@code ECONNRESET}, ...), which says nothing about how many were sent. The buffer belongs to the kernel
     * until the event.
     *
     * @param buffer sent from its position to its limit
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the buffer has nothing remaining
     * @throws IllegalStateException if the socket is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
     */
    public long send(IoBuffer buffer) {
        return socket.send(buffer.block);
    }

    /**
     * As {@link #send(IoBuffer)}, for another container and with another attachment than the socket's own.
     *
     * @param buffer sent from its position to its limit
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #send(IoBuffer)}
     * @throws IllegalStateException as {@link #send(IoBuffer)}
     */
    public long send(IoBuffer buffer, ResourceContainer charged, Object eventAttachment) {
        return socket.send(buffer.block, charged, eventAttachment);
    }

    /**
     * Sends as many of the buffer's remaining bytes as the socket takes at once. The event's operation is {@code SEND}, its result
     * their number, or a negative errno, {@code EAGAIN} if it takes none now. So a peer that does not read keeps no buffer: {@link
     * #awaitReadiness} tells when to send on.
     *
     * @param buffer sent from its position, which is then advanced by what was sent
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #send(IoBuffer)}
     * @throws IllegalStateException as {@link #send(IoBuffer)}
     */
    public long sendSome(IoBuffer buffer, ResourceContainer charged, Object eventAttachment) {
        return socket.sendSome(buffer.block, charged, eventAttachment);
    }

    /**
     * Waits, once and without a buffer, until the socket can be received from or sent to. The event's operation is {@code POLL_ADD}, its
     * result a mask of {@link dev.sluice.uring.linux.PollMask}, or a negative errno; errors and the end of the stream count as ready.
     *
     * @param pollMask {@link dev.sluice.uring.linux.PollMask#POLLIN} or {@link dev.sluice.uring.linux.PollMask#POLLOUT}, or both
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the mask is none of these
     * @throws IllegalStateException if the socket is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public long awaitReadiness(int pollMask, ResourceContainer charged, Object eventAttachment) {
        return socket.awaitReadiness(pollMask, charged, eventAttachment);
    }

    /**
     * Sends a piece of a file behind what the buffer has already, such as a header: reads from the file into the buffer's
     * remaining bytes, then sends the buffer from its beginning to its limit. In one step, where that keeps nobody
     * waiting; so there is one event, and its {@linkplain dev.sluice.events.Event#operation() operation} tells how far
     * it came:
     *
     * <ul>
     *   <li>{@code SEND}: the page cache had the data. The result is the number of bytes sent, header included, or a
     *       negative errno; the buffer's position is at its limit if all of it was.
     *   <li>{@code READ}: nothing is sent yet; result and buffer are those of {@link AsyncFile#read(IoBuffer, long)}. The
     *       disk was asked, the read failed or found fewer bytes, the socket is being closed, or something more urgent
     *       is pending, which must not wait for a send: {@link #send} the buffer when this event's turn has come.
     * </ul>
     *
     * @param file read from
     * @param position in the file, in bytes
     * @param buffer filled from its position, with at most 256 KiB, and sent from 0; the kernel's until the event
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if socket or file are not open, or the buffer not the caller's
     */
    public long sendFile(
            AsyncFile file, long position, IoBuffer buffer, ResourceContainer charged, Object eventAttachment) {
        return socket.sendFile(file.file, position, buffer.block, charged, eventAttachment);
    }

    /**
     * Sends all of the remaining bytes of several buffers, one after the other, such as a header and a body. The event's
     * operation is {@code SENDMSG}, its result their number, or a negative errno, which says nothing about how many were
     * sent; {@code EOPNOTSUPP} if the ring does not know sendmsg. The buffers belong to the kernel until the event; each one's
     * position is then advanced by what was sent of it.
     *
     * @param buffers sent from position to limit; the array is the caller's again at once
     * @param count how many of them, 1 to 64
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code count} is out of range or nothing is remaining
     * @throws IllegalStateException if the socket is not open, or a buffer not the caller's or given twice
     * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
     */
    public long sendMessage(IoBuffer[] buffers, int count, ResourceContainer charged, Object eventAttachment) {
        return socket.sendMessage(blocksOf(buffers, count), count, charged, eventAttachment);
    }

    /**
     * As {@link #sendMessage(IoBuffer[], int, ResourceContainer, Object)}, and sends descriptors along with the first byte:
     * who receives them has new ones for the same open files. Of Unix sockets only; others drop them without a word. The
     * result may be {@code EBADF}, {@code EINVAL} for the descriptor of a ring, {@code ETOOMANYREFS} when too many are on
     * their way.
     *
     * @param buffers sent from position to limit
     * @param count how many of them, 1 to 64
     * @param descriptors stay the caller's, and open until the event
     * @param descriptorCount how many of them, 1 to 253
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a count is out of range or nothing is remaining
     * @throws IllegalStateException if the socket is not open, or a buffer not the caller's or given twice
     * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
     */
    public long sendMessage(
            IoBuffer[] buffers,
            int count,
            int[] descriptors,
            int descriptorCount,
            ResourceContainer charged,
            Object eventAttachment) {
        return socket.sendMessage(
                blocksOf(buffers, count), count, descriptors, descriptorCount, charged, eventAttachment);
    }

    /**
     * Receives into several buffers, the next when the one before is full, and takes descriptors that come along. The event's
     * operation is {@code RECVMSG}, its result the number of bytes, 0 when the peer has ended its side, or a negative errno;
     * {@code EOPNOTSUPP} if the ring does not know recvmsg. Its message is {@link ReceivedDescriptors} if there was room for
     * any. The buffers belong to the kernel until the event; each one's position is then advanced by what came into it.
     *
     * @param buffers filled from position to limit; the array is the caller's again at once
     * @param count how many of them, 1 to 64
     * @param mostDescriptors room for so many, 0 to 253; the kernel drops what does not fit
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a count is out of range or nothing is remaining
     * @throws IllegalStateException if the socket is not open, or a buffer not the caller's or given twice
     * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
     */
    public long receiveMessage(
            IoBuffer[] buffers, int count, int mostDescriptors, ResourceContainer charged, Object eventAttachment) {
        return socket.receiveMessage(blocksOf(buffers, count), count, mostDescriptors, charged, eventAttachment);
    }

    /**
     * Ends one or both directions; the event's result is 0 or a negative errno.
     *
     * @param how {@link SocketFlags#SHUT_RD}, {@link SocketFlags#SHUT_WR} or {@link SocketFlags#SHUT_RDWR}
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code how} is none of these
     * @throws IllegalStateException if the socket is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>
     */
    public long shutdown(int how) {
        return socket.shutdown(how);
    }

    /**
     * Tells how many bytes were sent and not acknowledged by the peer. A send completes when the kernel has the bytes; this tells
     * whether the peer does. One system call that never waits.
     *
     * @return bytes, the end of the stream counting as one; or a negative errno
     * @throws IllegalStateException if the socket is not open
     */
    public int unackedBytes() {
        return socket.unackedBytes();
    }

    /**
     * Tells how many bytes the peer has acknowledged since the connection was made: also while a send is under way, of which
     * nothing else shows how far it has come. One system call that never waits.
     *
     * @return bytes, or a negative errno: {@code EOPNOTSUPP} if it is no TCP socket
     * @throws IllegalStateException if the socket is not open
     */
    public long ackedBytes() {
        return socket.ackedBytes();
    }

    /**
     * Has {@link #close()} throw away what the peer has not acknowledged, and reset the connection: for a peer that was given up.
     * After another close the kernel keeps up to megabytes for it, for minutes.
     *
     * @return 0, or a negative errno
     * @throws IllegalStateException if the socket is not open, or the calling thread is not that of the queue
     */
    public int dropAtClose() {
        return socket.dropAtClose();
    }

    /**
     * Returns who is at the other end.
     *
     * @return the peer's address
     * @throws java.io.UncheckedIOException if the peer has gone already, or it is no Internet socket
     * @throws IllegalStateException if the socket is not open
     */
    public InetSocketAddress peerAddress() {
        return socket.peerAddress();
    }

    private Block[] blocksOf(IoBuffer[] buffers, int count) {
        final Block[] blocks = IoBuffer.blocksOf(buffers, count, socket.scratch());
        if (count > 0 && count <= Connection.MAX_BUFFERS) { // else it says so itself
            Objects.checkFromIndexSize(0, count, buffers.length);
        }
        return blocks;
    }
}
