package dev.sluice.aio;

import dev.sluice.events.Operation;
import dev.sluice.events.OperationPort;

/** An operation that may have to wait in a {@link Line} for something that there is a bounded amount of. */
abstract class LineOperation extends Operation {
    /** Which goes first: band, then who has used least for its share, then arrival. */
    int band;

    long virtualTime;
    long sequence;

    /** Where it waits, and at which place; null while it does not. */
    OperationHeap heap;

    int heapIndex;

    /** What its container has. */
    ContainerLimits limits;

    /** How much it takes, or has taken. */
    long amount;

    /** Counted by the line and its containers as having it. */
    boolean admitted;

    LineOperation(OperationPort port) {
        super(port);
    }
}
