// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.containers.ResourceContainer;
import java.util.ArrayDeque;
import java.util.Deque;

/** The closes by a worker of which nobody is told. */
final class WorkerCloses {
    private final OperationPool<WorkerClose> pool;
    private final Deque<WorkerClose> toStart = new ArrayDeque<>();
    private int underWay;

    WorkerCloses(IoContext io) {
        pool = new OperationPool<>(() -> new WorkerClose(io));
    }

    void add(int fd, ResourceContainer container) {
        final WorkerClose close = pool.take();
        close.set(fd, container);
        underWay++;
        toStart.add(close);
    }

    /** SQEs may be claimed: starts as many as there are slots for. */
    void start() {
        while (!toStart.isEmpty()) {
            final WorkerClose next = toStart.remove();
            if (!next.start()) {
                toStart.addFirst(next);
                return;
            }
        }
    }

    void ended(WorkerClose close) {
        underWay--;
        pool.giveBack(close);
    }

    int underWay() {
        return underWay;
    }

    /** The queue is closing: those that have not begun. */
    void closeNow() {
        toStart.forEach(WorkerClose::closeNow);
    }
}
