// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.spi.Scheduling;

/** The containers whose priority has fallen by use, the one that may rise first on top: a binary heap. */
final class Recoveries {
    private final SegmentedArray<Recovery> heap = new SegmentedArray<>();
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The one that is due first, or null. */
    Recovery first() {
        return heap.get(0);
    }

    /** How long until one is due; {@link Long#MAX_VALUE} if none is awaited. */
    long untilDueNs(long atNs) {
        return size == 0 ? Long.MAX_VALUE : Math.max(0L, first().dueNs - atNs);
    }

    /** Takes out one that is due by now, and gives its place; null if none is. What has used more meanwhile is awaited again. */
    ContainerQueue pollDue(long nowNs) {
        Recovery first;
        while ((first = first()) != null && first.dueNs - nowNs <= 0L) {
            final boolean usedMore = Scheduling.decayedPriorityRisesAtNs(first.place.container) != first.dueNs;
            remove(first);
            if (!usedMore) {
                return first.place;
            }
            await(first);
        }
        return null;
    }

    /** Has it be due when its container's priority rises, if that is to come. */
    void await(Recovery recovery) {
        final long risesAtNs = Scheduling.decayedPriorityRisesAtNs(recovery.place.container);
        if (risesAtNs != Long.MAX_VALUE) {
            await(recovery, risesAtNs);
        }
    }

    /** Awaits it no longer; null is none. */
    void forget(Recovery recovery) {
        if (recovery != null && recovery.isAwaited()) {
            remove(recovery);
        }
    }

    /** Has it be due at another time; adds it if need be. */
    void await(Recovery recovery, long dueNs) {
        if (!recovery.isAwaited()) {
            heap.ensureCapacity(size + 1);
            recovery.index = size++;
        }
        recovery.dueNs = dueNs;
        settle(recovery);
    }

    /** Takes it out; it must be in here. */
    void remove(Recovery recovery) {
        final int index = recovery.index;
        recovery.index = Recovery.NOT_AWAITED;
        final Recovery last = heap.get(--size);
        heap.set(size, null);
        if (last != recovery) {
            last.index = index;
            settle(last);
        }
    }

    private void settle(Recovery recovery) {
        final int from = recovery.index;
        int index = from;
        while (index > 0 && recovery.dueNs - heap.get((index - 1) >>> 1).dueNs < 0L) {
            put(heap.get((index - 1) >>> 1), index);
            index = (index - 1) >>> 1;
        }
        while (index >= from) { // only if it has not gone up
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap.get(child + 1).dueNs - heap.get(child).dueNs < 0L) {
                child++;
            }
            if (heap.get(child).dueNs - recovery.dueNs >= 0L) {
                break;
            }
            put(heap.get(child), index);
            index = child;
        }
        put(recovery, index);
    }

    private void put(Recovery recovery, int index) {
        heap.set(index, recovery);
        recovery.index = index;
    }
}
