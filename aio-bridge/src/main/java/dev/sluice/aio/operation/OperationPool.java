// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Operations of one kind that were released. There are never more than were in use together. */
public final class OperationPool<T> {
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private final Supplier<T> factory;

    public OperationPool(Supplier<T> factory) {
        this.factory = factory;
    }

    public T take() {
        final T operation = free.poll();
        return operation != null ? operation : factory.get();
    }

    public void giveBack(T operation) {
        free.push(operation);
    }
}
