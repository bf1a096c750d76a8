package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.SchedulerBinding;

/** A container's place in {@link SignalledEvents}: the FIFO of its pending events, and the lane that it waits in. */
final class ContainerQueue extends SchedulerBinding {
    final SignalledEvents owner;
    final ResourceContainer container;

    /** The band that counts now. */
    int band;

    Signal head;
    Signal tail;

    /** Neighbours in the lane's circle, null unless something is pending. */
    ContainerQueue nextInLane;

    ContainerQueue previousInLane;

    /** Table slots held for this container: what may still signal. */
    int live;

    ContainerQueue(SignalledEvents owner, ResourceContainer container) {
        this.owner = owner;
        this.container = container;
        this.band = container.effectivePriority();
    }

    @Override
    protected void effectivePriorityChanged(int effectivePriority) {
        owner.moveToBand(this, effectivePriority);
    }

    void append(Signal signal) {
        signal.previous = tail;
        signal.next = null;
        if (tail == null) {
            head = signal;
        } else {
            tail.next = signal;
        }
        tail = signal;
    }

    void unlink(Signal signal) {
        if (signal.previous == null) {
            head = signal.next;
        } else {
            signal.previous.next = signal.next;
        }
        if (signal.next == null) {
            tail = signal.previous;
        } else {
            signal.next.previous = signal.previous;
        }
        signal.previous = null;
        signal.next = null;
    }
}
