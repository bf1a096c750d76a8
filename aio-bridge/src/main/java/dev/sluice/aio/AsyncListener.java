package dev.sluice.aio;

import dev.sluice.aio.socket.Listener;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.OperationPort;
import java.net.InetSocketAddress;
import java.util.Objects;

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

    private AsyncListener(Listener listener, ResourceContainer charged, EventHandler handler) {
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
     * its container before it is {@linkplain AsyncSocket#adopt adopted}, {@link dev.sluice.uring.Sockets#peerAddress} tells; who does not
     * want it closes it with {@link dev.sluice.uring.Descriptors#close}.
     *
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long accept() {
        return listener.accept(container(), attachment());
    }

    /**
     * As {@link #accept()}, but no more connections are accepted than there is room for, however many come at once: the others
     * wait in the listen queue, at no cost here, until {@link #makeRoom} is called. Each connection accepted takes one place,
     * also one that is not handed out yet.
     *
     * @param room how many connections may be accepted, 0 or more
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code room} is negative
     * @throws IllegalStateException if the listener is not open, or is accepting already
     */
    public long accept(int room) {
        return listener.accept(room, container(), attachment());
    }

    /**
     * Lets more connections in, for example when one was closed. Does nothing if no {@link #accept(int)} is under way: what has
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
