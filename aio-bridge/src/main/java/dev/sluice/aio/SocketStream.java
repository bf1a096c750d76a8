// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.socket.Connection;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What goes over a connection: its receives and sends, each a request now and an event later. Of an {@link AsyncSocket}. */
public abstract class SocketStream extends AsyncDescriptor {
    final Connection socket;

    SocketStream(Connection socket, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        super(socket, charged, handler);
        this.socket = socket;
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
        return socket.receive(buffer.block, container(), attachment());
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
    public long receive(IoBuffer buffer, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.receive(buffer.block, charged, eventAttachment);
    }

    /**
     * Receives within this call what has come: for who has {@linkplain #awaitReadiness awaited} it, and takes memory only then. It waits for
     * nothing, and there is no event. Not while a receive is under way.
     *
     * @param buffer filled from its position, which is advanced; the caller's throughout
     * @param charged the container to charge
     * @return bytes received; 0 if there are none to be had so, since nothing has come, the peer has ended its side, or for an error: {@link
     *     #receive(IoBuffer)} tells
     * @throws IllegalArgumentException if the buffer has nothing remaining
     * @throws IllegalStateException if the socket is not open or the buffer not the caller's, the queue is closed, or the calling thread is not that
     *     of the queue
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2), MSG_DONTWAIT</a>
     */
    public final int tryReceive(IoBuffer buffer, ResourceContainer charged) {
        return socket.tryReceive(buffer.block, charged);
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
        return socket.receiveInto(buffers.blocks, container(), attachment());
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
    public long receiveInto(ReceiveBuffers buffers, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.receiveInto(buffers.blocks, charged, eventAttachment);
    }

    /**
     * Has {@link #receiveInto(ReceiveBuffers)} receive nothing more for now, so that what comes stays with the kernel, and then with the
     * peer: for who cannot keep up. What was received is handed out all the same, and what the kernel receives before it hears of this, at
     * most as much as there are blocks. Nothing is lost, and the order is kept.
     *
     * <p>The receive stays under way: it can be cancelled, and ends by its deadline and by {@link #close()}. It does not see the peer's end
     * before it goes on.
     *
     * @return false if no such receive is under way; of several the one that was begun last is meant
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public final boolean pauseReceiving() {
        return socket.pauseReceiving();
    }

    /**
     * Has a receive go on that {@link #pauseReceiving()} has paused.
     *
     * @return false if no such receive is under way
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public final boolean resumeReceiving() {
        return socket.resumeReceiving();
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
        return socket.send(buffer.block, container(), attachment());
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
    public long send(IoBuffer buffer, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.send(buffer.block, charged, eventAttachment);
    }

    /**
     * As {@link #send(IoBuffer, ResourceContainer, Object)}, for who has nothing to do when it has succeeded: there is no event then, which an
     * accepted operation has else. Failure and cancellation are told. A {@link #receive} that is begun meanwhile goes to the kernel
     * with the enter behind the next: so who answers and waits for the next request can ask for both at once. The buffer is the socket's from now on, and released whatever comes of it.
     *
     * @param buffer sent from its position to its limit
     * @param charged the container to charge, at whose priority the event of a failure comes
     * @param eventAttachment handed out with that event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}: then the buffer is the caller's
     * @throws IllegalArgumentException as {@link #send(IoBuffer)}
     * @throws IllegalStateException as {@link #send(IoBuffer)}
     */
    public long sendQuietly(IoBuffer buffer, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.sendQuietly(buffer.block, charged, eventAttachment);
    }

    /**
     * As {@link #sendQuietly(IoBuffer, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer sent from its position to its limit
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}: then the buffer is the caller's
     */
    public long sendQuietly(IoBuffer buffer) {
        return socket.sendQuietly(buffer.block, container(), attachment());
    }

    /**
     * Has the end of a quiet send told after all, its success too: for who has something to do now when it has ended.
     *
     * @param id of {@link #sendQuietly} or {@link #sendMessageQuietly}
     * @return false if it has ended, with an event only if it has failed
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public boolean tellSent(long id) {
        return socket.tellSent(id);
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
    public long sendSome(IoBuffer buffer, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.sendSome(buffer.block, charged, eventAttachment);
    }

    /**
     * As {@link #sendSome(IoBuffer, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer sent from its position
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long sendSome(IoBuffer buffer) {
        return socket.sendSome(buffer.block, container(), attachment());
    }

    /**
     * Waits, once and without a buffer, until the socket can be received from or sent to. The event's operation is {@code POLL_ADD}, its
     * result a mask of {@link dev.sluice.uring.linux.PollMask}, or a negative errno; errors and the end of the stream count as ready.
     *
     * @param pollMask of {@link dev.sluice.uring.linux.PollMask#POLLIN}, {@link dev.sluice.uring.linux.PollMask#POLLOUT}, and {@link
     *     dev.sluice.uring.linux.PollMask#POLLRDHUP} for who waits for errors and the peer's end alone
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the mask is none of these
     * @throws IllegalStateException if the socket is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public long awaitReadiness(int pollMask, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.awaitReadiness(pollMask, charged, eventAttachment);
    }

    /**
     * As {@link #awaitReadiness(int, ResourceContainer, Object)}, for what was declared.
     *
     * @param pollMask as there
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long awaitReadiness(int pollMask) {
        return socket.awaitReadiness(pollMask, container(), attachment());
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
            AsyncFile file,
            long position,
            IoBuffer buffer,
            ResourceContainer charged,
            @Nullable Object eventAttachment) {
        return socket.sendFile(file.file, position, buffer.block, charged, eventAttachment);
    }

    /**
     * As {@link #sendFile(AsyncFile, long, IoBuffer, ResourceContainer, Object)}, for what was declared.
     *
     * @param from read from
     * @param position in the file, in bytes
     * @param buffer filled from its position, and sent from 0
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long sendFile(AsyncFile from, long position, IoBuffer buffer) {
        return socket.sendFile(from.file, position, buffer.block, container(), attachment());
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
    public long sendMessage(
            IoBuffer[] buffers, int count, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.sendMessage(blocksOf(buffers, count), count, charged, eventAttachment);
    }

    /**
     * As {@link #sendMessage(IoBuffer[], int, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers sent from position to limit
     * @param count how many of them, 1 to 64
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long sendMessage(IoBuffer[] buffers, int count) {
        return socket.sendMessage(blocksOf(buffers, count), count, container(), attachment());
    }

    /**
     * As {@link #sendMessage(IoBuffer[], int, ResourceContainer, Object)}, and quiet as {@link #sendQuietly}.
     *
     * @param buffers sent from position to limit, the socket's from now on; the array is the caller's again at once
     * @param count how many of them, 1 to 64
     * @param charged the container to charge, at whose priority the event of a failure comes
     * @param eventAttachment handed out with that event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}: then the buffers are the caller's
     * @throws IllegalArgumentException as {@link #sendMessage(IoBuffer[], int, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #sendMessage(IoBuffer[], int, ResourceContainer, Object)}
     */
    public long sendMessageQuietly(
            IoBuffer[] buffers, int count, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.sendMessageQuietly(blocksOf(buffers, count), count, charged, eventAttachment);
    }

    /**
     * As {@link #sendMessageQuietly(IoBuffer[], int, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers sent from position to limit, the socket's from now on
     * @param count how many of them, 1 to 64
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}: then the buffers are the caller's
     */
    public long sendMessageQuietly(IoBuffer[] buffers, int count) {
        return sendMessageQuietly(buffers, count, container(), attachment());
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
            @Nullable Object eventAttachment) {
        return socket.sendMessage(
                blocksOf(buffers, count), count, descriptors, descriptorCount, charged, eventAttachment);
    }

    /**
     * As {@link #sendMessage(IoBuffer[], int, int[], int, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers sent from position to limit
     * @param count how many of them, 1 to 64
     * @param descriptors stay the caller's, and open until the event
     * @param descriptorCount how many of them, 1 to 253
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long sendMessage(IoBuffer[] buffers, int count, int[] descriptors, int descriptorCount) {
        return sendMessage(buffers, count, descriptors, descriptorCount, container(), attachment());
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
            IoBuffer[] buffers,
            int count,
            int mostDescriptors,
            ResourceContainer charged,
            @Nullable Object eventAttachment) {
        return socket.receiveMessage(blocksOf(buffers, count), count, mostDescriptors, charged, eventAttachment);
    }

    /**
     * As {@link #receiveMessage(IoBuffer[], int, int, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers filled from position to limit
     * @param count how many of them, 1 to 64
     * @param mostDescriptors room for so many, 0 to 253
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long receiveMessage(IoBuffer[] buffers, int count, int mostDescriptors) {
        return receiveMessage(buffers, count, mostDescriptors, container(), attachment());
    }

    private Block[] blocksOf(IoBuffer[] buffers, int count) {
        final Block[] blocks = IoBuffer.blocksOf(buffers, count, socket.scratch());
        if (count > 0 && count <= Connection.MAX_BUFFERS) { // else it says so itself
            Objects.checkFromIndexSize(0, count, buffers.length);
        }
        return blocks;
    }
}
