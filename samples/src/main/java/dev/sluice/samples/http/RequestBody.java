// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import org.eclipse.jetty.http.HttpFields;

/** What comes in on a connection as the body of one request, until that is answered: who still has it then has nothing of the next one. */
final class RequestBody implements Body {
    /** Null if it is empty, as nobody wants it, or was left. */
    private IncomingBody incoming;

    private final long lengthBytes;
    private final LoopThread thread;
    private boolean left;

    RequestBody(LoopThread thread, IncomingBody incoming) {
        this.thread = thread;
        this.incoming = incoming;
        lengthBytes = incoming.lengthBytes();
    }

    /** Empty, or left before anybody has asked for it. */
    RequestBody(LoopThread thread, boolean left) {
        this.thread = thread;
        this.left = left;
        lengthBytes = 0L;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void pull(Taker taker) {
        thread.check();
        if (incoming != null) {
            incoming.pull(taker);
        } else if (left) {
            taker.failed("the request is answered");
        } else {
            taker.end(HttpFields.EMPTY);
        }
    }

    @Override
    public void abort() {
        thread.check();
        if (incoming != null) {
            incoming.abort();
        }
    }

    /** What comes from now on is not of this body: who waits for more of it is told so. */
    void leave() {
        final IncomingBody of = incoming;
        left = true;
        incoming = null;
        if (of != null) {
            of.fail("the request is answered");
        }
    }
}
