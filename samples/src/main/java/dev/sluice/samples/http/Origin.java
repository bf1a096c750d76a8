// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.containers.ResourceContainer;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The connections to one server, and who waits for one: of the highest band first, and within a band who has come first. Of the idle ones that is
 * taken which was used last, so that those that are too many grow old.
 */
final class Origin {
    private static final Comparator<ClientCall> MOST_URGENT_FIRST =
            Comparator.comparingInt((ClientCall call) -> -call.band).thenComparingLong(call -> call.number);

    final HttpClient client;
    final InetSocketAddress address;

    /** Above the connections that are idle. */
    final ResourceContainer container;

    private final PriorityQueue<ClientCall> waiting = new PriorityQueue<>(MOST_URGENT_FIRST);
    private final ArrayDeque<ClientConnection> idle = new ArrayDeque<>();

    /** How many connections there are, or are being made. */
    private int connections;

    private int attempts;

    Origin(HttpClient client, InetSocketAddress address, ResourceContainer container) {
        this.client = client;
        this.address = address;
        this.container = container;
    }

    /** Returns false if as many wait as may. */
    boolean add(ClientCall call) {
        final int free = client.limits.connectionsPerOrigin() - connections + idle.size();
        if (waiting.size() >= (long) free + client.limits.waitingPerOrigin()) {
            return false;
        }
        addAgain(call);
        return true;
    }

    void addAgain(ClientCall call) {
        call.waits();
        waiting.add(call);
        client.dispatchSoon(this);
    }

    void forget(ClientCall call) {
        waiting.remove(call);
        client.dropIfUnused(this);
    }

    /** Gives connections to those who wait, as long as there are some. */
    void dispatch() {
        ClientCall next;
        while ((next = waiting.peek()) != null) {
            final ClientConnection kept = next.isRepeated() ? null : takeIdle();
            if (kept != null) {
                waiting.poll();
                kept.begin(next);
            } else if (connections < client.limits.connectionsPerOrigin()) {
                waiting.poll();
                connect(next);
            } else {
                closeOldestIdle(); // which nobody takes: it makes room for a new one
                return;
            }
        }
    }

    private ClientConnection takeIdle() {
        ClientConnection kept;
        do {
            kept = idle.pollFirst();
            if (kept != null) {
                client.idle.remove(kept);
            }
        } while (kept != null && kept.isClosing()); // its last event is still to come
        return kept;
    }

    private void closeOldestIdle() {
        if (!idle.isEmpty()) {
            idle.peekLast().leave();
        }
    }

    private void connect(ClientCall call) {
        connections++;
        attempts++;
        new ConnectAttempt(this, call).start();
    }

    void attemptEnded() {
        attempts--;
    }

    void becameIdle(ClientConnection connection) {
        idle.addFirst(connection);
        client.idle.add(connection);
        client.dispatchSoon(this);
    }

    void leftIdle(ClientConnection connection) {
        if (client.idle.remove(connection)) {
            idle.remove(connection);
        }
    }

    /** One connection, or what was to become one, is no more. */
    void connectionLeft() {
        connections--;
        client.dispatchSoon(this);
    }

    /** Tells whether nobody waits for a connection. */
    boolean isQuiet() {
        return waiting.isEmpty() && attempts == 0;
    }

    boolean isUnused() {
        return waiting.isEmpty() && connections == 0;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
