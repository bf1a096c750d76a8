// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * One client: receives requests, has them answered one after another, closes when it is time. All that is spent on it
 * is charged to a container of its own, below that of its class.
 *
 * <pre>
 *            complete            sent, kept alive
 *   REQUEST ----------> RESPONSE -----------------> REQUEST
 *                          | sent, not kept alive
 *                          v          end of file, or 2 s
 *                        LINGER ----------------------------> CLOSING   (from anywhere on an error)
 * </pre>
 */
final class Connection extends TimeoutEntry implements EventHandler {
    private static final int INPUT_BYTES = 4096;

    private enum Phase {
        REQUEST,
        RESPONSE,
        LINGER,
        CLOSING
    }

    private final ServerContext context;
    private final ServedClass clients;
    private final ResourceContainer container;
    private final AsyncSocket socket;
    private final Exchange exchange;
    private final Progress progress = new Progress();

    private Phase phase = Phase.REQUEST;

    /** Only while a request is incomplete. */
    private RequestReader reader;

    /** Has nothing remaining unless it was received; null if none is needed, or to be had. */
    private IoBuffer input;

    /** An event is to come that leads to bytes: of a receive, a wait for them, or one for the buffer. */
    private boolean receiving;

    private long receiveId;

    /** Null unless it is being sent. */
    private IoBuffer output;

    private boolean shutdownAsked;
    private boolean peerEnded;
    private boolean ended;

    /** Takes over a connected socket that nothing is under way on. */
    Connection(ServerContext context, ServedClass clients, ResourceContainer container, AsyncSocket socket) {
        this.context = context;
        this.clients = clients;
        this.container = container;
        this.socket = socket;
        socket.declareInterest(container, this);
        exchange = new Exchange(context, this, container);
    }

    /** Waits for the first request. */
    void start() {
        context.connections.add(this);
        context.counters.connectionsTotal++;
        awaitRequest();
    }

    private void awaitRequest() {
        phase = Phase.REQUEST;
        if (context.draining && reader == null && !hasInput()) {
            abort();
        } else if (hasInput()) {
            parse();
        } else {
            progress.restart();
            clients.idle.start(this, context.nowNs);
            receive();
        }
    }

    private boolean hasInput() {
        return input != null && input.bytes().hasRemaining();
    }

    /** Waits for bytes: while memory is short without a buffer. */
    private void receive() {
        if (context.io.arena().isShort(container)) {
            releaseInput();
        } else if (input == null) {
            input = context.io.arena().tryLease(INPUT_BYTES, container);
        }
        if (input == null) {
            receiveId = ServerContext.started(socket.awaitReadiness(PollMask.POLLIN, container, this));
            receiving = true;
        } else {
            receiveInput();
        }
    }

    private void receiveInput() {
        input.bytes().clear();
        receiveId = ServerContext.started(socket.receive(input));
        receiving = true;
    }

    private void releaseInput() {
        if (input != null) {
            input.release();
            input = null;
        }
    }

    @Override
    public void handle(Event event) {
        switch (event.operation()) {
            case Opcode.RECV -> receiveEnded(event.result());
            case Opcode.POLL_ADD -> receivable();
            case Opcode.NOP -> inputCame((IoBuffer) event.message());
            case Opcode.SEND -> sendEnded(event.result());
            case Opcode.CLOSE -> {
                ended = true;
                context.places.giveBack(1L, clients.container);
                endIfDone();
            }
            case Opcode.SHUTDOWN -> {
                // A failure means that the peer has gone: the receive under way will tell.
            }
            default -> throw new IllegalStateException("not an operation of a connection: " + event);
        }
    }

    /** There are bytes, or the receive will tell what is wrong. */
    private void receivable() {
        receiving = false;
        if (phase == Phase.CLOSING) {
            endIfDone();
        } else if (phase != Phase.RESPONSE) {
            input = context.io.arena().tryLease(INPUT_BYTES, container);
            if (input == null) {
                awaitInput();
            } else {
                receiveInput();
            }
        }
    }

    /** Bytes have come, and there is no buffer for them. Meanwhile the client is neither idle nor slow. */
    private void awaitInput() {
        if (phase == Phase.REQUEST) {
            stopTimeout();
        }
        receiveId = ServerContext.started(context.io.arena().lease(INPUT_BYTES, container, this));
        receiving = true;
    }

    /** The turn for a buffer has come; null if the wait was ended. */
    private void inputCame(IoBuffer granted) {
        receiving = false;
        input = granted;
        if (granted != null) {
            granted.bytes().limit(0);
        }
        if (phase == Phase.REQUEST) {
            clients.idle.start(this, context.nowNs);
        }
        if (phase == Phase.CLOSING) {
            endIfDone();
        } else if (phase != Phase.RESPONSE) {
            receiveInput();
        }
    }

    private void receiveEnded(int result) {
        receiving = false;
        peerEnded |= result <= 0;
        input.bytes().flip();
        switch (phase) {
            case REQUEST -> {
                if (result < 0) {
                    abort();
                } else if (peerEnded) {
                    startLingering();
                } else {
                    parse();
                }
            }
            case RESPONSE -> input.bytes().limit(0); // to a request that was given up
            case LINGER -> linger();
            case CLOSING -> endIfDone();
        }
    }

    private void parse() {
        if (reader == null) {
            reader = context.readers.take();
        }
        final ByteBuffer received = input.bytes();
        if (!reader.parse(received)) {
            if (reader.hasBegun() && list != context.request) {
                context.request.start(this, context.nowNs);
            } else if (list == null) {
                clients.idle.start(this, context.nowNs);
            }
            receive();
            return;
        }
        final RequestReader request = reader;
        reader = null;
        if (!received.hasRemaining() && context.io.arena().isShort(container)) {
            releaseInput();
        }
        phase = Phase.RESPONSE;
        progressed();
        if (request.badStatus() != 0) {
            exchange.refuse(request.badStatus(), request.isHead());
        } else {
            exchange.begin(request);
            context.readers.giveBack(request);
        }
    }

    /** Sends a buffer that belongs to the exchange, all of it or what the client takes at once; it comes back by {@link Exchange#sent}. */
    void send(IoBuffer buffer, boolean some) {
        output = buffer;
        ServerContext.started(some ? socket.sendSome(buffer, container, this) : socket.send(buffer));
    }

    /** Waits until the client takes something; the event is the exchange's. */
    void awaitSendable(EventHandler handler) {
        ServerContext.started(socket.awaitReadiness(PollMask.POLLOUT, container, handler));
    }

    /** Reads the first piece of a body behind its header, and sends them if that is all; the event is the exchange's. */
    boolean sendFirst(SequentialReader body, IoBuffer header) {
        return body.sendFirst(socket, header);
    }

    /** Tells whether the buffer given to {@link #send} has not come back yet. */
    boolean isSending() {
        return output != null;
    }

    private void sendEnded(int result) {
        final IoBuffer buffer = output;
        output = null;
        if (phase == Phase.CLOSING) {
            buffer.release();
            endIfDone();
        } else if (result < 0 && result != -Errno.EAGAIN) {
            buffer.release();
            abort();
        } else {
            if (result > 0) {
                progressed();
            }
            exchange.sent(buffer);
        }
    }

    /** The exchange has sent its response and holds nothing any more. */
    void responseEnded(boolean keepAlive) {
        stopTimeout();
        if (keepAlive) {
            awaitRequest();
        } else {
            startLingering();
        }
    }

    private void startLingering() {
        phase = Phase.LINGER;
        progress.restart();
        context.linger.start(this, context.nowNs);
        linger();
    }

    /**
     * Ends the sending side and reads on for nothing: closing with bytes unread would reset the connection, and take the
     * response away from a client that is still sending.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, tear-down</a>
     */
    private void linger() {
        if (peerEnded && hasTakenAll()) {
            abort();
            return;
        }
        if (!shutdownAsked) {
            ServerContext.started(socket.shutdown(SocketFlags.SHUT_WR));
            shutdownAsked = true;
        }
        if (!receiving && !peerEnded) {
            receive();
        }
    }

    @Override
    void timedOut() {
        if (phase == Phase.REQUEST && reader != null && reader.hasBegun()) {
            final boolean head = reader.isHead();
            reader = null;
            phase = Phase.RESPONSE;
            progressed();
            exchange.refuse(HttpStatus.REQUEST_TIMEOUT_408, head);
        } else if (phase == Phase.RESPONSE) {
            goOnIfTaken();
        } else {
            closeWhenTaken();
        }
    }

    /** A step of the response is done: the next one has its full time. */
    void progressed() {
        progress.restart();
        context.response.start(this, context.nowNs);
    }

    /** Nothing was read for the response, and nothing sent, for an eighth of its time. */
    private void goOnIfTaken() {
        if (progress.step() == Progress.STEPS && exchange.fileTimedOut()) {
            if (phase == Phase.RESPONSE) {
                progressed();
            }
        } else if (progress.goesOn(socket, context.leastAckedBytes) || hasTakenAll()) {
            context.response.start(this, context.nowNs);
        } else {
            cutOff();
        }
    }

    /** There is nothing more to say: once the peer has what was said the connection is closed. */
    private void closeWhenTaken() {
        if (hasTakenAll()) {
            abort();
            return;
        }
        progress.step();
        if (progress.goesOn(socket, context.leastAckedBytes)) {
            context.response.start(this, context.nowNs);
        } else {
            cutOff();
        }
    }

    /** Tells whether the peer has everything that the kernel has to send; the end of the stream counts as a byte. */
    boolean hasTakenAll() {
        return socket.unackedBytes() <= 1;
    }

    /** Closes, and leaves nothing to the kernel that would wait there for a peer that takes nothing in. */
    void cutOff() {
        if (phase != Phase.CLOSING) {
            socket.dropAtClose();
            abort();
        }
    }

    /** No request is taken any more: an idle connection is closed, a busy one when its response is sent. */
    void drain() {
        if (phase == Phase.REQUEST && (reader == null || !reader.hasBegun())) {
            abort();
        }
    }

    /**
     * Makes room for another, unless a request has come meanwhile; the end of the socket comes at another's priority then. A client
     * that has not taken its response yet is left to do so, and is not idle until then.
     */
    boolean giveWay(ResourceContainer urgent) {
        if (!hasTakenAll()) {
            closeWhenTaken();
            return false;
        }
        stopTimeout();
        final boolean idle = !receiving || context.io.cancel(receiveId);
        if (idle) {
            socket.declareInterest(urgent, this);
            abort();
        }
        return idle;
    }

    /** Tells whether its place is given back. */
    boolean hasEnded() {
        return ended;
    }

    /** Cancels whatever is under way and closes. */
    @Override
    public void abort() {
        if (phase == Phase.CLOSING) {
            return;
        }
        phase = Phase.CLOSING;
        stopTimeout();
        reader = null;
        exchange.cancel();
        if (receiving) {
            context.io.cancel(receiveId);
        }
        ServerContext.started(socket.close());
    }

    /** Forgets the connection once the kernel has nothing of it any more. */
    void endIfDone() {
        if (!ended || receiving || isSending() || !exchange.isIdle()) {
            return;
        }
        releaseInput();
        container.close();
        context.connections.remove(this);
    }
}
