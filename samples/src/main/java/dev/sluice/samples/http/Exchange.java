// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.aio.protocol.OutboundWriter;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * A request, and the way to answer it: a {@linkplain #head head}, the parts of a body, {@linkplain #done() done}. It has no socket, and nobody waits:
 * what is said is sent when its turn comes. One for a connection, used for one request after the other.
 *
 * <pre>{@code
 * exchange.head(200, fields);
 * exchange.body(file, 0L, lengthBytes, file::discard, errno -> refuse(exchange, errno));
 * exchange.done();
 * }</pre>
 *
 * <p>What is given as a body is let go of in every case, also of a response that has none, as one to HEAD, and after the client has gone. Belongs
 * to the thread of its server.
 */
public final class Exchange {
    /** Room that the status line, Date and Connection fit in. */
    private static final int OWN_BYTES = 256;

    private final ServerConnection connection;
    private final HttpServer http;
    private final OutboundQueue out;
    private final Head writer = new Head();
    private final IntConsumer unreadable = this::unreadable;

    private RequestReader request;
    private boolean headOnly;
    private boolean keepAlive;
    private boolean sayKeepAlive;
    private boolean begun;
    private boolean done;

    private int status;
    private ResponseFields fields;
    private IntConsumer whenUnreadable;

    Exchange(ServerConnection connection, HttpServer http) {
        this.connection = connection;
        this.http = http;
        out = connection.out();
    }

    void begin(RequestReader newRequest) {
        request = newRequest;
        headOnly = newRequest.isHead();
        keepAlive = newRequest.badStatus() == 0 && newRequest.keepAlive();
        sayKeepAlive = newRequest.askedToKeepAlive();
        begun = false;
        done = false;
    }

    /**
     * Returns the request.
     *
     * @return valid until {@link #done()}; its head alone
     */
    public RequestReader request() {
        return request;
    }

    /**
     * Returns the bridge.
     *
     * @return that of the server
     */
    public AsyncIo io() {
        return http.server.io();
    }

    /**
     * Returns who is charged.
     *
     * @return the container of the client
     */
    public ResourceContainer container() {
        return connection.clientContainer();
    }

    /**
     * Returns what is in flight for the answer: cancelled when the client has gone, or when the answer does not begin in time, as a
     * disk hangs: it is {@code 503} then, and {@link #isOver()} says so to what still comes of them.
     *
     * @return always the same object
     */
    public InFlight operations() {
        return connection.operations();
    }

    /**
     * Tells whether nobody waits for an answer any more: the client has gone, or another answer was given.
     *
     * @return true if what is said now reaches nobody
     */
    public boolean isOver() {
        return done || connection.isClosing();
    }

    /** After this answer the connection ends: what comes on it has no meaning, or should not. */
    public void closeAfter() {
        keepAlive = false;
    }

    /**
     * Begins the answer.
     *
     * @param newStatus of the response
     * @param newFields its header fields
     * @throws IllegalStateException if it has begun
     */
    public void head(int newStatus, ResponseFields newFields) {
        if (begun) {
            throw new IllegalStateException("the answer to this request has begun: status " + status);
        }
        begun = true;
        status = newStatus;
        fields = newFields;
        if (writer.maxBytes() <= OutboundWriter.MOST_BYTES) {
            out.send(writer);
        } else {
            final ByteBuffer room = ByteBuffer.allocate(writer.maxBytes());
            writer.write(room);
            final byte[] bytes = new byte[room.position()];
            room.flip().get(bytes);
            out.send(bytes);
        }
    }

    private final class Head implements OutboundWriter {
        @Override
        public int maxBytes() {
            return OWN_BYTES + fields.maxBytes();
        }

        @Override
        public void write(ByteBuffer into) {
            final ResponseHeader header = http.header;
            keepAlive &= !http.server.isStopping();
            header.begin(into, status, keepAlive, sayKeepAlive);
            fields.write(header, into);
            header.end(into);
            http.counters.count(status, 1);
        }
    }

    /**
     * Sends bytes of the heap.
     *
     * @param bytes not to be changed any more
     */
    public void body(byte[] bytes) {
        if (!headOnly) {
            out.send(bytes);
        }
    }

    /**
     * Sends a range of a file.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range
     * @param whenLetGo called once, when the file is not used any more
     * @param newWhenUnreadable called with the error if the file cannot be read, or is shorter, before anything of it and of a head right before it
     *     was sent: that head counts as not said, and another answer may begin. Null if there is none
     */
    public void body(
            AsyncFile file, long position, long lengthBytes, Runnable whenLetGo, IntConsumer newWhenUnreadable) {
        if (headOnly) {
            whenLetGo.run();
        } else {
            whenUnreadable = newWhenUnreadable;
            out.send(
                    file, position, lengthBytes, container(), whenLetGo, newWhenUnreadable == null ? null : unreadable);
        }
    }

    private void unreadable(int errno) {
        begun = false;
        done = false;
        http.counters.count(status, -1);
        whenUnreadable.accept(errno);
    }

    /** The answer is complete. */
    public void done() {
        done = true;
        request = null;
        connection.answered();
    }

    boolean hasBegun() {
        return begun;
    }

    boolean isDone() {
        return done;
    }

    boolean keepsAlive() {
        return keepAlive;
    }
}
