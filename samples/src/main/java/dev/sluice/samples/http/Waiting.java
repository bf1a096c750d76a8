package dev.sluice.samples.http;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Connections that were refused a buffer or an operation, and ask again when others have given some back: the most
 * urgent first, then in the order they came.
 */
final class Waiting {
    private final PriorityQueue<Connection> waiting = new PriorityQueue<>(
            Comparator.comparingInt(Connection::waitingBand).reversed().thenComparingLong(Connection::waitingSince));
    private long arrivals;
    private Connection resuming;
    private boolean refusedAgain;

    void add(Connection connection) {
        if (connection == resuming) {
            refusedAgain = true;
        } else if (connection.startWaiting(arrivals)) {
            arrivals++;
            waiting.add(connection);
        }
    }

    /** Lets them go on until one is refused again, which keeps its place. */
    void resume() {
        while (!waiting.isEmpty() && !refusedAgain) {
            resuming = waiting.peek();
            resuming.tryAgain();
            if (!refusedAgain) {
                waiting.remove();
                resuming.endWaiting();
            }
        }
        resuming = null;
        refusedAgain = false;
    }
}
