// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayDeque;
import java.util.Deque;

/** The closes by a worker that end silently. */
final class WorkerCloses {
    private final OperationPool<WorkerClose> pool;
    private final Deque<WorkerClose> toBegin = new ArrayDeque<>();
    private int underWay;

    WorkerCloses(IoContext io) {
        pool = new OperationPool<>(() -> new WorkerClose(io));
    }

    void add(int fd, ResourceContainer container) {
        final WorkerClose close = pool.take();
        close.set(fd, container);
        underWay++;
        toBegin.add(close);
    }

    /** SQEs may be claimed: begins as many as there are slots for. */
    void begin() {
        while (!toBegin.isEmpty()) {
            final WorkerClose next = toBegin.remove();
            if (!next.begin()) {
                toBegin.addFirst(next);
                return;
            }
        }
    }

    void released(WorkerClose close) {
        underWay--;
        pool.giveBack(close);
    }

    int underWay() {
        return underWay;
    }

    /** The queue is closing: those that have not begun. */
    void closeNow() {
        toBegin.forEach(WorkerClose::closeNow);
    }
}
