// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.Priority;
import java.util.Arrays;

/**
 * Fixed shares among principals, by start-time fair queueing: what is pending of the one that has used least for its
 * share goes first, in the strict order of its own bands. So a principal gets its share of the thread whatever
 * priorities the others give themselves.
 *
 * <p>A scan over all principals at every dequeue: they are meant to be few, a guest or a tenant each. Those with nothing
 * pending and nothing under way are forgotten until they have.
 */
final class Principals {
    private Principal[] enrolled = new Principal[4];
    private int count;

    /** The highest virtual time at which a principal was served: where one starts that had nothing to serve. */
    private long virtualTime;

    void enrol(Principal principal, long nowNs) {
        if (principal.enrolled) {
            return;
        }
        if (nowNs - principal.forgottenNs >= ContainerQueue.LAPSE_NS) {
            principal.virtualTime = virtualTime; // it owes nothing any more; and the difference may have wrapped
        }
        if (count == enrolled.length) {
            enrolled = Arrays.copyOf(enrolled, count * 2);
        }
        enrolled[count++] = principal;
        principal.enrolled = true;
    }

    /** The principal to serve, or null if none has anything of {@code minPriority} pending. */
    Principal next(int minPriority, long nowNs) {
        forgetUnused(nowNs);
        final Principal next = toBeServed(minPriority);
        if (next == null) {
            return null;
        }
        if (next.virtualTime - virtualTime < 0L) {
            next.virtualTime = virtualTime; // it had nothing, or nothing that was asked for: no claim on the past
        } else {
            virtualTime = next.virtualTime;
        }
        return next;
    }

    int highestBand() {
        int highest = -1;
        for (int i = 0; i < count; i++) {
            highest = Math.max(highest, enrolled[i].highestBand());
        }
        return highest;
    }

    boolean hasAtLeast(int minPriority) {
        for (int i = 0; i < count; i++) {
            if (enrolled[i].hasAtLeast(minPriority)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether something may come - of timers, or out of the ring - that goes before everything pending: of a higher
     * band, and of a principal that has not used more than the one to be served next.
     */
    boolean moreUrgentMayCome(boolean ofTimers) {
        final Principal next = toBeServed(Priority.IDLE);
        for (int i = 0; i < count; i++) {
            final Principal principal = enrolled[i];
            if ((next == null || principal.virtualTime - next.virtualTime <= 0L)
                    && principal.moreUrgentMayCome(ofTimers, next == null ? principal : next)) {
                return true;
            }
        }
        return false;
    }

    long oldestPendingNs(int band, long nowNs) {
        long oldestNs = 0L;
        for (int i = 0; i < count; i++) {
            oldestNs = Math.max(oldestNs, enrolled[i].oldestPendingNs(band, nowNs));
        }
        return oldestNs;
    }

    void charge(Principal principal, long costNs) {
        principal.virtualTime += ContainerQueue.virtualCost(costNs, principal.share);
    }

    /** What it is ahead by was used at the old share; pending events count by the new one at once. */
    void changeShare(Principal principal, int newShare) {
        final long lead = principal.virtualTime - virtualTime;
        if (lead > 0L) {
            principal.virtualTime = virtualTime + ContainerQueue.rescaled(lead, principal.share, newShare);
        }
        principal.share = newShare;
    }

    private Principal toBeServed(int minPriority) {
        final Principal next = leastServed(Math.max(minPriority, Priority.IDLE + 1));
        return next == null && minPriority == Priority.IDLE ? leastServed(Priority.IDLE) : next;
    }

    private Principal leastServed(int minPriority) {
        Principal least = null;
        for (int i = 0; i < count; i++) {
            final Principal principal = enrolled[i];
            if (principal.hasAtLeast(minPriority)
                    && (least == null || principal.virtualTime - least.virtualTime < 0L)) {
                least = principal;
            }
        }
        return least;
    }

    private void forgetUnused(long nowNs) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final Principal principal = enrolled[i];
            if (principal.isInUse()) {
                enrolled[kept++] = principal;
                if (principal.hasNothingPending() && principal.virtualTime - virtualTime < 0L) {
                    principal.virtualTime = virtualTime; // now, not when it has: until then the difference might wrap
                }
            } else {
                principal.enrolled = false;
                principal.forgottenNs = nowNs;
            }
        }
        Arrays.fill(enrolled, kept, count, null);
        count = kept;
    }
}
