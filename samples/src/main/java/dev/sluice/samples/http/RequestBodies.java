// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.InFlight;
import dev.sluice.samples.http.wire.RequestReader;

/** The bodies of the requests of one client, one after the other: whether somebody has asked for one, and how fast it comes. */
final class RequestBodies {
    private final HttpServer http;
    private final IncomingBody incoming;
    private final BodyPace pace;

    private RequestReader reader;

    /** The handler wants the one of this request. */
    private boolean wanted;

    /** Null if it has not asked for that. */
    private RequestBody body;

    /** The request is answered. */
    private boolean left;

    RequestBodies(HttpServer http, IncomingBody.Source source, ReceivedBytes received, InFlight operations) {
        this.http = http;
        incoming = new IncomingBody(http.thread, source, received, operations);
        pace = new BodyPace(http.timeouts);
    }

    /** Of another request, or of what comes behind it in a tunnel. */
    void begin(RequestReader newReader, boolean newWanted) {
        leave();
        reader = newReader;
        wanted = newWanted;
        body = null;
        left = false;
    }

    /** Returns the one of this request. */
    Body get() {
        if (body == null && wanted && !left) {
            incoming.begin(reader);
            pace.begin();
            body = new RequestBody(http.thread, incoming);
        } else if (body == null) {
            body = new RequestBody(http.thread, left);
        }
        return body;
    }

    /** Who has it, or asks for it now, has nothing of the next one, nor of what is forgotten. */
    void leave() {
        left = true;
        if (body != null) {
            body.leave();
        }
    }

    /** Tells whether more of it is to come than is forgotten of one that nobody pulls. */
    boolean leavesLong() {
        return wanted && (left || body == null) && reader.isLong();
    }

    /** Tells whether somebody has it, and may ask for more. */
    boolean isToBePulled() {
        return body != null && !left;
    }

    /** There is none any more. */
    void end() {
        wanted = false;
        reader = null;
    }

    /** The client is to send it. */
    void await() {
        pace.await(http.nowNs);
    }

    /** Some of it has come; tells whether that was fast enough. */
    boolean came(int lengthBytes) {
        return pace.came(lengthBytes, http.nowNs);
    }

    long cameBytes() {
        return pace.cameBytes();
    }

    void deliver() {
        incoming.deliver();
    }

    void fail(String why) {
        incoming.fail(why);
    }
}
