// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.samples.http.ServerPatience.Awaited;
import dev.sluice.samples.http.wire.ResponseReader;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What comes in on a connection: one response after the other.
 *
 * <pre>
 *                                          +-- pulled --&gt; AWAITED --+
 *                                          |                        | something has come
 *   IDLE -- begin --&gt; ASKED --&gt; HEAD --&gt; TAKEN &lt;--------------------+
 *    ^                                     | all of it has come
 *    +-- all of it was read, or UNWANTED &lt;-+--&gt; OVER: closed
 * </pre>
 */
final class ReceivedResponse implements IncomingBody.Source {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How much of a response there is, and what is waited for. */
    private enum Input {
        IDLE,

        /** Nothing of a response has come. */
        ASKED,

        /** Something of its head has, or one before it. */
        HEAD,

        /** The head was told; nobody asks for more. */
        TAKEN,

        /** Somebody asks for more. */
        AWAITED,

        /** What is missing is read and forgotten. */
        UNWANTED,

        /** Nothing of it comes any more. */
        OVER
    }

    private final ClientConnection connection;
    private final HttpClient client;
    private final SentRequest sent;
    private final ReceivedBytes received = new ReceivedBytes();

    private Input input = Input.IDLE;

    /** Of these three there are none while it is idle. */
    private ClientCall call;

    private ResponseReader reader;
    private ResponseBody body;

    ReceivedResponse(ClientConnection connection, HttpClient client, SentRequest sent) {
        this.connection = connection;
        this.client = client;
        this.sent = sent;
    }

    /** One is asked for. */
    void begin(ClientCall newCall) {
        call = newCall;
        input = Input.ASKED;
        reader = client.readers.take(call.request.method);
        connection.await(Awaited.RESPONSE);
    }

    void becomeIdle() {
        input = Input.IDLE;
        call = null;
        reader = null;
        body = null;
    }

    /** Takes what has come. */
    void take(IoBuffer block) {
        received.set(block);
        try {
            switch (input) {
                case ASKED, HEAD -> takeHead();
                case AWAITED -> bodyCame();
                case UNWANTED -> skipBody();
                case IDLE, TAKEN, OVER -> connection.leave(); // nobody has asked for that
            }
        } catch (RuntimeException e) {
            received.forget(); // released by who has handed it out
            throw e;
        }
    }

    /** The story of a response: its head, after others perhaps, and then its body as it is pulled. */
    private void takeHead() {
        while (!received.isEmpty() && isHeadAwaited() && !connection.isClosing()) {
            input = Input.HEAD;
            final boolean complete = reader.parseHead(received.bytes());
            received.releaseIfTaken();
            if (reader.fault() != null) {
                connection.giveUp(ClientFailure.BAD_RESPONSE, reader.fault());
            } else if (complete && reader.isInterim()) {
                connection.await(Awaited.RESPONSE);
                call.handler.interim(reader);
                reader.awaitFinal();
            } else if (complete && isGoodbye()) {
                input = Input.ASKED;
                connection.giveUp(ClientFailure.CONNECTION_LOST, "the server has waited too long for a request");
            } else if (complete && reader.startsTunnel() && !isTunnelWanted()) {
                connection.giveUp(
                        ClientFailure.BAD_RESPONSE, "it changes the protocol, which nobody has asked for, or not yet");
            } else if (complete) {
                takeResponse();
            }
        }
    }

    /** Said on an idle connection as the request was on its way: RFC 9110, 15.5.9. It is sent again on another. */
    private boolean isGoodbye() {
        return reader.status() == HttpStatus.REQUEST_TIMEOUT_408 && connection.wasKept() && call.isRepeatable();
    }

    private boolean isHeadAwaited() {
        return input == Input.ASKED || input == Input.HEAD;
    }

    private boolean isTunnelWanted() {
        return sent.hasGone() && (call.request.asksToUpgrade || "CONNECT".equals(call.request.method));
    }

    private void takeResponse() {
        if (reader.startsTunnel()) {
            reader.beginTunnel();
            sent.beginTunnel();
        }
        input = Input.TAKEN;
        connection.pause();
        connection.awaitNothing();
        final ResponseHandler handler = call.handler;
        final ResponseReader head = reader;
        final ResponseBody told =
                new ResponseBody(this, head, new IncomingBody(client.thread, this, received, connection.operations()));
        body = told;
        call.answered();
        told.completeIfAllCame(); // the reader is nobody else's before the next turn
        handler.response(head, told);
    }

    /** The next bytes are for who skips the rest, or for nobody: see {@link #take}. */
    @Override
    public void awaitNothing() {}

    /** Who pulls is told, and so the call. */
    @Override
    public void refused() {}

    @Override
    public void awaitBytes() {
        if (input == Input.TAKEN) {
            input = Input.AWAITED;
            connection.receiveMuch();
            connection.await(sent.isTunnel() ? Awaited.NOTHING : Awaited.PIECE); // a tunnel may be silent
        }
        connection.resume();
    }

    @Override
    public long lease(int minBytes, Object attachment) {
        return connection.lease(minBytes, attachment);
    }

    private void bodyCame() {
        input = Input.TAKEN;
        connection.pause();
        connection.awaitNothing();
        body.deliver();
    }

    /** Who has asked does not wait any more. */
    void giveUp() {
        if (body != null && !sent.isTunnel()) {
            body.abort();
        } else {
            connection.abort();
        }
    }

    /** Nobody pulls the rest of the body. */
    void bodyUnwanted() {
        if (sent.isTunnel() || !sent.hasGone()) {
            connection.leave();
        } else {
            input = Input.UNWANTED;
            connection.await(Awaited.PIECE);
            skipBody();
        }
    }

    private void skipBody() {
        final boolean skipped = reader.skipBody(received.isEmpty() ? NOTHING : received.bytes());
        received.releaseIfTaken();
        if (skipped) {
            over();
        } else {
            connection.resume();
        }
    }

    /** The rest of the body does not come. */
    void bodyLost(String why) {
        connection.giveUp(ClientFailure.CONNECTION_LOST, why);
    }

    /** Nothing of it is to come any more. */
    void over() {
        input = Input.OVER;
        if (sent.isTunnel()) {
            connection.closeIfBothEnded();
            return;
        }
        final boolean keep = reader.keepAlive() && !call.request.asksToClose && sent.hasGone() && received.isEmpty();
        final long keptSeconds = reader.keptSeconds();
        if (reader.bodyComplete()) {
            client.readers.giveBack(reader);
        }
        call.over();
        connection.answered(keep, keptSeconds);
    }

    /** Nothing more comes. */
    void peerEnded() {
        switch (input) {
            case ASKED, HEAD -> {
                reader.endOfInput();
                connection.giveUp(ClientFailure.CONNECTION_LOST, reader.fault());
            }
            case AWAITED -> {
                input = Input.TAKEN;
                reader.endOfInput();
                body.deliver();
            }
            case IDLE, TAKEN, UNWANTED, OVER -> connection.leave();
        }
    }

    /** The connection has ended: who waits is told, if there is somebody. */
    void connectionEnded(ClientFailure failure, String why) {
        if (body != null) {
            body.connectionEnded(why);
        } else if (call != null) {
            call.fail(failure, why);
        }
    }

    void release() {
        received.release();
    }

    boolean isIdle() {
        return input == Input.IDLE;
    }

    boolean hasBegun() {
        return input != Input.ASKED;
    }

    boolean isOver() {
        return input == Input.OVER;
    }
}
