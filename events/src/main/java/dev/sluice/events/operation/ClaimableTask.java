// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.events.reaping.ClaimableTasks;

/**
 * A task given to {@link OperationPort#whenClaimable}, to be run no more, or again. Belongs to the thread of the queue; may be called after
 * its close, too.
 */
public final class ClaimableTask {
    private final ClaimableTasks tasks;
    private final Runnable task;
    private boolean listed;

    ClaimableTask(ClaimableTasks tasks, Runnable task) {
        this.tasks = tasks;
        this.task = task;
        resume();
    }

    /** Runs it from now on, unless it is run already. */
    public void resume() {
        if (!listed) {
            listed = true;
            tasks.add(task);
        }
    }

    /** Runs it no more, until {@link #resume}. It may say so itself. */
    public void pause() {
        if (listed) {
            listed = false;
            tasks.remove(task);
        }
    }
}
