// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.containers.Resource;
import java.util.Arrays;

/** Operations whose turn has come and that some limit keeps back, in a heap for each line that they come from. */
public final class SetAside {
    /** Says for what there is room. */
    public interface Room {
        boolean isFor(LineOperation operation, Line line);
    }

    private static final int NOBODY = -1;
    private static final OperationHeap[] NONE = {};

    private final LineOrder order;
    private OperationHeap[] heaps = NONE;

    public SetAside(LineOrder order) {
        this.order = order;
    }

    void add(LineOperation operation, Line line) {
        OperationHeap heap = heapOf(line);
        if (heap == null) {
            heap = new OperationHeap(line, order);
            heaps = Arrays.copyOf(heaps, heaps.length + 1);
            heaps[heaps.length - 1] = heap;
        }
        heap.add(operation);
    }

    private OperationHeap heapOf(Line line) {
        for (final OperationHeap heap : heaps) {
            if (heap.line == line) {
                return heap;
            }
        }
        return null;
    }

    /** The band of the first of those from one line; -1 if there is none. */
    public int firstBand(Line line) {
        final OperationHeap heap = heapOf(line);
        return heap == null || heap.isEmpty() ? NOBODY : heap.first().band;
    }

    /** The first of those from one line waits there again, if there is room for it. */
    public void takeBack(Line line, Room room) {
        final OperationHeap heap = heapOf(line);
        if (heap != null) {
            takeBack(heap, room);
        }
    }

    /** The first from each line for a resource that there is room for. */
    public void takeBack(Resource resource, Room room) {
        for (final OperationHeap heap : heaps) {
            if (heap.line.resource == resource) {
                takeBack(heap, room);
            }
        }
    }

    /** Those of a container and its descendants wait in their lines again. */
    void takeBackOf(ContainerLimits container) {
        for (final OperationHeap heap : heaps) {
            for (final LineOperation operation : heap.of(container)) {
                heap.line.takeBack(heap, operation);
            }
        }
    }

    private static void takeBack(OperationHeap heap, Room room) {
        if (!heap.isEmpty() && room.isFor(heap.first(), heap.line)) {
            heap.line.takeBack(heap, heap.first());
        }
    }
}
