// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.uring.RingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** What layers above do whenever SQEs may be claimed. */
public final class ClaimableTasks {
    /** Null where one was taken off and the list not closed up yet. */
    private final List<Runnable> tasks = new ArrayList<>();

    private boolean hasGaps;
    private Consumer<RuntimeException> failures;

    ClaimableTasks() {}

    public void add(Runnable task) {
        tasks.add(task);
    }

    /** Takes {@code task}, the same object, off the list; a task may do so itself. */
    public void remove(Runnable task) {
        final int at = tasks.indexOf(task);
        if (at >= 0) {
            tasks.set(at, null);
            hasGaps = true;
        }
    }

    public int size() {
        return (int) tasks.stream().filter(Objects::nonNull).count();
    }

    /** Has {@code handler} told of what they throw, but for the loss of the ring; null: whoever enters the ring is. */
    public void tellFailures(Consumer<RuntimeException> handler) {
        failures = handler;
    }

    void run() {
        for (int i = 0; i < tasks.size(); i++) {
            final Runnable task = tasks.get(i);
            if (task != null) {
                run(task);
            }
        }
        if (hasGaps) {
            hasGaps = false;
            tasks.removeIf(Objects::isNull);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (failures == null || e instanceof RingException) {
                throw e;
            }
            failures.accept(e);
        }
    }
}
