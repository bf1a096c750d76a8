// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Link;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.samples.http.ServerPatience.Awaited;
import dev.sluice.uring.Closing;
import dev.sluice.uring.linux.Errno;

/**
 * One connection to a server: a {@linkplain SentRequest request goes out}, its {@linkplain ReceivedResponse response comes in}, and the connection is
 * idle until the next one.
 */
final class ClientConnection extends Connection {
    private static final int IDLE_BLOCK_BYTES = 4096;

    /** Of what is received of a body: few pieces, and no more memory than is read ahead of a file. */
    private static final int BODY_BLOCK_BYTES = 64 * 1024;

    /** What is pulled for a request is pulled when less than this is queued, up to that. */
    private static final long LOW_BYTES = 64L * 1024L;

    private static final long HIGH_BYTES = 128L * 1024L;

    private final HttpClient client;
    private final Origin origin;
    private final SentRequest sent = new SentRequest(this);
    private final ReceivedResponse response;
    private final ServerPatience patience;

    /** Null while it is idle. */
    private ClientCall call;

    /** Had a request before this one. */
    private boolean kept;

    private ClientFailure failure = ClientFailure.CONNECTION_LOST;
    private String why = "the connection has ended";

    ClientConnection(HttpClient client, Origin origin, Link link) {
        super(link);
        this.client = client;
        this.origin = origin;
        response = new ReceivedResponse(this, client, sent);
        patience = new ServerPatience(this, sent, client);
    }

    @Override
    protected void started() {
        out().setMarks(LOW_BYTES, HIGH_BYTES);
        receiveWhileCongested(); // a response is received as it is pulled, also while the request goes
    }

    /** Sends a request. */
    void begin(ClientCall newCall) {
        call = newCall;
        call.sent(this);
        ConnectAttempt.charge(container(), call);
        response.begin(call);
        try {
            sent.send(call.request);
        } catch (RuntimeException e) { // of who gives the body
            giveUp(ClientFailure.NO_REQUEST_BODY, e.toString());
            throw e;
        }
    }

    @Override
    protected void relieved() {
        sent.pullOn();
    }

    /** The time of the response begins when the server has the request, as far as can be seen. */
    @Override
    protected void allSent() {
        if (call != null && !response.hasBegun()) {
            await(Awaited.RESPONSE);
        }
    }

    @Override
    protected void received(IoBuffer block) {
        response.take(block);
    }

    /** The server is to do something, or else it is given up. */
    void await(Awaited what) {
        patience.await(what);
    }

    /** Nothing of the response, that is. */
    void awaitNothing() {
        await(sent.hasGone() && out().isEmpty() ? Awaited.NOTHING : Awaited.REQUEST_TAKEN);
    }

    void receiveMuch() {
        receiveInBlocksOf(BODY_BLOCK_BYTES);
    }

    long lease(int minBytes, Object attachment) {
        return io().arena().lease(minBytes, container(), attachment);
    }

    /** All of the response has come, or what is missing is not read. */
    void answered(boolean keep, long keptSeconds) {
        patience.keepFor(keptSeconds);
        if (keep && keptSeconds > 1L && !isClosing() && !client.server.isStopping()) {
            becomeIdle();
        } else {
            closeNow();
        }
    }

    /** It waits for a request. */
    void becomeIdle() {
        call = null;
        kept = true;
        response.becomeIdle();
        container().setParent(origin.container);
        receiveInBlocksOf(IDLE_BLOCK_BYTES);
        await(Awaited.USE);
        origin.becameIdle(this);
        resume();
    }

    /** It is not needed any more. */
    void leave() {
        origin.leftIdle(this);
        closeNow();
    }

    void sendThroughTunnel(Body source) {
        sent.sendThroughTunnel(source);
    }

    /** This side of it. */
    void tunnelEnded() {
        endOutput();
        closeIfBothEnded();
    }

    void closeIfBothEnded() {
        if (response.isOver() && sent.hasTunnelEnded()) {
            close();
        }
    }

    /** Who has asked does not wait any more. */
    void giveUpCall() {
        response.giveUp();
    }

    void giveUp(ClientFailure newFailure, String reason) {
        failure = newFailure;
        why = reason;
        abort();
    }

    @Override
    protected void peerEnded() {
        response.peerEnded();
    }

    /** A busy one is closed when its response has come. */
    @Override
    protected void drain() {
        if (response.isIdle()) {
            leave();
        }
    }

    @Override
    protected void failed(int errno) {
        why = Errno.describe("a connection", origin.toString(), errno);
    }

    /** However it has ended: its place is free, and who waits is told, unless the request is sent again. */
    @Override
    protected void transportClosed() {
        patience.end();
        origin.leftIdle(this);
        origin.connectionLeft();
        final Closing closing = new Closing("telling that a connection has ended failed");
        closing.step(sent::abort);
        if (!(isStale() && call.waitsAgain())) {
            closing.step(() -> response.connectionEnded(failure, why));
        }
        closing.end();
    }

    /** Tells whether it had a request before this one. */
    boolean wasKept() {
        return kept;
    }

    /** Tells whether the server had closed it before it had the request. */
    private boolean isStale() {
        return call != null && kept && !response.hasBegun() && failure == ClientFailure.CONNECTION_LOST;
    }

    @Override
    protected void released() {
        response.release();
        patience.end();
    }

    ResourceContainer ownContainer() {
        return container();
    }

    /** Of the requests, by the server. */
    long takenBytes() {
        return ackedBytes();
    }

    int untakenBytes() {
        return unackedBytes();
    }
}
