// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.aio.protocol.OutboundWriter;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * A request, and the way to answer it: a {@linkplain #head head}, a body, {@linkplain #done() done}. It has no socket, and nobody waits: what is said
 * is sent when its turn comes. One for a connection, used for one request after the other.
 *
 * <pre>{@code
 * exchange.head(200, fields);
 * exchange.body(file, 0L, lengthBytes, file::discard, errno -> refuse(exchange, errno));
 * exchange.done();
 * }</pre>
 *
 * <p>A body is made of parts: bytes, buffers, ranges of files; or it is pulled from a {@link Body}, such as that of the request: an echo is {@code
 * headWithoutLength(200, fields); body(requestBody()); done()}.
 *
 * <p>What is given as a body is let go of in every case, also of a response that has none, as one to HEAD, and after the client has gone. Belongs
 * to the thread of its server: another one is refused, by an {@link IllegalStateException}, before it has changed anything.
 */
public final class Exchange {
    /** Room that the status line, Date, Connection and Transfer-Encoding fit in. */
    private static final int OWN_BYTES = 256;

    /** Where a request is, and its answer. */
    private enum Output {
        /** Nothing was said. */
        NONE,
        /** The head was given, and maybe something of the body. */
        BEGUN,
        /** All was said, and something may still be pulled. */
        DONE,
        /** All of it is queued to be sent. */
        OVER,
        /** The rest cannot be had, and reaches nobody. */
        GIVEN_UP
    }

    private final ServerConnection connection;
    private final HttpServer http;
    private final OutboundQueue out;
    private final OutgoingBody outgoing;
    private final Head writer = new Head();
    private final IntConsumer unreadable = this::unreadable;
    private final List<Runnable> whenGone = new ArrayList<>();

    private RequestReader request;
    private ResourceContainer container;
    private boolean headOnly;
    private boolean http11;
    private boolean keepAlive;
    private boolean sayKeepAlive;
    private boolean chunked;
    private boolean tunnel;

    /** Of what is said. */
    private boolean toEnd;

    private Output output = Output.NONE;

    private int status;
    private ResponseFields fields;
    private IntConsumer whenUnreadable;

    Exchange(ServerConnection connection, HttpServer http) {
        this.connection = connection;
        this.http = http;
        out = connection.out();
        outgoing = new OutgoingBody(out, new Sent());
    }

    void begin(RequestReader newRequest) {
        request = newRequest;
        headOnly = newRequest.isHead();
        http11 = newRequest.isHttp11();
        keepAlive = newRequest.badStatus() == 0 && newRequest.keepAlive();
        sayKeepAlive = newRequest.askedToKeepAlive();
        container = connection.clientContainer();
        output = Output.NONE;
        chunked = false;
        tunnel = false;
        toEnd = false;
        whenGone.clear();
        outgoing.begin(false);
    }

    /**
     * Returns the request.
     *
     * @return valid until {@link #done()}; what it says of its body is for {@link #requestBody()}
     */
    public RequestReader request() {
        return request;
    }

    /**
     * Returns what the client sends behind the head. It is told to go on, if it waits for that, when this is pulled first, and not if the answer has
     * begun before. What nobody has pulled by {@link #done()} is forgotten, and the connection with it if that is too much.
     *
     * @return empty unless {@link HttpHandler#wantsBody} has said so; for this request alone
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1">RFC 9110, 10.1.1: Expect</a>
     */
    public Body requestBody() {
        return connection.incoming();
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
     * @return the container of the client, unless the exchange has one of its own
     */
    public ResourceContainer container() {
        return container;
    }

    /**
     * Gives this exchange a container of its own: what is read of files for it is charged to that from now on, at its priority and within its limits.
     * What goes over the socket is the client's.
     *
     * @param own of the same tree, open until {@link HttpHandler#ended()}
     */
    public void chargeTo(ResourceContainer own) {
        http.thread.check();
        container = Objects.requireNonNull(own, "own");
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
        return output.compareTo(Output.DONE) >= 0 || connection.isClosing();
    }

    /** After this answer the connection ends: what comes on it has no meaning, or should not. */
    public void closeAfter() {
        http.thread.check();
        keepAlive = false;
    }

    /**
     * Begins the answer.
     *
     * @param newStatus of the response
     * @param newFields its header fields, with what tells how long the body is
     * @throws IllegalStateException if it has begun
     */
    public void head(int newStatus, ResponseFields newFields) {
        http.thread.check();
        if (output == Output.GIVEN_UP) {
            return;
        }
        if (output != Output.NONE) {
            throw new IllegalStateException("the answer to this request has begun: status " + status);
        }
        output = Output.BEGUN;
        status = newStatus;
        fields = newFields;
        if (request != null) { // else this answer takes the place of another
            keepAlive &= !request.expectsContinue(); // what the client sends all the same may or may not be the body
        }
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

    /**
     * Begins an answer whose length nobody knows: the body goes in chunks, or, to a client of HTTP/1.0, ends with the connection.
     *
     * @param newStatus of the response, one that has a body
     * @param newFields its header fields, with neither Content-Length nor Transfer-Encoding
     * @throws IllegalStateException if it has begun
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1: chunked transfer coding</a>
     */
    public void headWithoutLength(int newStatus, ResponseFields newFields) {
        http.thread.check();
        chunked = http11;
        toEnd = !http11;
        keepAlive &= chunked;
        head(newStatus, newFields);
        outgoing.begin(chunked && !headOnly);
    }

    /**
     * Hands the connection over: behind this head comes no HTTP any more. What the client sends from now on is the {@link #requestBody()}, up to its
     * end, and what is given as the body is sent as it is; {@link #done()} tells the client its end. Both sides end on their own, and when both have,
     * the connection does.
     *
     * @param newStatus 101, or 2xx to a CONNECT
     * @param newFields its header fields, with those that name the protocol
     * @throws IllegalStateException if the answer has begun, or the request is not complete
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.8">RFC 9110, 7.8: Upgrade, and 9.3.6: CONNECT</a>
     */
    public void handOver(int newStatus, ResponseFields newFields) {
        http.thread.check();
        request.beginTunnel();
        tunnel = true;
        toEnd = true;
        head(newStatus, newFields);
        connection.handedOver();
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
            header.begin(into, status, keepAlive || tunnel, sayKeepAlive);
            fields.write(header, into);
            if (chunked) {
                header.chunked(into);
            }
            header.end(into);
            http.counters.count(status, 1);
        }
    }

    /**
     * Sends bytes of the heap.
     *
     * @param bytes not to be changed any more
     * @throws IllegalStateException if a body is pulled, or was done
     */
    public void body(byte[] bytes) {
        http.thread.check();
        if (isWanted()) {
            outgoing.part(bytes.length);
            out.send(bytes);
        }
    }

    /**
     * Sends what remains in a buffer, and releases it.
     *
     * @param buffer the exchange's from now on, also if this throws
     * @throws IllegalStateException if a body is pulled, or was done
     */
    public void body(IoBuffer buffer) {
        http.thread.check();
        if (!isWanted()) {
            buffer.release();
            return;
        }
        try {
            outgoing.part(buffer.bytes().remaining());
        } catch (IllegalStateException e) {
            buffer.release();
            throw e;
        }
        out.send(buffer);
    }

    /**
     * Sends a range of a file.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range
     * @param whenLetGo called once, when the file is not used any more
     * @param newWhenUnreadable called with the error if the file cannot be read, or is shorter, before anything of it and of a head right before it
     *     was sent: that head counts as not said, and another answer may begin. Null if there is none; not called behind {@link
     *     #headWithoutLength}
     * @throws IllegalStateException if a body is pulled, or was done
     */
    public void body(
            AsyncFile file, long position, long lengthBytes, Runnable whenLetGo, IntConsumer newWhenUnreadable) {
        http.thread.check();
        if (!isWanted()) {
            whenLetGo.run();
        } else {
            outgoing.part(lengthBytes);
            whenUnreadable = newWhenUnreadable;
            out.send(
                    file,
                    position,
                    lengthBytes,
                    container,
                    whenLetGo,
                    newWhenUnreadable == null || chunked ? null : unreadable);
        }
    }

    private void unreadable(int errno) {
        if (output == Output.GIVEN_UP) {
            return;
        }
        output = Output.NONE;
        outgoing.begin(false);
        http.counters.count(status, -1);
        whenUnreadable.accept(errno);
    }

    /**
     * Sends what is pulled from a source, as the client takes it, up to its end. Nothing can be sent behind it; {@link #done()} may be said at once.
     * If the rest cannot be had the connection ends, and the client sees that something is missing.
     *
     * @param source aborted if nobody takes it any more
     * @throws IllegalStateException if another one is pulled, or the body is done
     */
    public void body(Body source) {
        http.thread.check();
        if (!isWanted()) {
            source.abort();
        } else {
            outgoing.pull(source);
        }
    }

    /** The answer is complete, or is when what is pulled for it has ended. */
    public void done() {
        http.thread.check();
        if (output != Output.GIVEN_UP) {
            output = Output.DONE;
            outgoing.finish();
        }
    }

    /** The answer cannot be completed: the connection ends, and the client sees that something is missing. */
    public void abort() {
        http.thread.check();
        giveUp("its handler has given it up");
    }

    private void giveUp(String why) {
        output = Output.GIVEN_UP;
        outgoing.abort();
        connection.giveUp(why);
    }

    /** Tells whether the response has a body, and somebody takes it. */
    private boolean isWanted() {
        return !headOnly && output != Output.GIVEN_UP;
    }

    private final class Sent implements OutgoingBody.Owner {
        @Override
        public void bodyOver() {
            output = Output.OVER;
            request = null;
            connection.answered();
        }

        @Override
        public void bodyFailed(String why) {
            giveUp(why);
        }

        @Override
        public boolean isGone() {
            return connection.isClosing();
        }
    }

    InFlight newOperations(Runnable settled) {
        http.thread.check();
        return new InFlight(http.server.events(), http.server.io(), container, settled);
    }

    void checkThread() {
        http.thread.check();
    }

    /** There is room for more of what is pulled. */
    void pullOn() {
        outgoing.pullOn();
    }

    /** Has something done when the client has gone, or was told that the answer comes too late. */
    void whenGone(Runnable action) {
        whenGone.add(action);
    }

    void gone() {
        outgoing.abort();
        for (int i = 0; i < whenGone.size(); i++) {
            whenGone.get(i).run();
        }
    }

    boolean hasBegun() {
        return output != Output.NONE;
    }

    /** Tells whether all of the answer is queued. */
    boolean isComplete() {
        return output == Output.OVER;
    }

    /** Tells whether the client takes the end of the connection for the end of the answer. */
    boolean endsWithConnection() {
        return toEnd;
    }

    /** Tells whether no HTTP follows. */
    boolean isTunnel() {
        return tunnel;
    }

    boolean keepsAlive() {
        return keepAlive;
    }
}
