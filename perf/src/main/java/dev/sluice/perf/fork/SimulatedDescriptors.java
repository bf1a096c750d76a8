// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.simulated.MemoryRing;
import java.util.function.IntFunction;

/** Sluice on a ring in memory: more descriptors than a system may have open. The active ones are spread evenly. */
final class SimulatedDescriptors implements ActiveDescriptors {
    /** Above the descriptors that are real: the queue polls one of its own. */
    static final int FIRST_FD = 1024;

    /** What is done between two measurements would count as a stall, and naming its container allocates. */
    private static final long NEVER_A_STALL_NS = Long.MAX_VALUE;

    private final MemoryRing ring;
    private final EventQueue events;
    private final int active;
    private final int stride;

    SimulatedDescriptors(int declared, int active) {
        this.active = active;
        stride = declared / active;
        ring = new MemoryRing(FIRST_FD + declared, Integer.highestOneBit(2 * active));
        final ResourceContainer clients = ResourceContainer.root("server").child("clients");
        events = declare(ring, declared, index -> clients);
    }

    /** Declares descriptors from {@link #FIRST_FD} on, each for the container that it is given. */
    static EventQueue declare(MemoryRing ring, int declared, IntFunction<ResourceContainer> containers) {
        final EventQueue events =
                EventQueue.over(ring, EventQueueOptions.defaults().withStallThresholdNs(NEVER_A_STALL_NS));
        for (int i = 0; i < declared; i++) {
            events.declareInterest(FIRST_FD + i, InterestOps.READABLE, containers.apply(i), null);
        }
        events.dequeueNextEvents(1, Priority.IDLE, 0L); // submits the last of them
        return events;
    }

    @Override
    public void signalAll() {
        for (int i = 0; i < active; i++) {
            ring.signal(FIRST_FD + i * stride, InterestOps.READABLE);
        }
    }

    @Override
    public int dequeue() {
        final EventBatch batch = events.dequeueNextEvents(active, Priority.IDLE, 0L);
        int taken = 0;
        while (batch.next() != null) {
            taken++;
        }
        return taken;
    }

    /** Interest is in edges: nothing stays ready. */
    @Override
    public void resetAll() {}

    /** The ring cannot cancel; the process ends. */
    @Override
    public void close() {}
}
