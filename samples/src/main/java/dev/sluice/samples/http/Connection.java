package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.SocketFlags;
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
    private final ResourceContainer container;
    private final AsyncSocket socket;
    private final Exchange exchange;

    private Phase phase = Phase.REQUEST;

    /** Only while a request is incomplete. */
    private RequestParser parser;

    private IoBuffer input;
    private boolean receiving;

    private IoBuffer output;
    private boolean sending;

    private boolean shutdownAsked;
    private boolean peerEnded;
    private boolean socketClosing;
    private boolean ended;

    private boolean waiting;
    private int waitingBand;
    private long waitingSince;

    /** Takes over a connected socket. */
    Connection(ServerContext context, ResourceContainer container, int fd) {
        this.context = context;
        this.container = container;
        socket = context.io.newSocket();
        socket.adopt(fd, container, this);
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
        if (context.draining && parser == null && !hasInput()) {
            abort();
        } else if (hasInput()) {
            parse();
        } else {
            context.idle.start(this, context.nowNs);
            receive();
        }
    }

    private boolean hasInput() {
        return input != null && input.bytes().hasRemaining();
    }

    private void receive() {
        if (input == null) {
            input = context.io.arena().tryLease(INPUT_BYTES, container);
            if (input == null) {
                context.waiting.add(this);
                return;
            }
        }
        input.bytes().clear();
        if (socket.receive(input) == OperationPort.BACK_PRESSURED) {
            input.bytes().limit(0);
            context.waiting.add(this);
        } else {
            receiving = true;
        }
    }

    @Override
    public void handle(Event event) {
        switch (event.operation()) {
            case Opcode.RECV -> receiveEnded(event.result());
            case Opcode.SEND -> sendEnded(event.result());
            case Opcode.CLOSE -> {
                ended = true;
                endIfDone();
            }
            case Opcode.SHUTDOWN -> {
                // A failure means that the peer has gone: the receive under way will tell.
            }
            default -> throw new IllegalStateException("not an operation of a connection: " + event);
        }
    }

    private void receiveEnded(int result) {
        receiving = false;
        peerEnded |= result <= 0;
        input.bytes().flip();
        switch (phase) {
            case REQUEST -> {
                if (peerEnded) {
                    abort();
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
        if (parser == null) {
            parser = context.parsers.take();
        }
        final ByteBuffer received = input.bytes();
        if (!parser.parse(received)) {
            if (parser.hasBegun() && list != context.request) {
                context.request.start(this, context.nowNs);
            } else if (list == null) {
                context.idle.start(this, context.nowNs);
            }
            receive();
            return;
        }
        final RequestParser request = parser;
        parser = null;
        phase = Phase.RESPONSE;
        context.response.start(this, context.nowNs);
        if (request.badStatus() != 0) {
            exchange.refuse(request.badStatus());
        } else {
            exchange.begin(request);
            context.parsers.giveBack(request);
        }
    }

    /** Sends all of a buffer that belongs to the exchange; it comes back by {@link Exchange#sent}. */
    void send(IoBuffer buffer) {
        output = buffer;
        if (socket.send(buffer) == OperationPort.BACK_PRESSURED) {
            context.waiting.add(this);
        } else {
            sending = true;
        }
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
        sending = false;
        if (phase == Phase.CLOSING) {
            buffer.release();
            endIfDone();
        } else if (result < 0) {
            buffer.release();
            abort();
        } else {
            context.response.start(this, context.nowNs);
            exchange.sent(buffer);
        }
    }

    /** The exchange has sent its response and holds nothing any more. */
    void responseEnded(boolean keepAlive) {
        stopTimeout();
        if (keepAlive) {
            awaitRequest();
        } else {
            phase = Phase.LINGER;
            context.linger.start(this, context.nowNs);
            linger();
        }
    }

    /**
     * Ends the sending side and reads on for nothing: closing with bytes unread would reset the connection, and take the
     * response away from a client that is still sending.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, tear-down</a>
     */
    private void linger() {
        if (peerEnded) {
            abort();
            return;
        }
        if (!shutdownAsked) {
            if (socket.shutdown(SocketFlags.SHUT_WR) == OperationPort.BACK_PRESSURED) {
                context.waiting.add(this);
                return;
            }
            shutdownAsked = true;
        }
        if (!receiving) {
            receive();
        }
    }

    @Override
    void timedOut() {
        if (phase == Phase.REQUEST && parser != null && parser.hasBegun()) {
            parser = null;
            phase = Phase.RESPONSE;
            context.response.start(this, context.nowNs);
            exchange.refuse(HttpStatus.REQUEST_TIMEOUT_408);
        } else {
            abort();
        }
    }

    /** No request is taken any more: an idle connection is closed, a busy one when its response is sent. */
    void drain() {
        if (phase == Phase.REQUEST && (parser == null || !parser.hasBegun())) {
            abort();
        }
    }

    /** Cancels whatever is under way and closes. */
    @Override
    public void abort() {
        if (phase == Phase.CLOSING) {
            return;
        }
        phase = Phase.CLOSING;
        stopTimeout();
        parser = null;
        exchange.cancel();
        closeSocket();
    }

    private void closeSocket() {
        if (socket.close() == OperationPort.BACK_PRESSURED) {
            context.waiting.add(this);
        } else {
            socketClosing = true;
        }
    }

    /** Forgets the connection once the kernel has nothing of it any more. */
    void endIfDone() {
        if (!ended || receiving || sending || !exchange.isIdle()) {
            return;
        }
        if (input != null) {
            input.release();
            input = null;
        }
        if (output != null) {
            output.release();
            output = null;
        }
        container.close();
        context.connections.remove(this);
    }

    // Waiting for buffers or operations.

    boolean startWaiting(long arrival) {
        if (waiting) {
            return false;
        }
        waiting = true;
        waitingBand = container.effectivePriority();
        waitingSince = arrival;
        return true;
    }

    int waitingBand() {
        return waitingBand;
    }

    long waitingSince() {
        return waitingSince;
    }

    void endWaiting() {
        waiting = false;
    }

    /** Tries again what was refused. */
    void tryAgain() {
        if (phase == Phase.CLOSING) {
            if (!socketClosing) {
                closeSocket();
            }
            return;
        }
        switch (phase) {
            case REQUEST -> {
                if (!receiving) {
                    receive();
                }
            }
            case RESPONSE -> {
                if (output != null && !sending) {
                    send(output);
                }
                exchange.resume();
            }
            case LINGER -> linger();
            default -> {}
        }
    }
}
