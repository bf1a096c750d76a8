// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.ErrorHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import java.util.ArrayDeque;
import java.util.Set;

/**
 * The end of a server's connections: each is asked to finish what is begun, and those that are left when a limit has passed are aborted. A few in a
 * turn, so that the last of what many have begun is served meanwhile.
 */
final class Drain {
    private static final int IN_A_TURN = 32;

    /** How long what was cancelled may take to end. */
    private static final long CLOSE_LIMIT_NS = 1_000_000_000L;

    private final Set<Connection> connections;
    private final ErrorHandler errorHandler;
    private final Timer limit;

    /** To be drained or, once the limit has passed, aborted. */
    private ArrayDeque<Connection> next;

    private boolean aborting;
    private boolean abandoned;

    /** Begins; {@code connections} has those that are left at any time. */
    Drain(
            Set<Connection> connections,
            ErrorHandler errorHandler,
            EventQueue events,
            ResourceContainer control,
            long limitNs) {
        this.connections = connections;
        this.errorHandler = errorHandler;
        next = new ArrayDeque<>(connections);
        limit = events.newTimer(control, event -> limitPassed());
        limit.start(limitNs);
    }

    /** Asks the next few. */
    void goOn() {
        for (int i = 0; i < IN_A_TURN && !next.isEmpty(); i++) {
            final Connection connection = next.poll();
            if (!connections.contains(connection)) {
                continue;
            }
            if (aborting) {
                abort(connection);
            } else {
                drain(connection);
            }
        }
    }

    /** Tells whether some were not asked yet. */
    boolean isAsking() {
        return !next.isEmpty();
    }

    /** Tells whether what is left does not end either: a disk hangs. */
    boolean isAbandoned() {
        return abandoned;
    }

    private void drain(Connection connection) {
        try {
            connection.drain();
        } catch (RuntimeException e) {
            abort(connection);
            errorHandler.hookFailed(e);
        }
    }

    /** One that fails does not keep the others from it. */
    private void abort(Connection connection) {
        try {
            connection.abort();
        } catch (RuntimeException e) {
            errorHandler.hookFailed(e);
        }
    }

    private void limitPassed() {
        abandoned = aborting;
        aborting = true;
        limit.start(CLOSE_LIMIT_NS);
        next = new ArrayDeque<>(connections);
    }
}
