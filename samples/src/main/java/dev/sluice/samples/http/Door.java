// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where those wait that were accepted and found no place: whose client one is shows only then. An idle connection of the same
 * class or a lower one gives way to it, of the lowest class first, and among them the one that has been idle longest. One of
 * a higher class never does, and where a class has as many as it may, only one of that class: the newcomer waits for a place
 * in the line of the places, holding up nobody who may have one.
 *
 * <p>Few fit in. When places are free that none of them may have, one more is let come, and the last of the least urgent is refused
 * for it; but not while their own places soon become free, so that a burst is served and not refused.
 */
final class Door {
    /** How many may wait here, beside those that have a place, if there are few of these. */
    static final int FEWEST_PLACES = 4;

    private static final int MOST_PLACES = 256;

    /** For so many that have a place one more may wait. */
    private static final int CONNECTIONS_FOR_A_PLACE = 8;

    /** How many are asked in one turn whether their clients have taken their responses. */
    private static final int MOST_ASKED = 64;

    /** So long after it connected, or was answered, a connection does not give way to one of its own class. */
    private static final long IDLE_AFTER_NS = 1_000_000_000L;

    /** So long the first of the least urgent must have waited before one of them is refused for who may come. */
    static final long PATIENCE_NS = 100_000_000L;

    private final ServerContext context;

    /** Charged for the end of who gives way, so that nobody waits for it behind the work of a lower class. */
    private final ResourceContainer accepting;

    private final int places;

    /** The most urgent first, then in the order they came. */
    private final List<Newcomer> waiting = new ArrayList<>();

    /** How many have not been told that they may come in, or not. */
    private int underWay;

    /** Has the loop look again when somebody has been idle for long enough, or has not been asked yet. */
    private final TimeoutEntry lookAgain = new LookAgain();

    /** Has it look again when somebody has waited for long enough. */
    private final TimeoutEntry patience = new LookAgain();

    private static final class LookAgain extends TimeoutEntry {
        @Override
        void timedOut() {
            // The turn that follows looks.
        }
    }

    Door(ServerContext context, ResourceContainer accepting) {
        this.context = context;
        this.accepting = accepting;
        places = (int)
                Math.max(FEWEST_PLACES, Math.min(MOST_PLACES, context.places.capacity() / CONNECTIONS_FOR_A_PLACE));
    }

    /** Tells whether nothing is under way for anybody who waited here. */
    boolean isIdle() {
        return underWay == 0;
    }

    boolean isFull() {
        return waiting.size() >= places;
    }

    /** Tells whether it is full of those who do not come in soon. */
    boolean isStuck() {
        if (!isFull()) {
            return false;
        }
        int first = waiting.size() - 1;
        while (first > 0
                && waiting.get(first - 1).clients.band()
                        == waiting.get(first).clients.band()) {
            first--;
        }
        final boolean stuck = context.nowNs - waiting.get(first).sinceNs >= PATIENCE_NS;
        if (!stuck && patience.list == null) {
            context.doorPatience.start(patience, context.nowNs);
        }
        return stuck;
    }

    /** Has somebody come in when it is his turn; that may be at once. */
    void add(Newcomer newcomer) {
        if (newcomer.tryTakePlace()) {
            newcomer.enter();
            return;
        }
        int place = waiting.size();
        while (place > 0 && waiting.get(place - 1).clients.band() < newcomer.clients.band()) {
            place--;
        }
        waiting.add(place, newcomer);
        newcomer.awaitPlace();
        underWay++;
        if (waiting.size() > places) {
            waiting.remove(places).refuse();
        }
    }

    /** Somebody has come in, or has been refused. */
    void ended(Newcomer newcomer) {
        waiting.remove(newcomer);
        underWay--;
    }

    /** Has as many of the idle give way as may, one for each that waits. */
    void makeRoom() {
        int asked = 0;
        for (final Newcomer newcomer : waiting) {
            while (newcomer.isWaiting() && !newcomer.isMadeRoomFor()) {
                final ServedClass clients = newcomer.clients;
                final Connection idle = idleFor(clients.band(), clients.isFull() ? clients : null);
                if (idle == null) {
                    break;
                }
                if (asked++ == MOST_ASKED) {
                    lookAgainSoon();
                    return;
                }
                if (idle.giveWay(accepting)) {
                    newcomer.madeRoomBy(idle);
                }
            }
        }
    }

    /**
     * Tells whether another one may come to the door though no place is free: somebody would give way if it is urgent enough. If the
     * door is full, not if that is somebody for whom the last who wait there come in.
     */
    boolean mayBeWorthALook() {
        return idleFor(context.classes.highestPriority(), null) != null && (!isFull() || isAnyIdleAbove(lastBand()));
    }

    /** The band of the last who waits for nothing but a place; -1 if there is none. */
    private int lastBand() {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            if (!waiting.get(i).clients.isFull()) {
                return waiting.get(i).clients.band();
            }
        }
        return -1;
    }

    /** Whether the least urgent who are idle are above a band. */
    private boolean isAnyIdleAbove(int band) {
        for (final ServedClass clients : context.classes.leastUrgentFirst()) {
            if (clients.idle.first() != null) {
                return clients.band() > band;
            }
        }
        return false;
    }

    /** Returns who is to give way to a newcomer of a band, or null if nobody is; of one class alone, if it has as many as it may. */
    private Connection idleFor(int band, ServedClass only) {
        for (final ServedClass clients : context.classes.leastUrgentFirst()) {
            if (clients.band() > band) {
                return null;
            }
            final Connection idle = (Connection) clients.idle.first();
            final boolean concerned = idle != null && (only == null || clients == only);
            if (concerned && (clients.band() < band || isIdleForLong(idle))) {
                return idle;
            }
        }
        return null;
    }

    private boolean isIdleForLong(Connection idle) {
        final boolean forLong = idle.list.startedNs(idle) - (context.nowNs - IDLE_AFTER_NS) <= 0L;
        if (!forLong) {
            lookAgainSoon();
        }
        return forLong;
    }

    private void lookAgainSoon() {
        if (lookAgain.list == null) {
            context.acceptRetry.start(lookAgain, context.nowNs);
        }
    }

    /** Nobody comes in any more. */
    void close() {
        waiting.forEach(Newcomer::refuse);
        waiting.clear();
    }
}
