// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Arena;
import dev.sluice.events.operation.ClaimableTask;
import dev.sluice.events.operation.OperationPort;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that nobody needs now, those that were offered first in front. Who leases has some of them looked at. As long as somebody waits, all of
 * them are, a part with each enter: for whom he waits may have offered his behind many others whose blocks are no help.
 */
final class IdleLeases {
    /** With each lease, so that none is much slower than others. */
    private static final int SOME = 8;

    /** While somebody waits: of the smallest blocks as many as make the largest. */
    private static final int MANY = 64;

    private final Arena arena;
    private final OperationPort port;
    private final Runnable wakeup;
    private @Nullable IdleLease first;
    private @Nullable IdleLease last;
    private int count;

    /** The first of those behind the others that were looked at for who waits now; null if none was. */
    private @Nullable IdleLease looked;

    /** What {@link Arena#waitingChanges} was then. */
    private long lookedFor;

    /** Null until somebody waits. */
    private @Nullable ClaimableTask task;

    IdleLeases(Arena arena, OperationPort port, Runnable wakeup) {
        this.arena = arena;
        this.port = port;
        this.wakeup = wakeup;
    }

    void add(IdleLease lease) {
        lease.isOffered = true;
        if (arena.waiting() > 0) {
            insert(lease, looked);
            lookOnSoon();
        } else {
            insert(lease, null);
        }
    }

    int count() {
        return count;
    }

    /** At the end if {@code next} is null. */
    private void insert(IdleLease lease, @Nullable IdleLease next) {
        count++;
        final IdleLease previous = next == null ? last : next.previous;
        lease.previous = previous;
        lease.next = next;
        if (previous == null) {
            first = lease;
        } else {
            previous.next = lease;
        }
        if (next == null) {
            last = lease;
        } else {
            next.previous = lease;
        }
    }

    void remove(IdleLease lease) {
        count--;
        if (looked == lease) {
            looked = lease.next;
        }
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

    /** Somebody leases: asks some of those who are silent for longest, and for whom memory is short. */
    void askBack() {
        if (arena.waiting() == 0) {
            looked = null;
        }
        look(SOME);
    }

    /** Somebody has come to wait: asks all whose blocks help him. */
    void awaited() {
        lookAtAll();
        look(MANY);
        lookOnSoon();
    }

    private void lookAtAll() {
        looked = null;
        lookedFor = arena.waitingChanges();
    }

    private void look(int most) {
        for (int i = 0; i < most && first != null && first != looked; i++) {
            final IdleLease lease = first;
            remove(lease);
            if (arena.isShort(lease.holder()) || arena.isAwaitedFrom(lease.holder())) {
                lease.giveBack();
            } else {
                lease.isOffered = true; // its class has enough, and nobody waits for more of it
                insert(lease, null);
                looked = looked == null ? lease : looked;
            }
        }
    }

    private void lookOnSoon() {
        if (task == null) {
            task = port.whenClaimable(this::lookOn);
        }
        task.resume();
    }

    /** Before each enter, while somebody waits. */
    @SuppressWarnings("NullAway") // it is this that runs
    private void lookOn() {
        if (arena.waiting() == 0) {
            task.pause();
            return;
        }
        if (arena.waitingChanges() != lookedFor) {
            lookAtAll(); // the blocks of others may help now
        }
        look(MANY);
        if (first != looked) {
            wakeup.run(); // not to wait before all were looked at
        }
    }
}
