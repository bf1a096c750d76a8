// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.table;

import dev.sluice.events.order.Signal;

/** A signal that holds an {@link OperationTable} slot while the kernel may still post completions for it. */
public abstract class TableEntry extends Signal {
    static final int NO_SLOT = -1;

    /** The slot held, or {@link #NO_SLOT}. */
    int slot = NO_SLOT;

    /** What the kernel carries for the slot held; the operation's id towards the application. */
    long userData;

    /**
     * A completion for this entry's slot and generation. Runs while the completion queue is drained: it may signal
     * events and free the slot, it must not claim SQEs nor run handlers.
     *
     * @param result the CQE's
     * @param flags the CQE's
     */
    protected abstract void reap(int result, int flags);

    /** The queue is closing: ask the kernel to end this entry. */
    protected abstract void cancelForClose();

    /**
     * A completion of what the kernel had when the queue was closed, on a thread of its own: give back what is not the queue's.
     *
     * @param lateResult the CQE's
     */
    protected void completedLate(int lateResult) {}

    /** What this asked for an SQE for can be claimed now; for those that do ask. */
    protected void claimNow() {}

    /**
     * Returns what the kernel carries for the slot held.
     *
     * @return the operation's id towards the application
     */
    protected final long userData() {
        return userData;
    }
}
