// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.socket.Listener;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.call.SocketOption;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket, TCP or Unix. Belongs to the thread of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept(2)</a>
 */
public final class AsyncListener extends AsyncDescriptor {
    final Listener listener;

    AsyncListener(Listener listener) {
        this(listener, null, null);
    }

    private AsyncListener(Listener listener, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        super(listener, charged, handler);
        this.listener = listener;
    }

    /**
     * Returns the same listener, on which what is started has its events handled by {@code handler}.
     *
     * @param handler of what is started through what this returns
     * @return for one call or for many
     */
    public AsyncListener handledBy(EventHandler handler) {
        return new AsyncListener(listener, null, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Starts accepting. Each connection is an event whose result is its descriptor, to be taken with {@link
     * dev.sluice.events.Event#takeDescriptor()}, and whose flags have {@link dev.sluice.uring.CqeFlags#F_MORE}. The
     * last event is without that flag: {@code ECANCELED} after {@link AsyncIo#cancel} or {@link #close()}; {@code
     * EMFILE}, {@code ENFILE}, {@code ENOMEM} or {@code ENOBUFS} when the system has no room for another one: accept
     * again when something was closed.
     *
     * <p>While connections are not taken from the queue no more are accepted; they wait in the listen queue. Whose a connection is, to find
     * its container before it is {@linkplain AsyncSocket#adopt adopted}, {@link dev.sluice.uring.call.Sockets#peerAddress} tells; who does not
     * want it closes it with {@link dev.sluice.uring.call.Descriptors#close}.
     *
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long accept() {
        return listener.accept(container(), attachment());
    }

    /**
     * As {@link #accept()}, for another container and with another attachment than the listener's own.
     *
     * @param charged the container to charge, at whose priority the events come
     * @param eventAttachment handed out with the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException as {@link #accept()}
     */
    public long accept(ResourceContainer charged, @Nullable Object eventAttachment) {
        return listener.accept(charged, eventAttachment);
    }

    /**
     * As {@link #accept()}, but no more connections are accepted than there is room for, however many come at once: the others
     * wait in the listen queue, at no cost here, until {@link #makeRoom} is called. Each connection accepted takes one place,
     * also one that is not handed out yet.
     *
     * @param room how many connections may be accepted, 0 or more
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code room} is negative
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long accept(int room) {
        return listener.accept(room, container(), attachment());
    }

    /**
     * As {@link #accept(int)}, for another container and with another attachment than the listener's own.
     *
     * @param room as there
     * @param charged the container to charge, at whose priority the events come
     * @param eventAttachment handed out with the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #accept(int)}
     * @throws IllegalStateException as {@link #accept(int)}
     */
    public long accept(int room, ResourceContainer charged, @Nullable Object eventAttachment) {
        return listener.accept(room, charged, eventAttachment);
    }

    /**
     * As {@link #accept()}, but hands out sockets, and has no more than a number of them open at a time: when one is closed, another
     * one is accepted; until then the others wait in the listen queue, at no cost here. There is nothing to be counted by hand.
     *
     * <p>The {@linkplain dev.sluice.events.Event#message() message} of each event is an {@link AsyncSocket}, open and the handler's own: it
     * {@linkplain AsyncDescriptor#declareInterest declares} whose its events are, and closes it. The last event has no message; it comes as
     * for {@link #accept()}, and does not concern the sockets. What is accepted and not handed out when the queue is closed is closed with it.
     *
     * <p>All of this listener's sockets count that are open, also those of a call before. {@link #makeRoom} raises the bound until this has
     * ended.
     *
     * @param mostOpen how many sockets may be open at a time, above 0; those included that are not handed out yet
     * @param container charged for the sockets; their accepting remains charged to the listener's
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code mostOpen} is not above 0
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long acceptSockets(int mostOpen, ResourceContainer container) {
        return listener.acceptSockets(mostOpen, container, container(), attachment());
    }

    /**
     * As {@link #acceptSockets(int, ResourceContainer)}, accepting for another container and with another attachment than the listener's own.
     *
     * @param mostOpen as there
     * @param container charged for the sockets
     * @param charged for accepting; the events come at its priority
     * @param eventAttachment handed out with the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #acceptSockets(int, ResourceContainer)}
     * @throws IllegalStateException as {@link #acceptSockets(int, ResourceContainer)}
     */
    public long acceptSockets(
            int mostOpen, ResourceContainer container, ResourceContainer charged, @Nullable Object eventAttachment) {
        return listener.acceptSockets(mostOpen, container, charged, eventAttachment);
    }

    /**
     * As {@link #acceptSockets(int, ResourceContainer)}, but bounded by an allowance, whose order, reserve and limits hold: each socket has
     * one of it, which is taken before the socket is accepted and given back when it is closed. While there is none for the container, this
     * waits in the line of the allowance, and the connections in the listen queue. So {@link ResourceContainer#setLimit} says at any time how
     * many sockets a class may have, over all listeners; more than a new limit stay open until they are closed.
     *
     * <p>One for whom nobody has come yet is taken, too, for the next connection. A socket whose events are {@linkplain
     * AsyncDescriptor#declareInterest declared} to be another container's counts for that from then on.
     *
     * @param places of {@link dev.sluice.containers.Resource#CONNECTIONS} as a rule, of this queue
     * @param charged has what the sockets take and is charged for accepting; the events come at its priority
     * @param eventAttachment handed out with the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the allowance is another queue's
     * @throws IllegalStateException as {@link #acceptSockets(int, ResourceContainer)}
     */
    public long acceptSockets(Allowance places, ResourceContainer charged, @Nullable Object eventAttachment) {
        return listener.acceptSockets(places.supplyOf(listener.context()), charged, eventAttachment);
    }

    /**
     * As {@link #acceptSockets(Allowance, ResourceContainer, Object)}, for what was declared.
     *
     * @param places as there
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long acceptSockets(Allowance places) {
        return acceptSockets(places, container(), attachment());
    }

    /**
     * Lets more connections in, for example when one was closed. Does nothing if neither {@link #accept(int)} nor
     * {@link #acceptSockets(int, ResourceContainer)} is under way: what has
     * ended is begun anew with the room that there is.
     *
     * @param connections how many more may be accepted, above 0
     * @throws IllegalArgumentException if it is not above 0
     * @throws ArithmeticException if there would be room for more than {@link Integer#MAX_VALUE}
     */
    public void makeRoom(int connections) {
        listener.makeRoom(connections);
    }

    /**
     * Sets an option of the socket. What is accepted from then on has it, too. One system call that never waits.
     *
     * @param option which
     * @param value in the unit of the option
     * @return 0, or a negative errno, {@code EINVAL} for a value out of its range, {@code ENOPROTOOPT} or {@code EOPNOTSUPP} for a socket of
     *     another kind
     * @throws IllegalStateException if it is not open, or the calling thread is not that of the queue
     */
    public int setOption(SocketOption option, int value) {
        return listener.setOption(option, value);
    }

    /**
     * Reads an option of the socket. One system call that never waits.
     *
     * @param option which
     * @return its value, never negative, or a negative errno as for {@link #setOption}
     * @throws IllegalStateException if it is not open
     */
    public int option(SocketOption option) {
        return listener.option(option);
    }

    /**
     * Returns where it listens.
     *
     * @return the address with the port that the system chose if none was given
     * @throws java.io.UncheckedIOException if it is no Internet socket
     * @throws IllegalStateException if the listener is not open
     */
    public InetSocketAddress localAddress() {
        return listener.localAddress();
    }
}
