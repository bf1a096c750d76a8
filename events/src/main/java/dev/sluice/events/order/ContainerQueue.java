// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.SchedulerBinding;

/**
 * A container's place in {@link SignalledEvents}: the FIFO of its pending events, and where it waits for its turn.
 *
 * <p>All that signalling and dequeueing touch of a container, in no more than 64 bytes. The FIFO is a circle known by
 * its last element, so that the usual case, one event, writes one reference.
 */
final class ContainerQueue extends SchedulerBinding {
    static final int NOT_WAITING = -1;

    /** What an event costs at least, about what it takes to hand it out: free handlers take turns too. */
    static final long MIN_COST_NS = 256L;

    /** No event is charged with more than this, 73 minutes: with {@link BandWheel#MAX_LEAD} it stays below 2^63 at a share of 1. */
    private static final long MAX_COST_NS = 1L << 42;

    /** Virtual time for each nanosecond at a share of 1: 1024 units, times 1024 as the share that counts as one. */
    private static final int SCALE_SHIFT = 20;

    /** After so long without anything pending nothing is owed any more: 73 minutes, half of what it takes virtual time to wrap. */
    static final long LAPSE_NS = 1L << 42;

    /** The unit of {@link #emptiedAt}, as a shift of nanoseconds: 18 minutes, so that it does not wrap for two years. */
    private static final int EMPTIED_SHIFT = 40;

    private static final int LAPSE = (int) (LAPSE_NS >> EMPTIED_SHIFT);

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

    /** Table slots held for this container: what may still come out of the ring. */
    int live;

    /** Timers started for this container. */
    int timers;

    /** The bucket that it waits in, or {@link #NOT_WAITING}; less than that among {@link FarPlaces}. */
    int bucket = NOT_WAITING;

    /** Since when it has nothing pending. */
    private short emptiedAt;

    /** The band that counts now. */
    byte band;

    /** Null unless the container's priority decays by use. */
    Recovery recovery;

    ContainerQueue(Principal principal, ResourceContainer container) {
        this.principal = principal;
        this.container = container;
        this.band = (byte) container.effectivePriority();
        if (container.decays()) {
            recovery = new Recovery(this);
        }
    }

    @Override
    protected void effectivePriorityChanged(int effectivePriority) {
        principal.owner.bandChanged(this);
    }

    @Override
    protected void decayChanged() {
        principal.owner.decayChanged(this);
    }

    @Override
    protected void shareChanged(int oldShare, int newShare) {
        principal.owner.shareChanged(this, oldShare, newShare);
    }

    @Override
    protected void principalChanged() {
        principal.owner.principalChanged(this);
    }

    @Override
    protected boolean isOfSameScheduler(SchedulerBinding other) {
        return other instanceof ContainerQueue place && place.principal.owner == principal.owner;
    }

    @Override
    protected boolean hasEnded() {
        return principal != null && principal.owner.isClosed();
    }

    boolean isWaiting() {
        return bucket != NOT_WAITING;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** Something is pending or under way. */
    boolean mayBeServed() {
        return last != null || live > 0 || timers > 0;
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

    /** Nothing is pending any more. */
    void emptied(long nowNs) {
        emptiedAt = (short) (nowNs >> EMPTIED_SHIFT);
    }

    /** How far it is ahead though it has had nothing pending: what its last handler used is owed until the band's time is there. */
    long debt(long bandTime, long nowNs) {
        final int empty = ((int) (nowNs >> EMPTIED_SHIFT) - emptiedAt) & 0xFFFF;
        return empty >= LAPSE ? 0L : lead(bandTime);
    }

    /** Something is pending again: without credit for having had nothing. */
    void activate(long bandTime, long nowNs) {
        virtualTime = bandTime + debt(bandTime, nowNs);
    }

    /** Charges a handler's time. */
    void charge(long costNs, long bandTime) {
        virtualTime += virtualCost(costNs, container.share());
        virtualTime = bandTime + lead(bandTime);
    }

    /** What is ahead by {@code lead} was used at the old share; counted by the new one. */
    static long rescaled(long lead, int oldShare, int newShare) {
        final long whole = lead / newShare;
        return whole >= BandWheel.MAX_LEAD / oldShare
                ? BandWheel.MAX_LEAD
                : whole * oldShare + lead % newShare * oldShare / newShare;
    }

    static long virtualCost(long costNs, int share) {
        final long cost = Math.min(Math.max(costNs, MIN_COST_NS), MAX_COST_NS) << SCALE_SHIFT;
        return share == ResourceContainer.DEFAULT_SHARE
                ? cost / ResourceContainer.DEFAULT_SHARE
                : cost / share; // a shift, nearly always
    }
}
