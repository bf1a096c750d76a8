// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.SchedulerBinding;
import dev.sluice.containers.spi.Scheduling;

/**
 * SIGNALLED_EVENTS, in the order in which its events are handed out, top to bottom:
 *
 * <ol>
 *   <li>{@link Principals}, if any is declared, by fixed shares; containers under none form one principal together;
 *   <li>64 strict bands within a {@link Principal};
 *   <li>fair queueing by share among the containers of a band, of those that are level those that {@linkplain Signal#continues() go on} first:
 *       {@link BandWheel};
 *   <li>first in, first out within a container: {@link ContainerQueue}.
 * </ol>
 *
 * <p>Time is charged after the fact: a container leaves its band when its event is handed out and returns, further
 * back, when the handling has ended.
 *
 * <p>Nothing is allocated but a wheel when a band is first used, and a heap when something in it is first far ahead. A descriptor, an operation and a container bring their
 * links along and are in here at most once each, so the bound of operations and whoever keeps finished
 * operations waiting bound the memory.
 *
 * <p>Every step costs the same however many descriptors are declared or events are pending, but for what {@link BandWheel}
 * says of containers that are far ahead.
 *
 * @see "Banga, Druschel, Mogul 1998, section 4.2: the SIGNALLED_EVENTS set"
 */
public final class SignalledEvents {
    /** The bands of all containers that are under no principal. */
    private final Principal common;

    private final long starvationLimitNs;

    /** Of containers that have something pending or under way, and maybe of some that had. */
    private final Recoveries recoveries = new Recoveries();

    /** Null until the first principal is declared. */
    private Principals principals;

    /** The container whose event is being handled; it waits nowhere. */
    private ContainerQueue inService;

    /** The wheel of its band. */
    private BandWheel servedWheel;

    private long nowNs;
    private int size;

    /** The highest band that a container with something under way has come up to since {@link #forgetRises()}; -1 if none has. */
    private int raisedBand = -1;

    /** Volatile for who wants to use the containers on another thread afterwards. */
    private volatile boolean closed;

    /**
     * @param starvationLimitNs how long a band may wait before it is served out of order now and then; 0 for ever
     * @param nowNs the clock's reading
     */
    public SignalledEvents(long starvationLimitNs, long nowNs) {
        this.starvationLimitNs = starvationLimitNs;
        this.nowNs = nowNs;
        common = new Principal(this, ResourceContainer.DEFAULT_SHARE, starvationLimitNs);
    }

    /** What is signalled from now on is stamped with this time; and containers have recovered from use until then. */
    public void setNowNs(long now) {
        nowNs = now;
        recover();
    }

    /** Returns the container's place, made at its first use. */
    ContainerQueue placeOf(ResourceContainer container) {
        final SchedulerBinding binding = Scheduling.bindingOf(container);
        if (binding instanceof ContainerQueue place) {
            if (place.principal.owner == this) {
                return place;
            }
            if (place.principal.owner.closed) {
                Scheduling.bind(container, null);
            }
        }
        final ResourceContainer declared = container.principal();
        if (declared != null && declared != container) {
            placeOf(declared); // first: nothing of this one is left behind if another queue serves it
        }
        final ContainerQueue place = new ContainerQueue(common, container);
        Scheduling.bind(container, place);
        place.principal = principalOf(place);
        place.virtualTime = bandTimeOf(place);
        place.emptied(nowNs);
        return place;
    }

    /** Appends {@code signal} to its container's FIFO; it must not be queued. */
    public void add(Signal signal) {
        final ContainerQueue place = signal.place;
        signal.signalledNs = nowNs;
        signal.queued = true;
        size++;
        final boolean activated = place.isEmpty() && place != inService;
        place.append(signal);
        if (activated) {
            if (place.recovery != null) {
                applyDecay(place);
            }
            final BandWheel wheel = place.principal.wheelOf(place.band, nowNs);
            place.activate(wheel.virtualTime(nowNs), nowNs);
            if (!signal.continues() || !wheel.tryContinue(place)) {
                enter(place, wheel);
            } else {
                entered(place);
            }
        }
    }

    /** Takes {@code signal} out undelivered. */
    public void remove(Signal signal) {
        final ContainerQueue place = signal.place;
        place.unlink(signal);
        signal.queued = false;
        size--;
        if (place.isEmpty() && place.isWaiting()) {
            place.principal.leave(place, nowNs);
            place.emptied(nowNs);
        }
    }

    /**
     * Takes the event that ranks highest, or returns null if none has {@code minPriority} or more. Its container is in
     * service until {@link #endService}.
     */
    public Signal take(int minPriority) {
        if (inService != null) {
            endService(inService, 0L); // its event was not handled: the batch was given up
        }
        final Principal principal = principals == null ? common : principals.next(minPriority, nowNs);
        if (principal == null || !principal.hasAtLeast(minPriority)) {
            return null;
        }
        final ContainerQueue place = principal.pollFirst(minPriority, nowNs);
        final Signal signal = place.first();
        place.unlink(signal);
        signal.queued = false;
        size--;
        inService = place;
        servedWheel = principal.wheelOf(place.band);
        return signal;
    }

    /** The event taken last was handled in {@code costNs}: charges its container, and lets it wait for its next turn. */
    public void endService(long costNs, long endedNs) {
        nowNs = endedNs;
        if (inService != null) {
            endService(inService, costNs);
        }
        recover();
    }

    private void endService(ContainerQueue place, long costNs) {
        place.charge(costNs, servedWheel.servedVirtualTime());
        if (principals != null) {
            principals.charge(place.principal, costNs);
        }
        place.emptied(nowNs); // if nothing of it is pending
        if (place.recovery != null) {
            Scheduling.chargeRecentUse(place.container, costNs, nowNs);
            applyDecay(place);
        }
        inService = null;
        if (place.isEmpty()) {
            servedWheel.endService(nowNs);
        } else {
            servedWheel.interruptService();
            enter(place, servedWheel);
        }
    }

    /** Moves up what has recovered from use by now. */
    private void recover() {
        ContainerQueue place;
        while (!recoveries.isEmpty() && (place = recoveries.pollDue(nowNs)) != null) {
            if (place.mayBeServed()) {
                bandChanged(place);
            } // otherwise it is looked at again when something of it comes
        }
    }

    /** How long until the order of what is pending changes by itself; {@link Long#MAX_VALUE} if it will not. */
    public long untilRecoveryNs(long atNs) {
        return size == 0 ? Long.MAX_VALUE : recoveries.untilDueNs(atNs);
    }

    /** A place that waits nowhere is in the band that counts now. */
    private void applyDecay(ContainerQueue place) {
        final int band = bandOf(place);
        final boolean sunk = band < place.band;
        settle(place, place.principal, band);
        awaitRecoveryIfSunk(place, sunk);
    }

    /** While the band is the same, more use makes it rise later, not earlier; what is awaited already can stay. */
    private void awaitRecoveryIfSunk(ContainerQueue place, boolean deeper) {
        if (place.recovery != null
                && (deeper || !place.recovery.isAwaited())
                && place.band < place.container.effectivePriority()) {
            recoveries.await(place.recovery);
        }
    }

    /** Of what is pending, of all principals; -1 if nothing is. */
    public int highestBand() {
        return principals == null ? common.highestBand() : principals.highestBand();
    }

    public boolean hasAtLeast(int minPriority) {
        return principals == null ? common.hasAtLeast(minPriority) : principals.hasAtLeast(minPriority);
    }

    /** Tells whether something may come out of the ring that goes before everything pending, and is of a higher band. */
    public boolean moreUrgentMayArrive() {
        return moreUrgentMayCome(false);
    }

    /** As {@link #moreUrgentMayArrive}, of timers: nothing of them comes out of the ring. */
    public boolean moreUrgentMayExpire() {
        return moreUrgentMayCome(true);
    }

    private boolean moreUrgentMayCome(boolean ofTimers) {
        return principals == null ? common.moreUrgentMayCome(ofTimers, common) : principals.moreUrgentMayCome(ofTimers);
    }

    /** How long what is handed out next of a band has waited, see {@code EventQueue.oldestPendingNs}. */
    public long oldestPendingNs(int band, long now) {
        final long waitingNs =
                principals == null ? common.oldestPendingNs(band, now) : principals.oldestPendingNs(band, now);
        final ContainerQueue served = inService;
        return served == null || served.isEmpty() || served.band != band
                ? waitingNs
                : Math.max(waitingNs, now - served.first().signalledNs);
    }

    public int size() {
        return size;
    }

    /** Gives {@code signal}, not queued, its container and attachment; throws if another queue or thread has the container. */
    public void assign(Signal signal, ResourceContainer container, Object attachment) {
        signal.place = placeOf(container);
        signal.attachment = attachment;
    }

    /** Appends {@code signal} for the container of {@code source}, with its attachment. */
    public void addOf(Signal source, Signal signal) {
        signal.place = source.place;
        signal.attachment = source.attachment;
        add(signal);
    }

    /** Gives {@code signal}, from which something may still come, to a container, maybe another one, and what is pending of it. */
    public void moveTo(ResourceContainer container, Object attachment, Signal signal) {
        final ContainerQueue place = placeOf(container);
        signal.attachment = attachment;
        if (place == signal.place) {
            return;
        }
        final boolean queued = signal.queued;
        if (queued) {
            remove(signal);
        }
        expectNoMoreFrom(signal);
        signal.place = place;
        expectFrom(signal);
        if (queued) {
            add(signal);
        }
    }

    /** One more may come out of the ring for the container of {@code source}: what holds a table slot. */
    public void expectFrom(Signal source) {
        final ContainerQueue place = source.place;
        beginToExpectFrom(place);
        place.live++;
        place.principal.countLive(place.band, 1);
    }

    /** One that might have come for it will not any more. */
    public void expectNoMoreFrom(Signal source) {
        final ContainerQueue place = source.place;
        place.live--;
        place.principal.countLive(place.band, -1);
    }

    public void timerStarted(Signal timer) {
        final ContainerQueue place = timer.place;
        beginToExpectFrom(place);
        place.timers++;
        place.principal.countTimers(place.band, 1);
    }

    public void timerEnded(Signal timer) {
        final ContainerQueue place = timer.place;
        place.timers--;
        place.principal.countTimers(place.band, -1);
    }

    private void beginToExpectFrom(ContainerQueue place) {
        if (place.recovery != null && place != inService && !place.mayBeServed()) {
            applyDecay(place);
        }
        if (principals != null) {
            principals.enrol(place.principal, nowNs);
        }
    }

    /** The container has another priority, or has recovered from use. */
    void bandChanged(ContainerQueue place) {
        final int band = bandOf(place);
        if (band > place.band && place.live > 0) {
            raisedBand = Math.max(raisedBand, band);
        }
        if (band != place.band) {
            move(place, place.principal, band);
        }
        awaitRecoveryIfSunk(place, true);
    }

    /** What was claimed for a container below this band may be of this band now. */
    public int raisedBand() {
        return raisedBand;
    }

    public void forgetRises() {
        raisedBand = -1;
    }

    /** The container decays by another policy, or by none. */
    void decayChanged(ContainerQueue place) {
        recoveries.forget(place.recovery);
        place.recovery = place.container.decays() ? new Recovery(place) : null;
        bandChanged(place);
    }

    void shareChanged(ContainerQueue place, int oldShare, int newShare) {
        final boolean waiting = place.isWaiting();
        if (waiting) {
            place.principal.leave(place, nowNs);
        }
        place.virtualTime = bandTimeOf(place) + ContainerQueue.rescaled(leadOf(place), oldShare, newShare);
        if (waiting) {
            enter(place);
        }
    }

    /** The container is under another principal now, or the share of its principal is another. */
    void principalChanged(ContainerQueue place) {
        if (closed) {
            return;
        }
        final Principal principal = principalOf(place);
        if (principal != place.principal) {
            move(place, principal, place.band);
        }
    }

    /** From now on another queue may serve the containers. */
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns the bands of the principal that {@code place} is under, made if need be and with its present share. */
    private Principal principalOf(ContainerQueue place) {
        final ResourceContainer declared = place.container.principal();
        if (declared == null) {
            return common;
        }
        if (principals == null) {
            principals = new Principals();
            principals.enrol(common, nowNs);
        }
        final ContainerQueue top = placeOf(declared);
        if (top.ownBands == null) {
            top.ownBands = new Principal(this, declared.fixedShare(), starvationLimitNs);
        } else if (top.ownBands.share != declared.fixedShare()) {
            principals.changeShare(top.ownBands, declared.fixedShare());
        }
        return top.ownBands;
    }

    private int bandOf(ContainerQueue place) {
        return place.recovery != null
                ? Scheduling.decayedPriority(place.container, nowNs)
                : place.container.effectivePriority();
    }

    /** Changes where {@code place} waits, at once. */
    private void move(ContainerQueue place, Principal principal, int band) {
        final boolean waiting = place.isWaiting();
        if (waiting) {
            place.principal.leave(place, nowNs);
        }
        settle(place, principal, band);
        if (waiting) {
            enter(place);
        }
    }

    /** A place that waits nowhere belongs to another band from now on, as far ahead there as it was here. */
    private void settle(ContainerQueue place, Principal principal, int band) {
        final Principal before = place.principal;
        if (before == principal && place.band == band) {
            return;
        }
        final long lead = leadOf(place);
        before.expectElsewhere(place, principal, band);
        if (principals != null && place.live + place.timers > 0) {
            principals.enrol(principal, nowNs);
        }
        place.principal = principal;
        place.band = (byte) band;
        if (place == inService) {
            servedWheel.endService(nowNs);
            servedWheel = principal.wheelOf(band, nowNs);
            servedWheel.beginService(nowNs);
        } else if (lead > 0L) {
            principal.wheelOf(band, nowNs); // from now on time pays, if nobody else is there
        }
        place.virtualTime = principal.bandTime(band, nowNs) + lead;
    }

    private long leadOf(ContainerQueue place) {
        final long bandTime = bandTimeOf(place);
        return place.isEmpty() && place != inService ? place.debt(bandTime, nowNs) : place.lead(bandTime);
    }

    private long bandTimeOf(ContainerQueue place) {
        return place.principal.bandTime(place.band, nowNs);
    }

    private void enter(ContainerQueue place) {
        enter(place, place.principal.wheelOf(place.band, nowNs));
    }

    private void enter(ContainerQueue place, BandWheel wheel) {
        wheel.insert(place);
        entered(place);
    }

    private void entered(ContainerQueue place) {
        place.principal.entered(place);
        if (principals != null) {
            principals.enrol(place.principal, nowNs);
        }
    }
}
