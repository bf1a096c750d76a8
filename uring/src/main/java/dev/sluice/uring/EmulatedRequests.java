package dev.sluice.uring;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The requests of an {@link EmulatedRing}: a pool that grows to the most that were ever under way, found by token, and, while they wait for
 * something, by user_data.
 */
final class EmulatedRequests {

    private static final int FIRST_CAPACITY = 64;

    private final EmulatedWorkers workers;
    private EmulatedRequest[] all = new EmulatedRequest[FIRST_CAPACITY];
    private int created;
    private EmulatedRequest[] unused = new EmulatedRequest[FIRST_CAPACITY];
    private int unusedCount;

    /** Those that wait, by the hash of their user_data: as many chains as there is room for requests. */
    private EmulatedRequest[] waiting = new EmulatedRequest[FIRST_CAPACITY];

    EmulatedRequests(EmulatedWorkers workers) {
        this.workers = workers;
    }

    EmulatedRequest take() {
        if (unusedCount > 0) {
            return unused[--unusedCount];
        }
        if (created == all.length) {
            grow();
        }
        final EmulatedRequest request = new EmulatedRequest(workers, created);
        all[created++] = request;
        return request;
    }

    private void grow() {
        final int capacity = 2 * all.length;
        all = Arrays.copyOf(all, capacity);
        unused = Arrays.copyOf(unused, capacity);
        final EmulatedRequest[] chains = waiting;
        waiting = new EmulatedRequest[capacity];
        for (EmulatedRequest request : chains) {
            while (request != null) {
                final EmulatedRequest next = request.nextOfHash;
                link(request);
                request = next;
            }
        }
    }

    void giveBack(EmulatedRequest request) {
        request.generation++;
        unused[unusedCount++] = request;
    }

    /** The request that an event was registered for; null if that has ended. */
    EmulatedRequest find(long token) {
        final EmulatedRequest request = all[(int) token];
        return request.token() == token ? request : null;
    }

    /** It did not complete at once: from now on it can be cancelled. */
    void enter(EmulatedRequest request) {
        link(request);
    }

    private void link(EmulatedRequest request) {
        final int chain = chainOf(request.userData);
        request.nextOfHash = waiting[chain];
        waiting[chain] = request;
    }

    void leave(EmulatedRequest request) {
        final int chain = chainOf(request.userData);
        EmulatedRequest before = waiting[chain];
        if (before == request) {
            waiting[chain] = request.nextOfHash;
        } else {
            while (before.nextOfHash != request) {
                before = before.nextOfHash;
            }
            before.nextOfHash = request.nextOfHash;
        }
        request.nextOfHash = null;
    }

    /** One that waits and has this user_data, and this opcode unless that is negative; null if there is none. */
    EmulatedRequest findWaiting(long userData, int opcode) {
        EmulatedRequest request = waiting[chainOf(userData)];
        while (request != null && (request.userData != userData || (opcode >= 0 && request.opcode != opcode))) {
            request = request.nextOfHash;
        }
        return request;
    }

    /** Calls for each that waits; what is called must not end any. */
    void forEachWaiting(Consumer<EmulatedRequest> consumer) {
        for (final EmulatedRequest first : waiting) {
            for (EmulatedRequest request = first; request != null; request = request.nextOfHash) {
                consumer.accept(request);
            }
        }
    }

    private int chainOf(long userData) {
        return (int) ((userData * 0x9E37_79B9_7F4A_7C15L) >>> 40) & (waiting.length - 1);
    }
}
