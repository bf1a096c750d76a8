// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operations that wait in a line, the one to go next first: a binary heap that each of them knows its place in. */
final class OperationHeap {
    private static final int FIRST_CAPACITY = 16;

    /** Where they wait for a place. */
    final Line line;

    private final LineOrder order;
    private LineOperation[] operations = new LineOperation[FIRST_CAPACITY];
    private int size;

    /** As of which {@link LineOrder#priorityChanges()} the bands are. */
    private long orderedAt;

    OperationHeap(Line line, LineOrder order) {
        this.line = line;
        this.order = order;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(LineOperation operation) {
        if (size == operations.length) {
            operations = Arrays.copyOf(operations, size * 2);
        }
        operation.heap = this;
        operation.band = operation.container().effectivePriority();
        operations[size] = operation;
        siftUp(size++);
    }

    /** The one to go next, by the priorities of now; null if there is none. */
    LineOperation first() {
        if (orderedAt != order.priorityChanges()) {
            orderedAt = order.priorityChanges();
            reorder();
        }
        return operations[0];
    }

    /** Those of a container and its descendants, in no order. */
    List<LineOperation> of(ContainerLimits container) {
        final List<LineOperation> found = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (operations[i].limits.isBelow(container)) {
                found.add(operations[i]);
            }
        }
        return found;
    }

    void remove(LineOperation operation) {
        final int index = operation.heapIndex;
        operation.heap = null;
        final LineOperation last = operations[--size];
        operations[size] = null;
        if (last != operation) {
            place(last, index);
            siftDown(index);
            siftUp(last.heapIndex);
        }
    }

    private void reorder() {
        for (int i = 0; i < size; i++) {
            operations[i].band = operations[i].container().effectivePriority();
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    private void siftUp(int from) {
        final LineOperation operation = operations[from];
        int index = from;
        while (index > 0) {
            final int parent = (index - 1) >>> 1;
            if (!LineOrder.goesBefore(operation, operations[parent])) {
                break;
            }
            place(operations[parent], index);
            index = parent;
        }
        place(operation, index);
    }

    private void siftDown(int from) {
        final LineOperation operation = operations[from];
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && LineOrder.goesBefore(operations[child + 1], operations[child])) {
                child++;
            }
            if (!LineOrder.goesBefore(operations[child], operation)) {
                break;
            }
            place(operations[child], index);
            index = child;
        }
        place(operation, index);
    }

    private void place(LineOperation operation, int index) {
        operations[index] = operation;
        operation.heapIndex = index;
    }
}
