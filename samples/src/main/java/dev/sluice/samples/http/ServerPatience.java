// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.events.Timer;
import java.util.concurrent.TimeUnit;

/**
 * How long a server may take for what is awaited of it. What is fast enough costs no timer: that is started anew only when it expires, or is
 * needed earlier.
 */
final class ServerPatience {
    /** What the server is to do. */
    enum Awaited {
        NOTHING,

        /** To take the request in. */
        REQUEST_TAKEN,

        RESPONSE,

        /** Another piece of a body. */
        PIECE,

        /** It is we who may want something: nothing for the server to do, but to stay. */
        USE
    }

    private final ClientConnection connection;
    private final SentRequest request;
    private final OutboundQueue out;
    private final HttpClient client;
    private final Timer timer;

    private Awaited awaited = Awaited.NOTHING;

    /** For how long an idle connection is kept. */
    private long idleNs;

    private long deadlineNs;
    private long ackedBytes;

    ServerPatience(ClientConnection connection, SentRequest request, HttpClient client) {
        this.connection = connection;
        this.request = request;
        this.client = client;
        out = connection.out();
        idleNs = client.timeouts.idleNs();
        timer = client.server
                .events()
                .newTimer(connection.ownContainer(), connection.operations().around(event -> expired()));
    }

    /** The server keeps the connection for so long: a second less is ours, so that no request meets its end. */
    void keepFor(long seconds) {
        final long mostSeconds = TimeUnit.NANOSECONDS.toSeconds(Long.MAX_VALUE);
        final long keptNs = TimeUnit.SECONDS.toNanos(Math.min(seconds, mostSeconds) - 1L);
        idleNs = Math.min(client.timeouts.idleNs(), Math.max(1L, keptNs));
    }

    /** Something is awaited from now on, in place of what was. */
    void await(Awaited what) {
        awaited = what;
        if (what != Awaited.NOTHING) {
            deadlineNs = client.nowNs + durationNs();
            if (!timer.isStarted() || timer.deadlineNs() - deadlineNs > 0L) {
                timer.startAt(deadlineNs);
            }
        }
    }

    private long durationNs() {
        return switch (awaited) {
            case USE -> idleNs;
            case REQUEST_TAKEN, RESPONSE -> client.timeouts.responseNs();
            case PIECE, NOTHING -> client.timeouts.pieceNs();
        };
    }

    private void expired() {
        if (awaited == Awaited.NOTHING) {
            return;
        }
        if (client.nowNs - deadlineNs < 0L) {
            timer.startAt(deadlineNs);
        } else if (awaited == Awaited.USE) {
            connection.leave();
        } else if (isServerSlow()) {
            connection.giveUp(ClientFailure.NO_RESPONSE_IN_TIME, "the server is silent for too long");
        } else {
            await(awaited);
        }
    }

    /** Tells whether it does nothing, and neither is it the source of the request's body that is waited for, or memory for it. */
    private boolean isServerSlow() {
        final long newAckedBytes = connection.takenBytes();
        final boolean moved = newAckedBytes != ackedBytes;
        ackedBytes = newAckedBytes;
        if (connection.untakenBytes() > 1) {
            return !moved;
        }
        return awaited != Awaited.REQUEST_TAKEN && out.isEmpty() && !request.isAwaitingSource();
    }

    void end() {
        awaited = Awaited.NOTHING;
        timer.cancel();
    }
}
