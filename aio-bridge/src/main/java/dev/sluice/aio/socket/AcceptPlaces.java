// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.LineOperation;
import dev.sluice.aio.line.Supply;
import dev.sluice.containers.ResourceContainer;

/** What an accept has of an allowance: one for each connection that the kernel may accept for it, taken before that is asked. */
final class AcceptPlaces {
    /** Null if no allowance bounds what is accepted. */
    private Supply supply;

    private ResourceContainer container;
    private long taken;
    private boolean awaited;

    void begin(Supply newSupply, ResourceContainer newContainer) {
        supply = newSupply;
        container = newContainer;
        taken = 0L;
        awaited = false;
    }

    boolean areFree(long count) {
        return supply == null || supply.isFree(count, container);
    }

    /** Whether there are so many, some of which may be taken now. */
    boolean has(long count) {
        if (supply == null) {
            return true;
        }
        while (taken < count && supply.mayTake(1L, container)) {
            supply.took(1L, container);
            taken++;
        }
        return taken >= count;
    }

    /** Has {@code accept} wait for one more. */
    void await(LineOperation accept) {
        awaited = true;
        supply.enqueue(accept, 1L, 1L);
        supply.serve();
    }

    /** Takes the one that an accept has waited for; false if that was something else. */
    boolean takeAwaited() {
        final boolean was = awaited;
        awaited = false;
        taken += was ? 1L : 0L;
        return was;
    }

    /** One is a connection's from now on. Returns where that gives it back; null if nowhere. */
    Supply handOver() {
        if (taken > 0L) {
            taken--;
        } else if (supply != null) {
            supply.took(1L, container);
        }
        return supply;
    }

    /** Gives back what is more than that. */
    void keepAtMost(long count) {
        final long unused = taken - count;
        if (unused > 0L) {
            taken = count;
            supply.gaveBack(unused, container);
        }
    }
}
