// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.socket.Connection;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.linux.SocketFlags;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
public final class AsyncSocket extends SocketStream {
    AsyncSocket(Connection socket) {
        this(socket, null, null);
    }

    private AsyncSocket(Connection socket, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        super(socket, charged, handler);
    }

    /**
     * Returns the same socket, on which the forms that name neither container nor attachment have their events handled by {@code handler},
     * and charged as was declared for the socket.
     *
     * @param handler of what is started through what this returns
     * @return for one call or for many: it costs one small object, and goes with this one from connection to connection
     */
    public AsyncSocket handledBy(EventHandler handler) {
        return new AsyncSocket(socket, null, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * As {@link #handledBy(EventHandler)}, for another container than the socket's own.
     *
     * @param handler of what is started through what this returns
     * @param charged the container to charge, at whose priority the events come
     * @return for one call or for many
     */
    public AsyncSocket handledBy(EventHandler handler, ResourceContainer charged) {
        return new AsyncSocket(
                socket, Objects.requireNonNull(charged, "charged"), Objects.requireNonNull(handler, "handler"));
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
    public void adopt(int fd, ResourceContainer container, @Nullable Object attachment) {
        socket.adopt(fd, container, attachment);
    }

    /**
     * As {@link #adopt(int, ResourceContainer, Object)}, for a lambda.
     *
     * @param fd a stream socket, closed by {@link #close()} from now on
     * @param container charged, and at whose priority the socket's events come
     * @param handler of the socket's events, unless they are others', may be null
     */
    public void adopt(int fd, ResourceContainer container, @Nullable EventHandler handler) {
        adopt(fd, container, (Object) handler);
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
    public long connect(SocketAddress address, ResourceContainer container, @Nullable Object attachment) {
        return socket.connect(address, container, attachment);
    }

    /**
     * As {@link #connect(SocketAddress, ResourceContainer, Object)}, for a lambda.
     *
     * @param address as there
     * @param container charged, and at whose priority the socket's events come
     * @param handler of the socket's events, unless they are others', may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long connect(SocketAddress address, ResourceContainer container, @Nullable EventHandler handler) {
        return connect(address, container, (Object) handler);
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
        return socket.shutdown(how, container(), attachment());
    }

    /**
     * As {@link #shutdown(int)}, for another container and with another attachment than the socket's own.
     *
     * @param how as there
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #shutdown(int)}
     * @throws IllegalStateException as {@link #shutdown(int)}
     */
    public long shutdown(int how, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.shutdown(how, charged, eventAttachment);
    }

    /**
     * Closes and takes nothing from the peer that it was sent: awaits the sends under way, ends the sending side, reads on and throws away
     * what comes until the peer ends its own, and closes then. To {@link #close()} with bytes unread, or while the peer sends, would reset the
     * connection, and what the peer has not read yet of an answer would be lost to it.
     *
     * <p>Receives and waits under way are cancelled, nothing new can be started, and what is read on is charged as what is received. There is one
     * event more, that of the close, as of {@link #close()}: its operation is {@code CLOSE}, and the socket is closed whatever its result: 0
     * when the peer has ended its side, {@code ETIME} when the time was over before, {@code ECONNRESET} or {@code ENOTCONN} when the peer has
     * gone otherwise. It cannot be cancelled; the end of the queue does not wait for it.
     *
     * @param timeoutNs how long the peer has, in nanoseconds, from now on; what is under way then is cancelled
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} with nothing started
     * @throws IllegalArgumentException if {@code timeoutNs} is negative
     * @throws IllegalStateException if the socket is not open
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, tear-down</a>
     */
    public long closeGracefully(long timeoutNs) {
        return socket.closeGracefully(timeoutNs, container(), attachment());
    }

    /**
     * As {@link #closeGracefully(long)}, for another container and with another attachment than the socket's own.
     *
     * @param timeoutNs as there
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #closeGracefully(long)}
     * @throws IllegalStateException as {@link #closeGracefully(long)}
     */
    public long closeGracefully(long timeoutNs, ResourceContainer charged, @Nullable Object eventAttachment) {
        return socket.closeGracefully(timeoutNs, charged, eventAttachment);
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
     * Sets an option of the socket. One system call that never waits.
     *
     * @param option which
     * @param value in the unit of the option
     * @return 0, or a negative errno, {@code EINVAL} for a value out of its range, {@code ENOPROTOOPT} or {@code EOPNOTSUPP} for a socket of
     *     another kind
     * @throws IllegalStateException if it is not open, or the calling thread is not that of the queue
     */
    public int setOption(SocketOption option, int value) {
        return socket.setOption(option, value);
    }

    /**
     * Reads an option of the socket. One system call that never waits.
     *
     * @param option which
     * @return its value, never negative, or a negative errno as for {@link #setOption}
     * @throws IllegalStateException if it is not open
     */
    public int option(SocketOption option) {
        return socket.option(option);
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

    /**
     * As {@link #peerAddress()}, of a Unix socket, too, and also when the peer has gone already. One system call that never waits.
     *
     * @return an {@link InetSocketAddress}; of a Unix socket a {@link java.net.UnixDomainSocketAddress}, whose path is empty if the peer has no
     *     name, as most clients have none, or an {@link dev.sluice.uring.memory.AbstractUnixAddress}. Null if the kernel does not tell
     * @throws IllegalStateException if the socket is not open
     */
    public @Nullable SocketAddress tryPeerAddress() {
        return socket.tryPeerAddress();
    }

    /**
     * Returns which of this host's addresses and ports it is that the peer has.
     *
     * @return this end's address
     * @throws java.io.UncheckedIOException if it is no Internet socket
     * @throws IllegalStateException if the socket is not open
     */
    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }
}
