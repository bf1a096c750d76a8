// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.Allowance;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

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

    final AsyncIo io;

    /** Those that clients of all classes have. */
    final Allowance places;

    final Reception reception;

    final ClientClasses classes;

    private final LongSupplier nanoTime;

    /** Charged for the end of who gives way, so that nobody waits for it behind the work of a lower class. */
    private final ResourceContainer accepting;

    /** How many may wait. */
    private final int room;

    /** The most urgent first, then in the order they came. */
    private final List<Newcomer> waiting = new ArrayList<>();

    /** How many have not been told that they may come in, or not. */
    private int underWay;

    /** Its event has the loop look again, when somebody has been idle for long enough, or has not been asked yet. */
    private final Timer lookAgain;

    /** Has it look again when somebody has waited for long enough. */
    final Timer patience;

    /** {@code nanoTime} is the clock of the queue, as long as that is not a test's. */
    Door(
            EventQueue events,
            AsyncIo io,
            Allowance places,
            ClientClasses classes,
            ResourceContainer accepting,
            Reception reception,
            LongSupplier nanoTime) {
        this.io = io;
        this.places = places;
        this.classes = classes;
        this.accepting = accepting;
        this.reception = reception;
        this.nanoTime = nanoTime;
        final EventHandler turn = event -> {}; // the turn that follows looks
        lookAgain = events.newTimer(accepting, turn);
        patience = events.newTimer(accepting, turn);
        room = (int) Math.max(FEWEST_PLACES, Math.min(MOST_PLACES, places.capacity() / CONNECTIONS_FOR_A_PLACE));
    }

    long nowNs() {
        return nanoTime.getAsLong();
    }

    /** The queue has room for a million operations, and more than for one of each who waits here. */
    long started(long id) {
        if (id == AsyncIo.BACK_PRESSURED) {
            throw new IllegalStateException("too many operations are under way to wait for a place");
        }
        return id;
    }

    /** Tells whether nothing is under way for anybody who waited here. */
    boolean isIdle() {
        return underWay == 0;
    }

    boolean isFull() {
        return waiting.size() >= room;
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
        final boolean stuck = nowNs() - waiting.get(first).sinceNs >= PATIENCE_NS;
        if (!stuck && !patience.isStarted()) {
            patience.start(PATIENCE_NS);
        }
        return stuck;
    }

    /** Takes over a connected socket, which counts for a container from now on. */
    AsyncSocket adopt(int fd, ResourceContainer container) {
        final AsyncSocket socket = io.newSocket();
        socket.adopt(fd, container, (EventHandler) null);
        return socket;
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
        if (waiting.size() > room) {
            waiting.remove(room).refuse();
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
                final Place idle = idleFor(clients.band(), clients.isFull() ? clients : null);
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
        return idleFor(classes.highestPriority(), null) != null && (!isFull() || isAnyIdleAbove(lastBand()));
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
        for (final ServedClass clients : classes.leastUrgentFirst()) {
            if (clients.idle.first() != null) {
                return clients.band() > band;
            }
        }
        return false;
    }

    /** Returns who is to give way to a newcomer of a band, or null if nobody is; of one class alone, if it has as many as it may. */
    private Place idleFor(int band, ServedClass only) {
        for (final ServedClass clients : classes.leastUrgentFirst()) {
            if (clients.band() > band) {
                return null;
            }
            final Place idle = clients.idle.first();
            final boolean concerned = idle != null && (only == null || clients == only);
            if (concerned && (clients.band() < band || isIdleForLong(idle))) {
                return idle;
            }
        }
        return null;
    }

    private boolean isIdleForLong(Place idle) {
        final boolean forLong = nowNs() - idle.idleSinceNs >= IDLE_AFTER_NS;
        if (!forLong) {
            lookAgainSoon();
        }
        return forLong;
    }

    private void lookAgainSoon() {
        if (!lookAgain.isStarted()) {
            lookAgain.start(IDLE_AFTER_NS);
        }
    }

    /** Nobody comes in any more. */
    void close() {
        waiting.forEach(Newcomer::refuse);
        waiting.clear();
    }
}
