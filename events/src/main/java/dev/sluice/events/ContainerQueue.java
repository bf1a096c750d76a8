package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.SchedulerBinding;

/**
 * A container's place in {@link SignalledEvents}: the FIFO of its pending events, and where it waits for its turn.
 *
 * <p>All that signalling and dequeueing touch of a container, in no more than 64 bytes. The FIFO is a circle known by
 * its last element, so that the usual case, one event, writes one reference.
 */
final class ContainerQueue extends SchedulerBinding {
    static final short NOT_WAITING = -1;

    /** What an event costs at least, about what it takes to hand it out: free handlers take turns too. */
    static final long MIN_COST_NS = 256L;

    /** No event is charged with more than this, 73 minutes: the product with the scale stays below 2^63. */
    private static final long MAX_COST_NS = 1L << 42;

    /** Virtual time for each nanosecond at a share of 1: 1024 units, times 1024 as the share that counts as one. */
    private static final int SCALE_SHIFT = 20;

    /** Handler time of its own, 16.8 ms, that a container may still owe when it has something pending again. */
    private static final long MAX_DEBT_NS = 1L << 24;

    final SignalledEvents owner;
    final ResourceContainer container;

    /** Whose bands it waits in. */
    Principal principal;

    /** If this container is a principal itself: its bands. */
    Principal ownBands;

    private Signal last;

    /** Neighbours in the bucket. */
    ContainerQueue nextInBucket;

    ContainerQueue previousInBucket;

    /** What the container has used, see {@link BandWheel}: compared with others of its band only. */
    long virtualTime;

    /** Table slots held and timers started for this container: what may still signal. */
    int live;

    private int share;

    /** The bucket that it waits in, or {@link #NOT_WAITING}. */
    short bucket = NOT_WAITING;

    /** The band that counts now. */
    byte band;

    /** The container's priority decays by use. */
    boolean decays;

    ContainerQueue(SignalledEvents owner, ResourceContainer container) {
        this.owner = owner;
        this.container = container;
        this.share = container.share();
        this.band = (byte) container.effectivePriority();
        this.decays = container.decays();
    }

    @Override
    protected void effectivePriorityChanged(int effectivePriority) {
        owner.bandChanged(this);
    }

    @Override
    protected void decayChanged() {
        decays = container.decays();
        owner.bandChanged(this);
    }

    @Override
    protected void shareChanged(int newShare) {
        owner.shareChanged(this, newShare);
    }

    @Override
    protected void principalChanged() {
        owner.principalChanged(this);
    }

    boolean isWaiting() {
        return bucket != NOT_WAITING;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** The event that leaves next; there must be one. */
    Signal first() {
        return last.next;
    }

    void append(Signal signal) {
        final Signal before = last;
        if (before == null) {
            signal.next = signal;
            signal.previous = signal;
        } else {
            final Signal first = before.next;
            signal.next = first;
            signal.previous = before;
            before.next = signal;
            first.previous = signal;
        }
        last = signal;
    }

    void unlink(Signal signal) {
        final Signal next = signal.next;
        if (next == signal) {
            last = null;
        } else {
            final Signal previous = signal.previous;
            previous.next = next;
            next.previous = previous;
            if (last == signal) {
                last = previous;
            }
        }
        signal.next = null;
        signal.previous = null;
    }

    /** How far it is ahead of {@code bandTime}; never below 0: who used less than the others has no claim on the past. */
    long lead(long bandTime) {
        return Math.max(0L, Math.min(virtualTime - bandTime, BandWheel.MAX_LEAD));
    }

    /** Something is pending again: neither credit for having had nothing, nor an old debt without bound. */
    void activate(long bandTime) {
        final long lead = lead(bandTime);
        virtualTime = lead == 0L ? bandTime : bandTime + Math.min(lead, (MAX_DEBT_NS << SCALE_SHIFT) / share);
    }

    /** Charges a handler's time. */
    void charge(long costNs, long bandTime) {
        virtualTime += virtualCost(costNs, share);
        virtualTime = bandTime + lead(bandTime);
    }

    /** What it is ahead by was used at the old share; pending events count by the new one at once. */
    void rescale(int newShare, long bandTime) {
        virtualTime = bandTime + lead(bandTime) * share / newShare; // below 2^42 by below 2^21
        virtualTime = bandTime + lead(bandTime);
        share = newShare;
    }

    static long virtualCost(long costNs, int share) {
        return (Math.min(Math.max(costNs, MIN_COST_NS), MAX_COST_NS) << SCALE_SHIFT) / share;
    }
}
