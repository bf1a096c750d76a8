// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Link;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.net.Guest;
import dev.sluice.samples.net.Place;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * One client: its requests come in, and are answered one after the other.
 *
 * <pre>
 *   NONE ---- bytes ----> BEGUN ---- complete, or bad ----> TAKEN ---- the answer is sent ----> NONE, or closed
 * </pre>
 */
final class ServerConnection extends Connection implements Guest {
    /** How much of a request there is. */
    private enum Input {
        NONE,
        BEGUN,
        TAKEN
    }

    private final HttpServer http;
    private final Place place;
    private final Exchange exchange;
    private final HttpHandler handler;
    private final Patience patience;

    private Input input = Input.NONE;

    /** Only while a request is incomplete, or not answered. */
    private RequestReader reader;

    /** What came behind a request that is not answered; null if nothing did. */
    private IoBuffer received;

    /** It makes room as soon as the client has what was said last. */
    private boolean leaving;

    /** The answer is sent, or being sent, and {@link #allSent} comes. */
    private boolean sending;

    ServerConnection(HttpServer http, Link link, Place place) {
        super(link);
        this.http = http;
        this.place = place;
        exchange = new Exchange(this, http);
        handler = http.handlers.apply(exchange);
        patience = new Patience(http, this, operations().around(event -> askPatience()));
    }

    ResourceContainer clientContainer() {
        return container();
    }

    @Override
    protected void started() {
        closeWithin(2L * http.timeouts.responseNs()); // what is slow meanwhile the patience tells
        out().setMarks(0L, Long.MAX_VALUE); // one answer at a time, and no request meanwhile
        becomeIdle();
    }

    private void becomeIdle() {
        input = Input.NONE;
        place.becomeIdle(http.nowNs);
        patience.within(http.timeouts.idleNs());
    }

    @Override
    protected void received(IoBuffer block) {
        received = block;
        try {
            serve();
        } catch (RuntimeException e) {
            received = null; // released by who has handed it out
            throw e;
        }
    }

    /** The story of requests: each comes in, is answered, and what is behind it begins the next one. */
    private void serve() {
        while (input != Input.TAKEN && received != null && !isClosing()) {
            if (takeIn()) {
                input = Input.TAKEN;
                leaving = false;
                place.becomeBusy();
                patience.within(http.timeouts.responseNs() / Patience.STEPS);
                pause();
                answer();
            }
        }
    }

    /** Takes in what has come; tells whether a request is complete, or bad. */
    private boolean takeIn() {
        if (reader == null) {
            reader = http.readers.take();
        }
        final ByteBuffer bytes = received.bytes();
        final boolean complete = reader.parse(bytes);
        if (!bytes.hasRemaining()) {
            releaseReceived();
        }
        if (!complete && reader.hasBegun() && input == Input.NONE) {
            input = Input.BEGUN;
            leaving = false;
            place.becomeBusy();
            patience.within(http.timeouts.requestNs());
        }
        return complete;
    }

    private void answer() {
        sending = true;
        http.counters.requests++;
        exchange.begin(reader);
        if (reader.badStatus() == 0) {
            handler.handle(exchange);
        } else {
            refuse(reader.badStatus());
        }
    }

    private void refuse(int status) {
        exchange.closeAfter();
        PlainText.say(exchange, status);
    }

    /** The whole answer is given: the request is not needed any more. */
    void answered() {
        if (reader != null) {
            http.readers.giveBack(reader);
            reader = null;
        }
        if (!exchange.keepsAlive()) {
            end();
        } else if (out().isEmpty()) {
            allSent();
        }
    }

    private void end() {
        releaseReceived();
        if (out().isEmpty()) {
            closeWithin(http.timeouts.lingerNs());
        }
        close();
    }

    /** A client that has ended its side has asked for all it wants. */
    @Override
    protected void peerEnded() {
        end();
    }

    @Override
    protected void allSent() {
        if (isClosing()) {
            closeWithin(http.timeouts.lingerNs());
        }
        if (!sending || !exchange.isDone()) {
            return;
        }
        sending = false;
        handler.ended();
        if (!exchange.keepsAlive()) {
            end(); // its head was written when the server had begun to stop
        } else if (!isClosing()) {
            becomeIdle();
            if (http.server.isStopping() && received == null) {
                closeIfIdle();
            } else {
                resume();
                serve();
            }
        }
    }

    /** The time for what is under way may be over. */
    private void askPatience() {
        if (isClosing() || leaving || input == Input.TAKEN) {
            askForProgress();
        } else if (!patience.isOver()) {
            patience.goOn();
        } else if (input == Input.BEGUN) {
            place.becomeBusy();
            input = Input.TAKEN;
            pause();
            http.counters.requests++;
            exchange.begin(reader);
            refuse(HttpStatus.REQUEST_TIMEOUT_408);
            patience.within(http.timeouts.responseNs() / Patience.STEPS);
        } else {
            leave();
        }
    }

    /** An answer is under way, or the client has not taken it: tells apart who is slow, and gives up who is too slow. */
    private void askForProgress() {
        final long ackedBytes = ackedBytes();
        if (ackedBytes < 0L) {
            return; // it is being closed
        }
        switch (patience.verdict(exchange.isDone(), out(), ackedBytes, unackedBytes())) {
            case TAKEN -> {
                if (leaving && !isClosing() && !closeIfIdle()) {
                    leaving = false; // it has asked for something more
                }
            }
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
        if (exchange.hasBegun()) {
            abort();
            return;
        }
        refuse(HttpStatus.SERVICE_UNAVAILABLE_503);
        operations().cancelAll();
    }

    private void leave() {
        if (unackedBytes() > 1 || !closeIfIdle()) {
            leaving = true; // asked again
            place.becomeBusy();
            patience.within(http.timeouts.responseNs() / Patience.STEPS);
        }
    }

    @Override
    public boolean giveWay(ResourceContainer urgent) {
        if (unackedBytes() > 1) {
            leave();
            return false;
        }
        final boolean gives = closeIfIdle();
        if (gives) {
            container().setParent(urgent); // so that his end does not wait behind the work of his class
        }
        return gives;
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

    private void releaseReceived() {
        if (received != null) {
            final IoBuffer done = received;
            received = null;
            done.release();
        }
    }

    @Override
    protected void transportClosed() {
        place.giveBack();
        patience.end();
    }

    @Override
    protected void released() {
        if (sending) {
            sending = false;
            handler.ended();
        }
        releaseReceived();
        patience.end();
        place.giveBack();
    }
}
