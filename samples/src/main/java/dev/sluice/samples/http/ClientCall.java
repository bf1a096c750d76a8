// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.Timer;
import dev.sluice.samples.http.wire.ResponseReader;

/**
 * A request on its way. Belongs to the thread of its server.
 *
 * <pre>
 *   WAITING --&gt; CONNECTING --&gt; SENT --&gt; ANSWERED --&gt; OVER
 *      ^  |                    ^ |
 *      |  +-- one is free -----+ |
 *      +-- again, once ----------+
 * </pre>
 */
public final class ClientCall {
    private enum Stage {
        WAITING,

        /** A connection is being made for it. */
        CONNECTING,

        /** Its connection has it. */
        SENT,

        /** The head of the response was told. */
        ANSWERED,

        /** It has failed, or was aborted, or the response has come. */
        OVER
    }

    final ClientRequest request;
    final ResponseHandler handler;
    final ResourceContainer charged;

    /** Who waits goes by these: the band at its arrival, and its number. */
    final int band;

    final long number;

    private final Origin origin;
    private final Timer patience;

    private Stage stage = Stage.WAITING;

    /** Was sent on a connection that had ended by then: the next one is to be a new one, of which that cannot be said. */
    private boolean repeated;

    private ConnectAttempt attempt;
    private ClientConnection connection;

    ClientCall(Origin origin, ResourceContainer charged, ClientRequest request, ResponseHandler handler, long number) {
        this.origin = origin;
        this.charged = charged;
        this.request = request;
        this.handler = handler;
        this.number = number;
        band = charged.effectivePriority();
        patience = origin.client.server.events().newTimer(charged, this::waitedTooLong);
    }

    /** It stands in the line of its origin. */
    void waits() {
        stage = Stage.WAITING;
        patience.start(origin.client.timeouts.waitNs());
    }

    private void waitedTooLong(Event event) {
        origin.forget(this);
        fail(ClientFailure.NO_CONNECTION_IN_TIME, "no connection to " + origin + " has become free in time");
    }

    void connects(ConnectAttempt newAttempt) {
        patience.cancel();
        stage = Stage.CONNECTING;
        attempt = newAttempt;
    }

    void sent(ClientConnection newConnection) {
        patience.cancel();
        stage = Stage.SENT;
        attempt = null;
        connection = newConnection;
    }

    /** Stands in the line again, if it may be sent twice: the connection had ended when it was sent. */
    boolean waitsAgain() {
        if (!isRepeatable()) {
            return false;
        }
        repeated = true;
        origin.addAgain(this);
        return true;
    }

    /** Tells whether it does no harm to send it twice. */
    boolean isRepeatable() {
        return stage == Stage.SENT && request.repeatable;
    }

    boolean isRepeated() {
        return repeated;
    }

    /** There is a response. */
    void answered() {
        stage = Stage.ANSWERED;
    }

    /** Tells that there is no response, unless something was told. What the connection has of the body is the connection's to abort. */
    void fail(ClientFailure failure, String why) {
        if (stage.compareTo(Stage.ANSWERED) < 0) {
            final boolean hasBody = stage != Stage.SENT && request.body != null;
            stage = Stage.OVER;
            if (hasBody) {
                request.body.abort();
            }
            handler.failed(failure, why);
        }
    }

    void over() {
        stage = Stage.OVER;
    }

    /**
     * Sends what goes through a tunnel, behind a response that {@linkplain ResponseReader#startsTunnel() starts} one: as it is, as the server
     * takes it, and then the end of this side. The body of the response is what comes, up to the end of the other. Both sides end on their own; the
     * connection does when both have, or by {@link #abort()}. Neither has to say anything for any time.
     *
     * @param source aborted if nobody takes it any more
     * @throws IllegalStateException if the response does not start one, or this was called before
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6">RFC 9110, 9.3.6: CONNECT</a>
     */
    public void tunnel(Body source) {
        origin.client.thread.check();
        if (connection == null || stage == Stage.OVER) {
            source.abort(); // it has ended meanwhile
        } else {
            connection.sendThroughTunnel(source);
        }
    }

    /**
     * Nobody waits for it any more: nothing is told of it from now on, but to who pulls the body of the response. A connection that it
     * is on is kept only if little is missing of the response. Does nothing if it is over.
     */
    public void abort() {
        origin.client.thread.check();
        final Stage before = stage;
        stage = Stage.OVER;
        switch (before) {
            case WAITING -> {
                patience.cancel();
                origin.forget(this);
                abortBody();
            }
            case CONNECTING -> {
                attempt.giveUp();
                abortBody();
            }
            case SENT, ANSWERED -> connection.giveUpCall();
            case OVER -> {}
        }
    }

    private void abortBody() {
        if (request.body != null) {
            request.body.abort();
        }
    }
}
