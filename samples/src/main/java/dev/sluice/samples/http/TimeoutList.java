// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/**
 * Entries that all have the same time, so that appending keeps them in the order of their deadlines: starting and
 * stopping cost a few pointers, however many there are.
 */
final class TimeoutList {
    /** What {@link #remainingNs} answers when nothing is in the list. */
    static final long NONE = Long.MAX_VALUE;

    private final long durationNs;
    private TimeoutEntry first;
    private TimeoutEntry last;

    TimeoutList(long durationNs) {
        this.durationNs = durationNs;
    }

    /** Gives {@code entry} the full time from now on, whatever list it was in. */
    void start(TimeoutEntry entry, long nowNs) {
        entry.stopTimeout();
        entry.deadlineNs = nowNs + durationNs;
        entry.list = this;
        entry.previous = last;
        entry.next = null;
        if (last == null) {
            first = entry;
        } else {
            last.next = entry;
        }
        last = entry;
    }

    void remove(TimeoutEntry entry) {
        if (entry.previous == null) {
            first = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next == null) {
            last = entry.previous;
        } else {
            entry.next.previous = entry.previous;
        }
        entry.list = null;
        entry.next = null;
        entry.previous = null;
    }

    /** Returns what has been in the list for the longest time, or null. */
    TimeoutEntry first() {
        return first;
    }

    /** Returns when an entry of this list was given its time. */
    long startedNs(TimeoutEntry entry) {
        return entry.deadlineNs - durationNs;
    }

    /** Returns how long from now the next entry has, not below 0; or {@link #NONE}. */
    long remainingNs(long nowNs) {
        return first == null ? NONE : Math.max(0L, first.deadlineNs - nowNs);
    }

    /** Ends what has run out of time. */
    void sweep(long nowNs) {
        while (first != null && first.deadlineNs - nowNs <= 0L) {
            final TimeoutEntry expired = first;
            remove(expired);
            expired.timedOut();
        }
    }
}
