// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.events.operation.Operation;
import dev.sluice.events.operation.OperationPort;

/** An operation that may have to wait in a {@link Line}, for something that there is a bounded amount of. */
public abstract class LineOperation extends Operation {
    /** Which goes first: band, then who has used least for its share of what was waited for, then arrival. */
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

    protected LineOperation(OperationPort port) {
        super(port);
    }

    /** On the queue's thread, while under way: what another thread has posted it for. */
    public void arrived() {
        throw new IllegalStateException("nothing was posted for it: " + describe());
    }

    public final boolean isWaiting() {
        return heap != null;
    }

    /** Has had its turn, and has not given back what it took. */
    public final boolean isAdmitted() {
        return admitted;
    }

    /** The priority at which it waits, or has had its turn. */
    public final int band() {
        return band;
    }

    public final long amount() {
        return amount;
    }

    /** Within a band the lower goes first. */
    protected final long virtualTime() {
        return virtualTime;
    }

    /** Its number among all that have waited. */
    protected final long arrival() {
        return sequence;
    }

    /** It was cancelled: waits no more in the line of a {@link Supply}, whichever it is, if it does. */
    protected final void withdrawFromSupply() {
        if (heap != null) {
            ((Supply) heap.line).withdraw(this);
            forgetTurn();
        }
    }

    /** Waits no more, or what it took is counted by others from now on. */
    public final void forgetTurn() {
        admitted = false;
        limits = null;
    }
}
