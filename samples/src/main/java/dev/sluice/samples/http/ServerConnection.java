// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.Link;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.net.Place;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its requests come in, and are answered one after the other.
 *
 * <pre>
 *                                    +-- pulled --&gt; AWAITED --+
 *                                    |                        | its body has come
 *   NONE -- bytes --&gt; BEGUN -- complete, or bad --&gt; TAKEN &lt;---+
 *    ^                                               | the answer is sent
 *    +----- all of its body was read, or FORGOTTEN &lt;-+--&gt; closed
 * </pre>
 */
final class ServerConnection extends PlacedConnection implements IncomingBody.Source {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /** Of what is received of a body: few pieces, and no more memory than is read ahead of a file. */
    private static final int BODY_BLOCK_BYTES = 64 * 1024;

    private static final int HEAD_BLOCK_BYTES = 4096;

    /** What is pulled for an answer is pulled when less than this is queued, up to that. */
    private static final long LOW_BYTES = 64L * 1024L;

    private static final long HIGH_BYTES = 128L * 1024L;

    /** How much of a request there is, and what is waited for. */
    private enum Input {
        NONE,
        BEGUN,
        TAKEN,
        AWAITED,
        FORGOTTEN
    }

    /** As a balancer has told it, if there is one. */
    final InetSocketAddress peer;

    private final Exchange exchange;
    private final HttpHandler handler;

    /** Not taken yet: of a request that is not answered, or behind it. */
    private final ReceivedBytes received = new ReceivedBytes();

    final RequestBodies bodies = new RequestBodies(http, this, received, operations());

    /** Null unless a trusted proxy asks for others. */
    private final Forwarding forwarding;

    private Input input = Input.NONE;

    /** Only while a request is incomplete, or not answered. */
    private RequestReader reader;

    /** The answer is sent, or being sent, and {@link #allSent} comes. */
    private boolean sending;

    ServerConnection(HttpServer http, Link link, Place place, InetSocketAddress peer) {
        super(http, link, place);
        this.peer = peer;
        forwarding = Forwarding.of(place, container());
        exchange = new Exchange(this, http);
        handler = http.handlers.apply(exchange);
    }

    @Override
    protected void started() {
        closeWithin(2L * http.timeouts.responseNs()); // what is slow meanwhile the patience tells
        out().setMarks(LOW_BYTES, HIGH_BYTES);
        receiveWhileCongested(); // a body is received as it is pulled, and a request when the last is answered
        becomeIdle();
    }

    @Override
    protected void received(IoBuffer block) {
        received.set(block);
        try {
            switch (input) {
                case AWAITED -> bodyCame(block.bytes().remaining());
                case FORGOTTEN -> forgetBody();
                default -> serve();
            }
        } catch (RuntimeException e) {
            received.forget(); // released by who has handed it out
            throw e;
        }
    }

    /** The story of requests: each comes in, is answered, and what is behind it begins the next one. */
    private void serve() {
        while (input.compareTo(Input.TAKEN) < 0 && !received.isEmpty() && !isClosing()) {
            if (takeIn()) {
                input = Input.TAKEN;
                becomeBusy(http.timeouts.responseNs() / Patience.STEPS);
                pause();
                answer();
            }
        }
    }

    /** Takes in what has come; tells whether a request is complete, or bad, or its head, if its body is wanted. */
    private boolean takeIn() {
        if (reader == null) {
            reader = http.readers.take();
        }
        final ByteBuffer bytes = received.bytes();
        final boolean headTaken = reader.parseHead(bytes);
        final boolean bodyWanted = headTaken && reader.hasBody() && handler.wantsBody(reader);
        final boolean taken = bodyWanted || (headTaken && reader.skipBody(bytes));
        if (taken) {
            bodies.begin(reader, bodyWanted);
        }
        received.releaseIfTaken();
        if (!taken && reader.hasBegun() && input == Input.NONE) {
            input = Input.BEGUN;
            becomeBusy(http.timeouts.requestNs());
        }
        return taken;
    }

    private void answer() {
        sending = true;
        if (forwarding != null) {
            forwarding.begin(reader);
        }
        http.counters.requests++;
        exchange.begin(reader);
        if (reader.badStatus() == 0) {
            handler.handle(exchange);
        } else {
            exchange.refuse(reader.badStatus());
        }
    }

    @Override
    public void awaitBytes() {
        if (reader.expectsContinue() && !exchange.response.hasBegun()) {
            out().send(http.header.interim(HttpStatus.CONTINUE_100, HttpFields.EMPTY));
        }
        if (input == Input.TAKEN) {
            input = Input.AWAITED;
            receiveInBlocksOf(BODY_BLOCK_BYTES);
            bodies.await();
            if (!exchange.response.isTunnel()) {
                patience.within(http.timeouts.requestNs());
            }
        }
        resume();
    }

    @Override
    public long lease(int minBytes, Object attachment) {
        return io().arena().lease(minBytes, container(), attachment);
    }

    private void bodyCame(int lengthBytes) {
        input = Input.TAKEN;
        pause();
        if (!bodies.came(lengthBytes) && !exchange.response.isTunnel()) {
            bodyTooSlow();
            return;
        }
        if (!exchange.response.isTunnel()) {
            patience.within(http.timeouts.responseNs() / Patience.STEPS);
        }
        bodies.deliver();
    }

    @Override
    public void awaitNothing() {
        if (input == Input.AWAITED) {
            input = Input.TAKEN;
            pause();
            if (!exchange.response.isTunnel()) {
                patience.within(http.timeouts.responseNs() / Patience.STEPS);
            }
        }
    }

    private void bodyTooSlow() {
        input = Input.TAKEN;
        pause();
        if (exchange.response.hasBegun()) {
            abort();
        } else {
            exchange.refuse(HttpStatus.REQUEST_TIMEOUT_408);
        }
    }

    @Override
    public void refused() {
        if (!exchange.response.hasBegun()) {
            exchange.refuse(reader.badStatus());
        }
    }

    /** Reads what nobody has pulled of a request that is answered. */
    private void forgetBody() {
        final boolean skipped = !received.isEmpty() && reader.skipBody(received.bytes());
        received.releaseIfTaken();
        if (reader.fault() != null || (skipped && !reader.keepAlive())) {
            end(); // nothing that comes now has a meaning
        } else if (skipped) {
            nextRequest();
        } else {
            resume();
        }
    }

    /** The whole answer is given: the request is not needed any more. */
    void answered() {
        if (exchange.response.isTunnel()) {
            endOutput();
            endIfBothHave();
            return;
        }
        bodies.leave();
        exchange.leave();
        forgetRequest();
        if (!exchange.response.keepsAlive()) {
            end();
        } else if (out().isEmpty()) {
            allSent();
        }
    }

    private void giveBackReader() {
        if (reader.hasBody()) {
            receiveInBlocksOf(HEAD_BLOCK_BYTES);
        }
        bodies.end();
        http.readers.giveBack(reader);
        reader = null;
    }

    /** Nobody asks what the request was; false if something of it is to come, or to be pulled. */
    boolean forgetRequest() {
        final boolean over = reader != null && reader.bodyComplete() && !bodies.isToBePulled();
        if (over) {
            giveBackReader();
        }
        return over;
    }

    /** No HTTP comes on this connection any more. */
    void handedOver() {
        bodies.begin(reader, true); // what comes now
        patience.within(http.timeouts.idleNs());
    }

    /** Of a tunnel. */
    private void endIfBothHave() {
        if (exchange.response.isOver() && reader.bodyComplete()) {
            end();
        }
    }

    /** What is missing of the answer cannot be had: the client has what there was, and sees by its framing that it is not all, or by a reset. */
    void giveUp(String why) {
        LOG.debug("an answer is given up: {}", why);
        if (exchange.response.endsWithConnection()) {
            abort();
        } else {
            close();
        }
    }

    private void end() {
        received.release();
        if (out().isEmpty()) {
            closeWithin(http.timeouts.lingerNs());
        }
        close();
    }

    /** A client that has ended its side has asked for all it wants. */
    @Override
    protected void peerEnded() {
        if (input != Input.AWAITED) {
            end();
            return;
        }
        input = Input.TAKEN;
        reader.endOfInput();
        patience.within(http.timeouts.responseNs() / Patience.STEPS);
        bodies.deliver();
        if (exchange.response.isTunnel()) {
            endIfBothHave();
        }
    }

    @Override
    protected void relieved() {
        exchange.pullOn();
    }

    @Override
    protected void allSent() {
        if (isClosing()) {
            closeWithin(http.timeouts.lingerNs());
        }
        if (!sending || !exchange.response.isOver() || exchange.response.isTunnel()) {
            return;
        }
        sending = false;
        handler.ended();
        if (!exchange.response.keepsAlive()) {
            end(); // its head was written when the server had begun to stop
        } else if (isClosing()) {
            return;
        } else if (reader != null) {
            input = Input.FORGOTTEN;
            patience.within(http.timeouts.requestNs());
            forgetBody();
        } else {
            nextRequest();
        }
    }

    private void nextRequest() {
        if (reader != null) {
            giveBackReader();
        }
        input = Input.NONE;
        if (forwarding != null) {
            forwarding.end();
        }
        becomeIdle();
        if (http.server.isStopping() && received.isEmpty() && !closeIfIdle()) {
            leave(); // what keeps it from that shows as it is received on
        }
        if (!isClosing()) {
            resume();
            serve();
        }
    }

    @Override
    void askPatience() {
        if (exchange.response.isTunnel() && !isClosing()) {
            askTunnel();
        } else if (isClosing() || isLeaving() || input == Input.TAKEN) {
            askForProgress();
        } else if (!patience.isOver()) {
            patience.goOn();
        } else if (isAwaitingMemory()) {
            patience.startAgain(); // it is not the client who is slow
            bodies.await();
        } else if (input == Input.AWAITED) {
            bodyTooSlow();
        } else if (input == Input.FORGOTTEN) {
            end();
        } else if (input == Input.BEGUN) {
            input = Input.TAKEN;
            pause();
            http.counters.requests++;
            exchange.begin(reader);
            exchange.refuse(HttpStatus.REQUEST_TIMEOUT_408);
            becomeBusy(http.timeouts.responseNs() / Patience.STEPS);
        } else {
            leave();
        }
    }

    /** Nothing may move for as long as on a connection without a request. */
    private void askTunnel() {
        if (!patience.isOver()) {
            patience.goOn();
        } else if (patience.isStill(bodies.cameBytes() + ackedBytes())) {
            abort();
        } else {
            patience.within(http.timeouts.idleNs());
        }
    }

    /** An answer is under way, or the client has not taken it: tells apart who is slow, and gives up who is too slow. */
    private void askForProgress() {
        final long ackedBytes = ackedBytes();
        if (ackedBytes < 0L) {
            return; // it is being closed
        }
        switch (patience.verdict(exchange.response.isOver(), out(), ackedBytes, unackedBytes())) {
            case TAKEN -> leaveIfAsked();
            case FILE_TOO_SLOW -> {
                if (!out().giveUpFile()) {
                    abort();
                }
            }
            case ANSWER_TOO_LATE -> tooLate();
            case CLIENT_TOO_SLOW -> abort();
            case GOES_ON -> {}
        }
        patience.goOn();
    }

    private void tooLate() {
        if (exchange.response.hasBegun()) {
            abort();
            return;
        }
        exchange.refuse(HttpStatus.SERVICE_UNAVAILABLE_503);
        operations().cancelAll();
        exchange.gone();
    }

    /** An idle one is closed, a busy one when its answer is sent. */
    @Override
    protected void drain() {
        if (input == Input.NONE) {
            leave();
        }
    }

    /** A file has ended before its time, or the client has gone: what there was reaches him, who knows by its length that it is not all. */
    @Override
    protected void failed(int errno) {
        closeNow();
    }

    @Override
    protected void transportClosed() {
        try {
            exchange.gone();
        } finally {
            giveBackPlace(); // after what may have begun to be patient
        }
    }

    @Override
    protected void released() {
        received.release();
        giveBackPlace();
        if (sending) {
            sending = false;
            handler.ended(); // last: it may throw
        }
    }
}
