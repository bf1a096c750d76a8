package dev.sluice.samples.http;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where those wait that were accepted when all places were taken: whose client one is shows only then. An idle connection of
 * the same class or a lower one gives way to it, of the lowest class first, and among them the one that has been idle longest.
 * One of a higher class never does: the newcomer waits for a place, and makes way itself when others want to come in.
 *
 * <p>Few fit in: the door is opened only while there is someone who could give way, for one at a time.
 */
final class Door {
    /** How many may wait here, beside those that have a place. */
    static final int PLACES = 4;

    /** How many are asked in one turn whether their clients have taken their responses. */
    private static final int MOST_ASKED = 64;

    /** So long after it connected, or was answered, a connection does not give way to one of its own class. */
    private static final long IDLE_AFTER_NS = 1_000_000_000L;

    private final ServerContext context;

    /** Charged for the end of who gives way, so that nobody waits for it behind the work of a lower class. */
    private final ResourceContainer accepting;

    /** The most urgent first, then in the order they came. */
    private final List<Newcomer> waiting = new ArrayList<>(PLACES);

    /** Has the loop look again when somebody has been idle for long enough, or has not been asked yet. */
    private final TimeoutEntry lookAgain = new TimeoutEntry() {
        @Override
        void timedOut() {
            // The turn that follows looks.
        }
    };

    Door(ServerContext context, ResourceContainer accepting) {
        this.context = context;
        this.accepting = accepting;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    void add(Newcomer newcomer) {
        int place = waiting.size();
        while (place > 0
                && waiting.get(place - 1).clients().band() < newcomer.clients().band()) {
            place--;
        }
        waiting.add(place, newcomer);
    }

    /** Takes out who comes in next. */
    Newcomer next() {
        return waiting.remove(0);
    }

    /** Has as many of the idle give way as may, one for each that waits. */
    void makeRoom() {
        for (int asked = 0; context.leaving < waiting.size(); asked++) {
            final Connection idle =
                    idleFor(waiting.get(context.leaving).clients().band());
            if (idle == null) {
                return;
            }
            if (asked == MOST_ASKED) {
                lookAgainSoon();
                return;
            }
            idle.giveWay(accepting);
        }
    }

    /**
     * Tells whether another one may come to the door: somebody would give way if it is urgent enough. If the door is full, and the
     * last who wait there would not come in for anybody who is idle, one of them is refused for that.
     */
    boolean mayBeWorthALook() {
        if (waiting.size() < PLACES) {
            return idleFor(context.classes.highestPriority()) != null;
        }
        final Newcomer last = waiting.get(PLACES - 1);
        for (final ServedClass clients : context.classes.leastUrgentFirst()) {
            if (clients.idle.first() != null) {
                if (clients.band() <= last.clients().band()) {
                    return false;
                }
                waiting.remove(PLACES - 1).refuse();
                return true;
            }
        }
        return false;
    }

    /** Returns who is to give way to a newcomer of a band, or null if nobody is. */
    private Connection idleFor(int band) {
        for (final ServedClass clients : context.classes.leastUrgentFirst()) {
            final Connection idle = (Connection) clients.idle.first();
            if (clients.band() >= band) {
                return clients.band() == band && idle != null && isIdleForLong(idle) ? idle : null;
            }
            if (idle != null) {
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
