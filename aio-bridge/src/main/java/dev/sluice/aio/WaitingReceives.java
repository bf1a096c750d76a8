package dev.sluice.aio;

import dev.sluice.containers.Priority;

/**
 * The receives that wait for a block of {@link ReceiveBuffers}: the highest band first, within it in the order of arrival.
 * Every step costs the same however many wait, but for the return of one that has lost its turn.
 */
final class WaitingReceives {
    private final ReceiveOperation[] first = new ReceiveOperation[Priority.BANDS];
    private final ReceiveOperation[] last = new ReceiveOperation[Priority.BANDS];

    /** A bit for each band in which one waits. */
    private long occupied;

    private long arrivals;
    private int size;

    int size() {
        return size;
    }

    /** Keeps the place in the line that {@code receive} has already, if it has one. */
    void add(ReceiveOperation receive) {
        if (receive.arrival == ReceiveOperation.NO_PLACE) {
            receive.arrival = ++arrivals;
        }
        final int band = receive.container().effectivePriority();
        ReceiveOperation before = last[band];
        if (before != null && before.arrival > receive.arrival) {
            ReceiveOperation after = first[band];
            while (after.arrival < receive.arrival) { // only others that have kept their places
                after = after.nextWaiting;
            }
            before = after.previousWaiting;
        }
        receive.waitingBand = band;
        link(before, receive, before == null ? first[band] : before.nextWaiting);
        occupied |= 1L << band;
        size++;
    }

    /** The next one, by the priority that it waits at; there must be one. */
    ReceiveOperation first() {
        return first[Priority.MAX - Long.numberOfLeadingZeros(occupied)];
    }

    /** Takes the next one out; there must be one. */
    ReceiveOperation poll() {
        while (true) {
            final int band = Priority.MAX - Long.numberOfLeadingZeros(occupied);
            final ReceiveOperation receive = first[band];
            remove(receive);
            if (receive.container().effectivePriority() == band) {
                return receive;
            }
            add(receive); // its priority was changed while it waited
        }
    }

    /** Takes {@code receive} out, if it waits. */
    void remove(ReceiveOperation receive) {
        final int band = receive.waitingBand;
        if (band == ReceiveOperation.NOT_WAITING) {
            return;
        }
        link(receive.previousWaiting, receive.nextWaiting, band);
        receive.previousWaiting = null;
        receive.nextWaiting = null;
        receive.waitingBand = ReceiveOperation.NOT_WAITING;
        if (first[band] == null) {
            occupied &= ~(1L << band);
        }
        size--;
    }

    private void link(ReceiveOperation before, ReceiveOperation receive, ReceiveOperation after) {
        link(before, receive, receive.waitingBand);
        link(receive, after, receive.waitingBand);
    }

    /** Makes the two neighbours; null stands for the end of the line. */
    private void link(ReceiveOperation before, ReceiveOperation after, int band) {
        if (before == null) {
            first[band] = after;
        } else {
            before.nextWaiting = after;
        }
        if (after == null) {
            last[band] = before;
        } else {
            after.previousWaiting = before;
        }
    }
}
