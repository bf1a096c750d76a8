// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import java.util.Arrays;

/** What the next enter of a {@link SimulatedRing} runs: each request once, taken in any order, the oldest at no cost. */
final class SimulatedWork {
    private SimulatedRequest[] queued = new SimulatedRequest[64];
    private int head;
    private int tail;

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return tail - head;
    }

    void add(SimulatedRequest request) {
        if (request.workQueued) {
            return;
        }
        if (tail == queued.length) {
            if (head > queued.length / 2) {
                System.arraycopy(queued, head, queued, 0, size());
                tail -= head;
                head = 0;
            } else {
                queued = Arrays.copyOf(queued, queued.length * 2);
            }
        }
        request.workQueued = true;
        queued[tail++] = request;
    }

    SimulatedRequest take(int index) {
        final SimulatedRequest taken = queued[head + index];
        System.arraycopy(queued, head, queued, head + 1, index);
        queued[head++] = null;
        taken.workQueued = false;
        if (head == tail) {
            head = 0;
            tail = 0;
        }
        return taken;
    }

    void remove(SimulatedRequest request) {
        if (!request.workQueued) {
            return;
        }
        int index = 0;
        while (queued[head + index] != request) {
            index++;
        }
        take(index);
    }
}
