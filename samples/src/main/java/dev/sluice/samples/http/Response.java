// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.aio.protocol.OutboundWriter;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;

/** One answer after the other: how far it is, and its head, with what that says of the content, and of what comes behind it. */
final class Response implements OutboundWriter {
    /** Room that the status line, Date, Connection and Transfer-Encoding fit in. */
    private static final int OWN_BYTES = 256;

    private static final int LOWEST_STATUS = 200;
    private static final int HIGHEST_STATUS = 999;

    /** How far it is. */
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

    private final HttpServer http;
    private final RequestBodies bodies;

    private Output output = Output.NONE;

    /** The server answers in the place of the handler, which may not know yet. */
    private boolean refused;

    /** Of the request. */
    private boolean headOnly;

    private boolean http11;
    private boolean connect;
    private boolean sayKeepAlive;

    private int status;
    private ResponseFields fields;
    private boolean keepAlive;
    private boolean chunked;
    private boolean toEnd;
    private boolean tunnel;

    Response(HttpServer http, RequestBodies bodies) {
        this.http = http;
        this.bodies = bodies;
    }

    /** Of another request. */
    void begin(RequestReader request) {
        output = Output.NONE;
        refused = false;
        headOnly = request.isHead();
        http11 = request.isHttp11();
        connect = HttpMethod.CONNECT.is(request.method());
        sayKeepAlive = request.askedToKeepAlive();
        keepAlive = request.badStatus() == 0 && request.keepAlive();
        chunked = false;
        toEnd = false;
        tunnel = false;
    }

    /** Tells whether one of the handler would reach the client. */
    boolean mayBegin() {
        if (isGivenInItsPlace()) {
            return false;
        }
        if (output != Output.NONE) {
            throw new IllegalStateException("the answer to this request has begun: status " + status);
        }
        return true;
    }

    /** Whatever the handler says reaches nobody. */
    private boolean isGivenInItsPlace() {
        return output == Output.GIVEN_UP || (refused && output == Output.OVER);
    }

    /** It comes from the server. */
    void refuse() {
        refused = true;
        keepAlive = false;
    }

    void set(int newStatus, ResponseFields newFields) {
        if (newStatus < LOWEST_STATUS || newStatus > HIGHEST_STATUS) {
            throw new IllegalArgumentException(
                    "the status of an answer must be " + LOWEST_STATUS + " to " + HIGHEST_STATUS + ": " + newStatus
                            + (newStatus == HttpStatus.SWITCHING_PROTOCOLS_101 ? ", see handOver" : ""));
        }
        fields = Objects.requireNonNull(newFields, "fields");
        status = newStatus;
        output = Output.BEGUN;
    }

    void setWithoutLength(int newStatus, ResponseFields newFields) {
        set(newStatus, newFields);
        if (mayHaveContent()) {
            chunked = http11;
            toEnd = !http11;
            keepAlive &= http11;
        }
    }

    void setTunnel(int newStatus, ResponseFields newFields) {
        if (newStatus != HttpStatus.SWITCHING_PROTOCOLS_101 && !(connect && HttpStatus.isSuccess(newStatus))) {
            throw new IllegalArgumentException(
                    "a connection is handed over with 101, or with 2xx in answer to a CONNECT: " + newStatus);
        }
        fields = Objects.requireNonNull(newFields, "fields");
        status = newStatus;
        output = Output.BEGUN;
        tunnel = true;
        toEnd = true;
    }

    private boolean mayHaveContent() {
        return status != HttpStatus.NO_CONTENT_204 && status != HttpStatus.NOT_MODIFIED_304;
    }

    /** Tells whether it has content that somebody takes: RFC 9110, 6.4.1. */
    boolean isWanted() {
        checkBegun();
        return !isGivenInItsPlace() && (tunnel || (!headOnly && mayHaveContent()));
    }

    private void checkBegun() {
        if (output == Output.NONE) {
            throw new IllegalStateException("the answer has no head yet");
        }
    }

    /** All was said; false if nobody takes that. */
    boolean end() {
        checkBegun();
        if (isGivenInItsPlace()) {
            return false;
        }
        if (isGiven()) {
            throw new IllegalStateException("the answer to this request is complete: status " + status);
        }
        output = Output.DONE;
        return true;
    }

    void over() {
        output = Output.OVER;
    }

    void giveUp() {
        output = Output.GIVEN_UP;
    }

    /** Its head was written, and dropped: another answer takes its place. False if none does. */
    boolean takeBack() {
        if (output == Output.GIVEN_UP) {
            return false;
        }
        output = Output.NONE;
        http.counters.count(status, -1);
        chunked = false;
        toEnd = false;
        return true;
    }

    /** Tells what the client speaks. */
    boolean isHttp11() {
        return http11;
    }

    boolean hasBegun() {
        return output != Output.NONE;
    }

    /** Tells whether the handler has said all. */
    boolean isGiven() {
        return output.compareTo(Output.DONE) >= 0;
    }

    /** Tells whether all of it is queued. */
    boolean isOver() {
        return output == Output.OVER;
    }

    boolean isChunked() {
        return chunked && !headOnly;
    }

    /** Tells whether the client takes the end of the connection for the end of the answer. */
    boolean endsWithConnection() {
        return toEnd;
    }

    boolean isTunnel() {
        return tunnel;
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    void closeAfter() {
        keepAlive = false;
    }

    void sendHeadTo(OutboundQueue out) {
        if (maxBytes() <= OutboundWriter.MOST_BYTES) {
            out.send(this);
            return;
        }
        final ByteBuffer room = ByteBuffer.allocate(maxBytes());
        write(room);
        final byte[] bytes = new byte[room.position()];
        room.flip().get(bytes);
        out.send(bytes);
    }

    @Override
    public int maxBytes() {
        return OWN_BYTES + fields.maxBytes();
    }

    @Override
    public void write(ByteBuffer into) {
        final ResponseHeader header = http.header;
        keepAlive &= !http.server.isStopping() && !bodies.leavesLong();
        if (status == HttpStatus.SWITCHING_PROTOCOLS_101) {
            header.beginUpgrade(into);
        } else {
            header.begin(into, status, keepAlive || tunnel, sayKeepAlive);
        }
        fields.write(header, into);
        if (chunked) {
            header.chunked(into);
        }
        header.end(into);
        http.counters.count(status, 1);
    }
}
