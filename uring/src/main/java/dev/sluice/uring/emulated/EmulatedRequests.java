// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of an {@link EmulatedRing}: a pool that grows to the most that were ever under way, found by token, and, while they wait for
 * something, by user_data.
 *
 * <p>Grows by a segment at a time, and the hash table by a chain with each request, so that no call copies what there is.
 *
 * @see "Litwin 1980: Linear hashing"
 */
final class EmulatedRequests {
    private static final int SEGMENT_BITS = 8;
    private static final int SEGMENT_LENGTH = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_LENGTH - 1;

    private final EmulatedWorkers workers;

    /** In segments, by token. */
    private EmulatedRequest[][] all = {new EmulatedRequest[SEGMENT_LENGTH]};

    private int created;

    /** First of those that are not in use, linked like a chain; null if there is none. */
    private @Nullable EmulatedRequest unused;

    /** In segments, those that wait, by the hash of their user_data: a chain for each request there is, and one more. */
    private EmulatedRequest[][] waiting = {new EmulatedRequest[SEGMENT_LENGTH]};

    /** The lowest power of two that is not below the number of chains, less one. */
    private int chainMask;

    EmulatedRequests(EmulatedWorkers workers) {
        this.workers = workers;
    }

    EmulatedRequest take() {
        final EmulatedRequest first = unused;
        if (first != null) {
            unused = first.nextOfHash;
            first.nextOfHash = null;
            return first;
        }
        final EmulatedRequest request = new EmulatedRequest(workers, created);
        all = withRoomFor(all, created);
        all[created >>> SEGMENT_BITS][created & SEGMENT_MASK] = request;
        splitChain(++created);
        return request;
    }

    private static EmulatedRequest[][] withRoomFor(EmulatedRequest[][] segments, int index) {
        final int segment = index >>> SEGMENT_BITS;
        final EmulatedRequest[][] enough =
                segment < segments.length ? segments : Arrays.copyOf(segments, 2 * segments.length);
        if (enough[segment] == null) {
            enough[segment] = new EmulatedRequest[SEGMENT_LENGTH];
        }
        return enough;
    }

    /** There is a chain more, the last one: for half of what is in the one that had its hashes until now. */
    private void splitChain(int last) {
        waiting = withRoomFor(waiting, last);
        chainMask = Math.max(chainMask, Integer.highestOneBit(last) * 2 - 1);
        final int split = last & chainMask >>> 1;
        EmulatedRequest request = firstOf(split);
        setFirst(split, null);
        while (request != null) {
            final EmulatedRequest next = request.nextOfHash;
            link(request);
            request = next;
        }
    }

    void giveBack(EmulatedRequest request) {
        request.generation++;
        request.nextOfHash = unused;
        unused = request;
    }

    /** The request that an event was registered for; null if that has ended. */
    @Nullable
    EmulatedRequest find(long token) {
        final int index = (int) token;
        final EmulatedRequest request = all[index >>> SEGMENT_BITS][index & SEGMENT_MASK];
        return request.token() == token ? request : null;
    }

    /** It did not complete at once: from now on it can be cancelled. */
    void enter(EmulatedRequest request) {
        link(request);
    }

    private void link(EmulatedRequest request) {
        final int chain = chainOf(request.userData);
        request.nextOfHash = firstOf(chain);
        setFirst(chain, request);
    }

    @SuppressWarnings("NullAway") // it is in its chain, so the end of that is not met
    void leave(EmulatedRequest request) {
        final int chain = chainOf(request.userData);
        EmulatedRequest before = firstOf(chain);
        if (before == request) {
            setFirst(chain, request.nextOfHash);
        } else {
            while (before.nextOfHash != request) {
                before = before.nextOfHash;
            }
            before.nextOfHash = request.nextOfHash;
        }
        request.nextOfHash = null;
    }

    /** One that waits and has this user_data, and this opcode unless that is negative; null if there is none. */
    @Nullable
    EmulatedRequest findWaiting(long userData, int opcode) {
        EmulatedRequest request = firstOf(chainOf(userData));
        while (request != null && (request.userData != userData || (opcode >= 0 && request.opcode != opcode))) {
            request = request.nextOfHash;
        }
        return request;
    }

    /** Calls for each that waits; what is called must not end any. */
    void forEachWaiting(Consumer<EmulatedRequest> consumer) {
        for (int chain = 0; chain <= created; chain++) {
            for (EmulatedRequest request = firstOf(chain); request != null; request = request.nextOfHash) {
                consumer.accept(request);
            }
        }
    }

    private @Nullable EmulatedRequest firstOf(int chain) {
        return waiting[chain >>> SEGMENT_BITS][chain & SEGMENT_MASK];
    }

    private void setFirst(int chain, @Nullable EmulatedRequest request) {
        waiting[chain >>> SEGMENT_BITS][chain & SEGMENT_MASK] = request;
    }

    private int chainOf(long userData) {
        final int hash = (int) ((userData * 0x9E37_79B9_7F4A_7C15L) >>> 40);
        final int chain = hash & chainMask;
        return chain <= created ? chain : hash & chainMask >>> 1;
    }
}
