// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.Opcode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What a {@link SimulatedRing} has to do, now and later: requests whose time comes, and deeds of others. */
final class SimulatedAgenda {
    static final long NEVER_NS = Long.MAX_VALUE;

    private record Plan(long atNs, long order, Runnable deed) {}

    private final SimulatedWork work = new SimulatedWork();
    private final PriorityQueue<SimulatedRequest> timed =
            new PriorityQueue<>(Comparator.<SimulatedRequest>comparingLong(request -> request.dueNs)
                    .thenComparingLong(request -> request.sequence));
    private final List<SimulatedRequest> counting = new ArrayList<>();
    private final PriorityQueue<Plan> plans =
            new PriorityQueue<>(Comparator.comparingLong(Plan::atNs).thenComparingLong(Plan::order));

    void plan(long atNs, long order, Runnable deed) {
        plans.add(new Plan(atNs, order, deed));
    }

    /** The request goes on at its {@link SimulatedRequest#dueNs}. */
    void addTimed(SimulatedRequest request) {
        timed.add(request);
    }

    /** The request goes on when so many completions were posted as it counts. */
    void addCounting(SimulatedRequest request) {
        counting.add(request);
    }

    void addWork(SimulatedRequest request) {
        work.add(request);
    }

    boolean hasWork() {
        return !work.isEmpty();
    }

    int workSize() {
        return work.size();
    }

    SimulatedRequest takeWork(int index) {
        return work.take(index);
    }

    long nextDueNs() {
        final long requestNs = timed.isEmpty() ? NEVER_NS : timed.peek().dueNs;
        return plans.isEmpty() ? requestNs : Math.min(requestNs, plans.peek().atNs);
    }

    /** Does the deeds whose time has come, and makes work of the requests. */
    void collect(long nowNs, long posted) {
        while (!plans.isEmpty() && plans.peek().atNs <= nowNs) {
            plans.poll().deed.run();
        }
        while (!timed.isEmpty() && timed.peek().dueNs <= nowNs) {
            work.add(timed.poll());
        }
        for (final SimulatedRequest request : counting) {
            if (posted >= request.targetCount) {
                work.add(request);
            }
        }
    }

    void forget(SimulatedRequest request) {
        if (request.targetCount != Long.MAX_VALUE) {
            counting.remove(request);
        }
        if (request.opcode == Opcode.TIMEOUT || request.dueNs != 0L) {
            timed.remove(request);
        }
        work.remove(request);
    }
}
