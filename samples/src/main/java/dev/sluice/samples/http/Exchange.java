// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.uring.Closing;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

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
    private final ServerConnection connection;
    private final HttpServer http;
    private final OutboundQueue out;
    private final OutgoingBody outgoing;
    final Response response;
    private final IntConsumer unreadable = this::unreadable;
    private final List<Runnable> whenGone = new ArrayList<>();

    private RequestReader request;
    private ResourceContainer container;
    private IntConsumer whenUnreadable;
    private boolean gone;

    Exchange(ServerConnection connection, HttpServer http) {
        this.connection = connection;
        this.http = http;
        out = connection.out();
        response = new Response(http, connection.bodies);
        outgoing = new OutgoingBody(out, new Sent());
    }

    void begin(RequestReader newRequest) {
        request = newRequest;
        response.begin(newRequest);
        container = connection.clientContainer();
        outgoing.begin(false);
    }

    /**
     * Returns the request.
     *
     * @return valid until {@link #done()}, or {@link #forgetRequest()}, null from then on; what it says of its body is for {@link #requestBody()}
     */
    public RequestReader request() {
        return request;
    }

    /**
     * Says that the {@link #request()} is not needed any more: the handler has taken what it needs to answer by and by. What it was read with is used
     * for other clients meanwhile, and stays warm. Does nothing as long as something of it is to come.
     */
    public void forgetRequest() {
        http.thread.check();
        if (connection.forgetRequest()) {
            request = null;
        }
    }

    /**
     * Returns what the client sends behind the head. It is told to go on, if it waits for that, when this is pulled first, and not if the answer has
     * begun before. What nobody has pulled by {@link #done()} is forgotten, and the connection with it if that is too much.
     *
     * @return empty unless {@link HttpHandler#wantsBody} has said so; for this request alone
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1">RFC 9110, 10.1.1: Expect</a>
     */
    public Body requestBody() {
        return connection.bodies.get();
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
        return response.isGiven() || connection.isClosing();
    }

    /** After this answer the connection ends: what comes on it has no meaning, or should not. */
    public void closeAfter() {
        http.thread.check();
        response.closeAfter();
    }

    /**
     * Returns who has sent the request.
     *
     * @return the client, or who is said to be it by a balancer that is trusted to say so
     */
    public InetSocketAddress peer() {
        return connection.peer;
    }

    /**
     * Tells a client of HTTP/1.1 something before the answer, such as 103 with links: at once, and nothing to another client.
     *
     * @param status 1xx, but 101
     * @param interimFields its header fields
     * @throws IllegalArgumentException if the status is another one
     * @throws IllegalStateException if the answer has begun
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110, 15.2: informational</a>
     */
    public void interim(int status, HttpFields interimFields) {
        http.thread.check();
        if (!HttpStatus.isInformational(status) || status == HttpStatus.SWITCHING_PROTOCOLS_101) {
            throw new IllegalArgumentException("an interim response is 1xx, and 101 is handOver: " + status);
        }
        if (response.mayBegin() && response.isHttp11()) {
            out.send(http.header.interim(status, interimFields));
        }
    }

    /**
     * Begins the response.
     *
     * @param status of the response, 200 to 999
     * @param fields its header fields, with what tells how long the body is: nobody checks that, and to a client that is told another length what
     *     comes next on the connection is no answer
     * @throws IllegalArgumentException if the status is out of range
     * @throws IllegalStateException if the answer has begun
     */
    public void head(int status, ResponseFields fields) {
        http.thread.check();
        if (response.mayBegin()) {
            response.set(status, fields);
            begin();
        }
    }

    /**
     * Begins an answer whose length nobody knows: the body goes in chunks, or, to a client of HTTP/1.0, ends with the connection. One to HEAD, and
     * with 204 or 304, has none.
     *
     * @param status of the response, 200 to 999
     * @param fields its header fields, with neither Content-Length nor Transfer-Encoding
     * @throws IllegalArgumentException if the status is out of range
     * @throws IllegalStateException if the answer has begun
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1: chunked transfer coding</a>
     */
    public void headWithoutLength(int status, ResponseFields fields) {
        http.thread.check();
        if (response.mayBegin()) {
            response.setWithoutLength(status, fields);
            begin();
            outgoing.begin(response.isChunked());
        }
    }

    /**
     * Hands the connection over: behind this head comes no HTTP any more. What the client sends from now on is the {@link #requestBody()}, up to its
     * end, and what is given as the body is sent as it is; {@link #done()} tells the client its end. Both sides end on their own, and when both have,
     * the connection does.
     *
     * <p>That a client of HTTP/1.1 has asked for a protocol that is spoken here, by {@code Connection: upgrade} and Upgrade, is for the handler to see.
     * A request whose body has not come, or one of HTTP/1.0 for another protocol, is answered {@code 400} in its place.
     *
     * @param status 101, or 2xx to a CONNECT
     * @param fields its header fields, beside {@code Connection: upgrade} of a 101: Upgrade, which names the protocol
     * @throws IllegalArgumentException if the status is another one
     * @throws IllegalStateException if the answer has begun, was done and is taken back, or the request was forgotten
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.8">RFC 9110, 7.8: Upgrade, and 9.3.6: CONNECT</a>
     */
    public void handOver(int status, ResponseFields fields) {
        http.thread.check();
        if (!response.mayBegin()) {
            return;
        }
        if (request == null) { // it was forgotten, or another answer is wanted in the place of one that was done
            throw new IllegalStateException("the request is done with: its connection cannot be handed over any more");
        }
        response.setTunnel(status, fields);
        if (!request.bodyComplete() || (status == HttpStatus.SWITCHING_PROTOCOLS_101 && !response.isHttp11())) {
            response.begin(request);
            refuse(HttpStatus.BAD_REQUEST_400);
            return;
        }
        request.beginTunnel();
        begin();
        connection.handedOver();
    }

    private void begin() {
        if (request != null && request.expectsContinue()) { // null if it takes the place of another
            response.closeAfter(); // what the client sends all the same may or may not be the body
        }
        response.sendHeadTo(out);
    }

    /** Answers in the place of the handler, whatever that says from now on, and ends the connection. */
    void refuse(int status) {
        response.refuse();
        PlainText.say(this, status);
    }

    /**
     * Sends bytes of the heap.
     *
     * @param bytes not to be changed any more
     * @throws IllegalStateException if there is no head yet, a body is pulled, or was done
     */
    public void body(byte[] bytes) {
        http.thread.check();
        if (response.isWanted()) {
            outgoing.part(bytes.length);
            out.send(bytes);
        }
    }

    /**
     * Sends what remains in a buffer, and releases it.
     *
     * @param buffer the exchange's from now on, also if this throws
     * @throws IllegalStateException if there is no head yet, a body is pulled, or was done
     */
    public void body(IoBuffer buffer) {
        http.thread.check();
        final boolean wanted;
        try {
            wanted = response.isWanted();
            if (wanted) {
                outgoing.part(buffer.bytes().remaining());
            }
        } catch (IllegalStateException e) {
            buffer.release();
            throw e;
        }
        if (wanted) {
            out.send(buffer);
        } else {
            buffer.release();
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
     *     was sent: that head counts as not said, and another answer may begin. Null if there is none; not called behind {@link
     *     #headWithoutLength}
     * @throws IllegalStateException if there is no head yet, a body is pulled, or was done
     */
    public void body(
            AsyncFile file, long position, long lengthBytes, Runnable whenLetGo, IntConsumer newWhenUnreadable) {
        http.thread.check();
        final boolean wanted;
        try {
            wanted = response.isWanted();
            if (wanted) {
                outgoing.part(lengthBytes);
            }
        } catch (IllegalStateException e) {
            whenLetGo.run();
            throw e;
        }
        if (!wanted) {
            whenLetGo.run();
            return;
        }
        whenUnreadable = newWhenUnreadable;
        final IntConsumer told = newWhenUnreadable == null || response.isChunked() ? null : unreadable;
        out.send(file, position, lengthBytes, container, whenLetGo, told);
    }

    private void unreadable(int errno) {
        if (!response.takeBack()) {
            return;
        }
        outgoing.begin(false);
        whenUnreadable.accept(errno);
    }

    /**
     * Sends what is pulled from a source, as the client takes it, up to its end. Nothing can be sent behind it; {@link #done()} may be said at once.
     * If the rest cannot be had the connection ends, and the client sees that something is missing.
     *
     * @param source aborted if nobody takes it any more
     * @throws IllegalStateException if there is no head yet, another one is pulled, or the body is done
     */
    public void body(Body source) {
        http.thread.check();
        try {
            if (response.isWanted()) {
                outgoing.pull(source);
            } else {
                source.abort();
            }
        } catch (IllegalStateException e) {
            source.abort();
            throw e;
        }
    }

    /**
     * The answer is complete, or is when what is pulled for it has ended.
     *
     * @throws IllegalStateException if there is no head, or it was said before
     */
    public void done() {
        http.thread.check();
        if (response.end()) {
            outgoing.finish();
        }
    }

    /** The answer cannot be completed: the connection ends, and the client sees that something is missing. */
    public void abort() {
        http.thread.check();
        giveUp("its handler has given it up");
    }

    private void giveUp(String why) {
        response.giveUp();
        outgoing.abort();
        connection.giveUp(why);
    }

    private final class Sent implements OutgoingBody.Owner {
        @Override
        public void bodyOver() {
            response.over();
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

    /** Has something done when the answer is given, by whomever, or the client has gone: at once if that was before. */
    void whenGone(Runnable action) {
        if (gone || (response.isOver() && !response.isTunnel())) {
            action.run();
        } else {
            whenGone.add(action);
        }
    }

    void gone() {
        gone = true;
        final Closing closing = new Closing("telling that nobody waits for an answer failed");
        closing.step(outgoing::abort);
        closing.step(this::leave);
        closing.step(() -> connection.bodies.fail("the client has gone"));
        closing.end();
    }

    /** The answer is given, or nobody waits for it: what is still done for it is in vain. */
    void leave() {
        if (whenGone.isEmpty()) {
            return; // as mostly
        }
        final Closing closing = new Closing("telling what is done for an answer that it is in vain failed");
        for (int i = 0; i < whenGone.size(); i++) {
            closing.step(whenGone.get(i)::run);
        }
        whenGone.clear();
        closing.end();
    }
}
