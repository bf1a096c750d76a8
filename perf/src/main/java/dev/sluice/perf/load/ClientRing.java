// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import dev.sluice.uring.BufferRing;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.SocketAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * The connections of a {@link LoadGenerator} on a ring of their own: cheaper than any server that they ask, so that the server is what is
 * measured. Requests that are due together are sent by one native call; a connection's receive stays armed; what comes in is received into a few
 * buffers that stay in the processor's cache; and while nothing is there to do nothing but memory is looked at.
 *
 * <p>Needs Linux 6.0. The thread that {@linkplain #begin begins} owns it from then on.
 */
final class ClientRing implements AutoCloseable {
    /** Who is told. What it throws ends the turn. */
    interface Listener {
        /** The reply is in. The connection takes the next request, unless the server is to close it. */
        void onReply(Connection connection) throws IOException;

        /** The server has closed the connection behind its last reply: the next request opens a new one. */
        void onEnded(Connection connection) throws IOException;
    }

    /** IOSQE_CQE_SKIP_SUCCESS, 5.17: only a failure completes. */
    private static final int QUIET = 1 << 6;

    private static final int ENTRIES = 4096;
    private static final int CQ_ENTRIES = 16_384;
    private static final int MOST_A_REQUEST = 3; // connect, send, receive: linked, so submitted together
    private static final int GROUP = 0;
    private static final int BUFFERS = 64;
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int COMPLETIONS_A_TURN = 256;
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    // In the low byte of user_data; the connection's index is above it.
    private static final int RECEIVE = 0;
    private static final int SEND = 1;
    private static final int CONNECT = 2;
    private static final int CLOSE = 3;
    private static final int SHUTDOWN = 4;
    private static final int STEP_BITS = 8;

    private final InetSocketAddress server;
    private final Listener listener;
    private final Connection[] connections;
    private final NativeMemory memory;
    private final long serverAddress;
    private final int serverAddressBytes;
    private final CompletionHandler onCompletion = this::onCompletion; // made once: a method reference allocates

    /** Both null before the beginning. */
    private KernelRing ring;

    private BufferRing buffers;
    private boolean closing;
    private boolean closed;

    private ClientRing(InetSocketAddress server, int count, Listener listener) {
        this.server = server;
        this.listener = listener;
        this.connections = new Connection[count];
        final int requests = count * Request.MAX_BYTES;
        this.memory = NativeMemory.map(requests + SocketAddresses.MAX_BYTES);
        this.serverAddress = memory.address() + requests;
        this.serverAddressBytes = SocketAddresses.write(memory.buffer(requests, SocketAddresses.MAX_BYTES), 0, server);
        final KnownHeader known = new KnownHeader();
        for (int i = 0; i < count; i++) {
            final int at = i * Request.MAX_BYTES;
            connections[i] = new Connection(i, memory.buffer(at, Request.MAX_BYTES), memory.address() + at, known);
        }
    }

    /** Opens all connections, one after the other, waiting for each. */
    static ClientRing connect(InetSocketAddress server, int count, Listener listener) throws IOException {
        final ClientRing clients = new ClientRing(server, count, listener);
        try {
            for (Connection connection : clients.connections) {
                connection.fd = Sockets.connect(server);
                clients.check(SocketOption.TCP_NODELAY.set(connection.fd, 1), "setsockopt TCP_NODELAY", connection);
            }
            return clients;
        } catch (UncheckedIOException e) {
            clients.close();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    Connection connection(int index) {
        return connections[index];
    }

    /** Opens the ring where that is still to be done: what comes next is for the calling thread alone. */
    void begin() {
        if (ring != null) {
            return;
        }
        final KernelRing opened = KernelRing.open(new RingOptions(ENTRIES, CQ_ENTRIES));
        try {
            opened.enable();
            buffers = BufferRing.open(opened, GROUP, BUFFERS, BUFFER_BYTES);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        ring = opened;
    }

    /** Sends the connection's request with the next {@link #turn}. */
    void send(Connection connection) throws IOException {
        if (ring.unsubmitted() > ENTRIES - MOST_A_REQUEST) {
            ring.submit();
        }
        int flags = QUIET;
        if (connection.fd == Connection.CLOSED) {
            open(connection);
            flags |= SqeFlags.IO_LINK;
        }
        connection.ending = false;
        claim(SEND, connection)
                .prepSend(
                        connection.fd,
                        connection.requestAddress,
                        connection.request.lengthBytes(),
                        SocketFlags.MSG_NOSIGNAL | SocketFlags.MSG_WAITALL)
                .flags(flags);
        if (!connection.receiving) {
            receive(connection);
        }
    }

    private void open(Connection connection) throws IOException {
        final int fd = Sockets.tryOpen(server);
        check(fd, "socket", connection);
        connection.fd = fd;
        claim(CONNECT, connection)
                .prepConnect(fd, serverAddress, serverAddressBytes)
                .flags(QUIET | SqeFlags.IO_LINK);
    }

    private void receive(Connection connection) throws IOException {
        claim(RECEIVE, connection).prepRecvMultishot(connection.fd, GROUP, 0);
        connection.receiving = true;
    }

    private Sqe claim(int step, Connection connection) throws IOException {
        Sqe sqe = ring.tryClaim();
        if (sqe == null) {
            ring.submit();
            sqe = ring.tryClaim();
            if (sqe == null) {
                throw new IOException("the kernel takes no submission");
            }
        }
        return sqe.userData((long) connection.index << STEP_BITS | step);
    }

    /**
     * Sends what is to be sent and takes what has come, waiting for it for at most a time; 0 does not wait, and does not enter the kernel if
     * there is nothing to do. Returns how much there was.
     */
    int turn(long waitNs) throws IOException {
        if (waitNs > 0) {
            ring.submitAndWait(1, waitNs);
        } else if (ring.unsubmitted() > 0 || ring.workPending()) {
            ring.submit();
        }
        try {
            return ring.drainCompletions(onCompletion, COMPLETIONS_A_TURN);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void onCompletion(long userData, int result, int flags) {
        final Connection connection = connections[(int) (userData >>> STEP_BITS)];
        final int step = (int) userData & ((1 << STEP_BITS) - 1);
        if (step == RECEIVE && (flags & CqeFlags.F_MORE) == 0) {
            connection.receiving = false;
        }
        if (closing) {
            return; // only the end of the receives is waited for
        }
        try {
            switch (step) {
                case RECEIVE -> received(connection, result, flags);
                case SEND -> {
                    check(result, "send", connection);
                    throw new IOException(
                            "socket took only part of a request of " + connection.request.lengthBytes() + " bytes");
                }
                case CONNECT -> check(result, "connect", connection);
                default -> check(result, "close", connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void received(Connection connection, int result, int flags) throws IOException {
        if (result > 0) {
            onData(connection, result, flags);
        } else if (result == 0) {
            onEnd(connection);
            return;
        } else if (result != -Errno.ENOBUFS) { // all buffers are given back by now
            check(result, "receive", connection);
        }
        if (!connection.receiving) {
            receive(connection);
        }
    }

    private void onData(Connection connection, int bytes, int flags) throws IOException {
        final int id = buffers.take(flags);
        final ByteBuffer data = buffers.buffer(id).clear().limit(bytes);
        final boolean complete;
        try {
            if (connection.ending) {
                throw new IOException(bytes + " bytes more than the last reply");
            }
            complete = connection.reply.onData(data);
            if (complete && data.hasRemaining()) {
                throw new IOException(data.remaining() + " bytes more than the reply");
            }
        } finally {
            buffers.giveBack(id);
        }
        if (complete) {
            connection.ending = connection.request.isLast();
            listener.onReply(connection);
        }
    }

    private void onEnd(Connection connection) throws IOException {
        if (!connection.ending) {
            throw new IOException("server closed the connection");
        }
        claim(CLOSE, connection).prepClose(connection.fd).flags(QUIET);
        connection.fd = Connection.CLOSED;
        listener.onEnded(connection);
    }

    private void check(int result, String call, Connection connection) throws IOException {
        if (result < 0) {
            throw new IOException(Errno.describe(call, server + ", connection " + connection.index, -result));
        }
    }

    /** Ends what is received, closes the connections and the ring. By its owner, if there is one. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (ring != null) {
            endReceives();
            buffers.close();
            ring.close();
        }
        for (Connection connection : connections) {
            if (connection.fd != Connection.CLOSED) {
                Descriptors.close(connection.fd);
                connection.fd = Connection.CLOSED;
            }
        }
        memory.close();
    }

    /** The kernel may be filling a buffer until the receive has ended. */
    private void endReceives() throws IOException {
        closing = true;
        for (Connection connection : connections) {
            if (connection.receiving) {
                claim(SHUTDOWN, connection).prepShutdown(connection.fd, SocketFlags.SHUT_RDWR);
            }
        }
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (isReceiving()) {
            ring.submitAndWait(1, CLOSE_TIMEOUT_NS);
            ring.drainCompletions(onCompletion, CQ_ENTRIES);
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("a receive has not ended " + TimeUnit.NANOSECONDS.toSeconds(CLOSE_TIMEOUT_NS)
                        + " s after its connection was shut down");
            }
        }
    }

    private boolean isReceiving() {
        for (Connection connection : connections) {
            if (connection.receiving) {
                return true;
            }
        }
        return false;
    }
}
