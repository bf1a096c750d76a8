// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.OutboundQueue;

/**
 * What goes out on a connection: a request, and behind some of them this side of a tunnel.
 *
 * <pre>
 *   GOING --&gt; GONE --&gt; TUNNEL --&gt; TUNNEL_ENDED
 * </pre>
 */
final class SentRequest implements OutgoingBody.Owner {
    private enum Output {
        /** Something of its body is still to be pulled. */
        GOING,

        /** All of it is queued. */
        GONE,

        /** No HTTP follows. */
        TUNNEL,

        TUNNEL_ENDED
    }

    private final ClientConnection connection;
    private final OutboundQueue out;
    private final OutgoingBody outgoing;
    private Output output = Output.GONE;

    SentRequest(ClientConnection connection) {
        this.connection = connection;
        out = connection.out();
        outgoing = new OutgoingBody(out, this);
    }

    void send(ClientRequest request) {
        output = Output.GOING;
        out.send(request.head);
        outgoing.begin(request.isChunked());
        if (request.body != null) {
            outgoing.pull(request.body);
        }
        outgoing.finish();
    }

    void beginTunnel() {
        output = Output.TUNNEL;
    }

    void sendThroughTunnel(Body source) {
        if (output != Output.TUNNEL) {
            throw new IllegalStateException(
                    isTunnel() ? "this side of the tunnel has ended" : "the response does not start a tunnel");
        }
        outgoing.begin(false);
        outgoing.pull(source);
        outgoing.finish();
    }

    /** There is room for more. */
    void pullOn() {
        outgoing.pullOn();
    }

    /** Nobody takes it any more. */
    void abort() {
        outgoing.abort();
    }

    boolean hasGone() {
        return output != Output.GOING;
    }

    boolean isTunnel() {
        return output.compareTo(Output.TUNNEL) >= 0;
    }

    boolean hasTunnelEnded() {
        return output == Output.TUNNEL_ENDED;
    }

    boolean isAwaitingSource() {
        return outgoing.isAwaitingSource();
    }

    @Override
    public void bodyOver() {
        if (output == Output.TUNNEL) {
            output = Output.TUNNEL_ENDED;
            connection.tunnelEnded();
        } else {
            output = Output.GONE;
        }
    }

    @Override
    public void bodyFailed(String why) {
        connection.giveUp(ClientFailure.NO_REQUEST_BODY, why);
    }

    @Override
    public boolean isGone() {
        return connection.isClosing();
    }
}
