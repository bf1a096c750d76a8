// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.reaping.Reaper;
import dev.sluice.uring.EnterTimes;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EventQueue} has seen, as a snapshot.
 *
 * @param turns dequeues whose events were handled
 * @param events events handed out
 * @param enters native calls that entered the ring
 * @param stalls turns whose handlers ran longer than the threshold, and waits that were none for as long
 * @param turnMaxNs the longest turn, in nanoseconds; waiting does not count
 * @param lastStall who held up the loop the last time; null if there was none
 * @param waitMaxNs the longest time in an enter that was asked to wait, in nanoseconds
 * @param waitStalls those of the stalls that were in an enter that was asked to wait
 * @param busyWaitMaxNs the longest that such an enter worked or was blocked in place of waiting, in nanoseconds
 * @param interested descriptors declared now
 * @param operationsUnderWay under way now: declared descriptors, operations, and closes that nobody waits for
 * @param signalled events pending now
 * @param revokedCompletions completions that came after their descriptor was revoked, and were not delivered
 * @param staleCompletions completions whose slot had moved on; never delivered, their descriptors closed
 * @param cancels cancellations that the kernel answered
 * @param wakeups how often other threads woke the queue by its eventfd
 * @param ringMessages how often other queues woke it from ring to ring
 * @param enterTimes how long the enters took that were not asked to wait
 */
public record QueueCounters(
        long turns,
        long events,
        long enters,
        long stalls,
        long turnMaxNs,
        @Nullable Stall lastStall,
        long waitMaxNs,
        long waitStalls,
        long busyWaitMaxNs,
        int interested,
        int operationsUnderWay,
        int signalled,
        long revokedCompletions,
        long staleCompletions,
        long cancels,
        long wakeups,
        long ringMessages,
        EnterTimes enterTimes) {
    static QueueCounters of(Reaper reaper, LoopCounters turns, int interested) {
        return new QueueCounters(
                turns.turns(),
                turns.events(),
                reaper.ring.statistics().enters(),
                turns.stalls(),
                turns.turnMaxNs(),
                turns.lastStall(),
                turns.waitMaxNs(),
                turns.waitStalls(),
                turns.busyWaitMaxNs(),
                interested,
                reaper.underWay(),
                reaper.signalled.size(),
                reaper.revokedCompletions,
                reaper.staleCompletions(),
                reaper.cancels(),
                reaper.wakeup.wakeups(),
                reaper.ringMessages(),
                reaper.ring.statistics().enterTimes().copy());
    }
}
