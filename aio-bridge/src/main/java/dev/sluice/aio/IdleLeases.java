// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Arena;
import org.jspecify.annotations.Nullable;

/** Blocks that nobody needs now, those that were offered first in front. */
final class IdleLeases {
    /** With each lease, so that none is much slower than others. */
    private static final int SOME = 8;

    /** While somebody waits: of the smallest blocks as many as make the largest. */
    private static final int MANY = 64;

    private final Arena arena;
    private @Nullable IdleLease first;
    private @Nullable IdleLease last;

    IdleLeases(Arena arena) {
        this.arena = arena;
    }

    void add(IdleLease lease) {
        lease.isOffered = true;
        lease.previous = last;
        if (last == null) {
            first = lease;
        } else {
            last.next = lease;
        }
        last = lease;
    }

    void remove(IdleLease lease) {
        if (lease.previous == null) {
            first = lease.next;
        } else {
            lease.previous.next = lease.next;
        }
        if (lease.next == null) {
            last = lease.previous;
        } else {
            lease.next.previous = lease.previous;
        }
        lease.previous = null;
        lease.next = null;
        lease.isOffered = false;
    }

    /** Somebody leases, or waits: asks for the blocks of those who are silent for longest, and for whom memory is short. */
    void askBack() {
        final int most = arena.waiting() > 0 ? MANY : SOME;
        for (int i = 0; i < most && first != null; i++) {
            final IdleLease lease = first;
            remove(lease);
            if (arena.isShort(lease.holder())) {
                lease.giveBack();
            } else {
                add(lease); // its class has enough: the next time others are asked
            }
        }
    }
}
