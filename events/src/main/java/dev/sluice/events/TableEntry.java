package dev.sluice.events;

/** A signal that holds an {@link OperationTable} slot while the kernel may still post completions for it. */
abstract class TableEntry extends Signal {
    static final int NO_SLOT = -1;

    /** The slot held, or {@link #NO_SLOT}. */
    int slot = NO_SLOT;

    /** What the kernel carries for the slot held; the operation's id towards the application. */
    long userData;

    /**
     * A completion for this entry's slot and generation. Runs while the completion queue is drained: it may signal
     * events and free the slot, it must not claim SQEs nor run handlers.
     */
    abstract void reap(int result, int flags);

    /** The queue is closing: ask the kernel to end this entry. */
    abstract void cancelForClose();
}
