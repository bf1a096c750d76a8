// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.samples.http.wire.MessageReader;
import org.eclipse.jetty.http.HttpFields;

/**
 * The content of one response. When it has come, or nobody wants it, it lets go of the connection: that may be another request's by the time that
 * somebody asks this.
 */
final class ResponseBody implements Body, Body.Taker {
    private enum State {
        COMING,

        /** All of it was given, but for its end. */
        COMPLETE,

        /** The rest is not to be had. */
        LEFT
    }

    private final ReceivedResponse response;
    private final MessageReader reader;
    private final IncomingBody incoming;
    private final long lengthBytes;

    private State state = State.COMING;
    private String whyLeft = "the rest of it was given up";
    private HttpFields trailers = HttpFields.EMPTY;
    private Taker taker;

    ResponseBody(ReceivedResponse response, MessageReader reader, IncomingBody incoming) {
        this.response = response;
        this.reader = reader;
        this.incoming = incoming;
        lengthBytes = reader.contentLength();
        incoming.begin(reader);
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void pull(Taker newTaker) {
        incoming.checkThread();
        if (taker != null) {
            throw new IllegalStateException("the last pull of this body is not answered");
        }
        switch (state) {
            case COMPLETE -> newTaker.end(trailers);
            case LEFT -> newTaker.failed(whyLeft);
            case COMING -> {
                taker = newTaker;
                incoming.pull(this);
            }
        }
    }

    @Override
    public void piece(IoBuffer piece) {
        final Taker told = takeTaker();
        completeIfAllCame();
        told.piece(piece);
    }

    @Override
    public void end(HttpFields ignored) {
        final Taker told = takeTaker();
        completeIfAllCame();
        told.end(trailers);
    }

    @Override
    public void failed(String why) {
        final Taker told = takeTaker();
        lost(why);
        response.bodyLost(why);
        told.failed(why);
    }

    private Taker takeTaker() {
        final Taker told = taker;
        taker = null;
        return told;
    }

    /** Lets go of the connection, if it is not needed any more: also before the last piece was taken. */
    void completeIfAllCame() {
        if (state == State.COMING && reader.bodyComplete()) {
            state = State.COMPLETE;
            if (reader.trailers().size() > 0) {
                trailers = HttpFields.build(reader.trailers()).asImmutable();
            }
            incoming.abort();
            response.over();
        }
    }

    /** Something has come, or the end. */
    void deliver() {
        incoming.deliver();
    }

    /** The connection has ended. */
    void connectionEnded(String why) {
        if (state == State.COMING) {
            lost(why);
            incoming.fail(why); // comes back as failed(), if somebody waits
        }
    }

    private void lost(String why) {
        state = State.LEFT;
        whyLeft = why;
    }

    @Override
    public void abort() {
        incoming.checkThread();
        taker = null;
        if (state == State.COMING) {
            state = State.LEFT;
            incoming.abort();
            response.bodyUnwanted();
        }
    }
}
