// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.mail.Mailroom;
import dev.sluice.events.mail.Peers;
import dev.sluice.events.mail.Wakeup;
import dev.sluice.events.order.SignalledEvents;
import dev.sluice.events.order.Signals;
import dev.sluice.events.table.OperationTable;
import dev.sluice.events.table.TableEntry;
import dev.sluice.events.table.UserData;
import dev.sluice.events.timing.Expiry;
import dev.sluice.events.timing.TimerWheel;
import dev.sluice.events.turns.TurnMeter;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Ring;
import dev.sluice.uring.call.Descriptors;
import java.util.ArrayList;
import java.util.List;

/**
 * The one place where the ring is entered to drain it, and its completions become signals. Two stages, always: first everything
 * that the completion queue holds goes into SIGNALLED_EVENTS and its slots are released; events are handed out only
 * after that.
 */
public final class Reaper implements CompletionHandler {
    /**
     * While a batch is handed out the ring is entered after this many events if there is anything to enter for. Entering
     * after each 16 cost a tenth of the CPU of a cached reply more: what is of one kind is cheaper done together.
     */
    private static final int EVENTS_BETWEEN_ENTERS = 64;

    /**
     * The same if a device may wait for what is claimed. One that has done all it had is idle until the next enter: at 32
     * random reads at a time a disk did a fifth more of them than with the bound above, and no more with a lower one.
     */
    private static final int EVENTS_BETWEEN_DEVICE_ENTERS = 8;

    /**
     * The same if as much is claimed as devices have left to do. What a device has done together is seen together, so that it is idle by then:
     * it gets one, then as many as it has. Of buffered random reads a disk did a fifth more at 8 at a time, a twelfth more at 32.
     */
    private static final int EVENTS_BEFORE_IDLE_DEVICE = 1;

    /** The same as a time. The bounds say how long work waits behind a batch of its own priority. */
    private static final long NS_BETWEEN_ENTERS = 200_000L;

    /**
     * An enter lets the kernel run 20 items of completion work (IO_LOCAL_TW_DEFAULT_MAX); an urgent one may be behind them. So
     * the ring is entered again, as often as this and for no longer than the time below, before one event is handed out;
     * then it goes on. 512 times let in what 10,240 descriptors have.
     */
    private static final int ENTERS_PER_DRAIN = 512;

    private static final long NS_PER_DRAIN = 2_000_000L;

    /** The most timers that become events between two looks at the ring. */
    private static final int EXPIRIES_PER_STEP = 64;

    /** The same while one that is more urgent than everything pending may be among those that are due. */
    private static final int EXPIRIES_PER_DRAIN = 4096;

    public final Ring ring;
    public final OperationTable table;
    public final SignalledEvents signalled;
    public final Wakeup wakeup;
    public final Mailroom mailroom;
    public final Peers peers;
    public final TurnMeter turns;
    public final TimerWheel timers;
    public final Rearming rearming = new Rearming(this);
    public final CloserThread closer;
    public final Claims claims;
    public final ClaimableTasks tasks = new ClaimableTasks();

    /** The ring's, once it has called; after its death maybe another. */
    private Thread owner;

    public boolean closed;

    /** The ring answers no more: what the kernel has there will not be seen to end. */
    public boolean ringLost;

    public long revokedCompletions;
    private long ringMessages;
    private long staleCompletions;
    private long cancels;

    private final Discards discards;
    private final UrgentLooks looks = new UrgentLooks();

    private final List<TableEntry> toArm = new ArrayList<>();
    private int handedOutSinceEnter;
    private long lastEnterNs;

    /** The last reading of the clock: when the present event was handed out, or the ring was left. */
    private long nowNs;

    /** An SQE is claimed whose operation is to know whether the kernel answered it on the spot. */
    private boolean inlineExpected;

    private boolean waitedInLastEnter;

    /**
     * @param ring enabled
     * @param maxOperations how many slots there are
     * @param stallThresholdNs a turn or an enter that takes longer is a stall
     * @param starvationLimitNs how long a band may wait; 0 for ever
     */
    public Reaper(Ring ring, int maxOperations, long stallThresholdNs, long starvationLimitNs) {
        this.ring = ring;
        peers = new Peers(ring);
        table = new OperationTable(maxOperations);
        final long startNs = ring.nanoTime();
        nowNs = startNs;
        turns = new TurnMeter(stallThresholdNs, startNs);
        timers = new TimerWheel(startNs);
        signalled = new SignalledEvents(starvationLimitNs, startNs);
        claims = new Claims(ring, signalled);
        wakeup = new Wakeup(); // a descriptor: last, since nobody would close it if something of this failed
        mailroom = new Mailroom(wakeup, ring);
        closer = new CloserThread();
        discards = new Discards(claims, closer);
    }

    public void checkUsable() {
        checkOwner();
        if (closed) {
            throw new IllegalStateException("this event queue is closed");
        }
    }

    /** Lets the calling thread close the queue: its own, or one whose owner has died. */
    public void checkMayClose() {
        if (!ring.isOwnerThread() && ring.takeOver()) {
            return;
        }
        checkOwner();
    }

    public void checkOwner() {
        if (Thread.currentThread() != owner) {
            findOwner();
        }
    }

    private void findOwner() {
        if (!ring.isOwnerThread()) {
            throw new IllegalStateException(
                    "this event queue belongs to the thread that opened it, not to "
                            + Thread.currentThread().getName()
                            + "; only wakeup() and Mailbox.offer() may be called from elsewhere, and close() once that thread has ended");
        }
        owner = Thread.currentThread();
    }

    /**
     * Submits what is claimed and, unless something of {@code minPriority} is pending, waits for it: until the time-out,
     * a wake-up, or the next deadline, whichever comes first.
     */
    public void fill(int minPriority, long timeoutNs, long startNs) {
        runDeferred();
        armWakeup();
        signalled.setNowNs(startNs);
        expireTimers(startNs);
        mailroom.collect();
        peers.letGoOfClosed();
        final boolean wait = timeoutNs != 0L && !wakeup.takeWoken();
        if (signalled.hasAtLeast(minPriority)) {
            enterIfOfUse(startNs);
            return;
        }
        if (!wait) {
            if (enterIfOfUse(startNs)) {
                expireTimers(lastEnterNs);
                mailroom.collect();
                wakeup.takeWoken();
            }
            return;
        }
        for (long atNs = startNs; ; atNs = lastEnterNs) {
            // One that waits would not tell what was answered on the spot from what was waited for.
            enter(inlineExpected ? 0L : waitNs(timeoutNs, startNs, atNs), atNs);
            expireTimers(lastEnterNs);
            mailroom.collect();
            if (wakeup.takeWoken() || signalled.hasAtLeast(minPriority)) {
                return;
            }
            if (timeoutNs >= 0L && lastEnterNs - startNs >= timeoutNs) {
                return;
            }
            armWakeup();
        }
    }

    /** Enters if something is claimed or has completed; tells whether that was so. */
    private boolean enterIfOfUse(long atNs) {
        final boolean ofUse = claims.isAnything() || ring.workPending();
        if (ofUse) {
            enter(0L, atNs);
        }
        return ofUse;
    }

    /** Returns how long there is nothing to do but to wait for completions; below 0 for ever. */
    private long waitNs(long timeoutNs, long startNs, long atNs) {
        final long untilDueNs = Math.min(timers.untilDueNs(atNs), signalled.untilRecoveryNs(atNs));
        if (timeoutNs < 0L) {
            return untilDueNs == Long.MAX_VALUE ? -1L : untilDueNs;
        }
        return Math.min(untilDueNs, Math.max(0L, timeoutNs - (atNs - startNs)));
    }

    private void armWakeup() {
        if (wakeup.needsArming()) {
            wakeup.arm(claims.claim());
        }
    }

    /** Moves what has expired into the lanes, in small steps: a million deadlines at once must not hold up the rest. */
    private void expireTimers(long atNs) {
        for (int i = 0; timers.isDue(atNs); i++) {
            if (i >= EXPIRIES_PER_STEP && (i >= EXPIRIES_PER_DRAIN || !signalled.moreUrgentMayExpire())) {
                return;
            }
            final Expiry due = timers.expire(atNs);
            if (due != null) {
                due.expired();
            } else {
                i += TimerWheel.MOVES_PER_STEP;
            }
        }
    }

    /**
     * Between two events of a batch: lets completed work in and submits what was claimed. At once if something more
     * urgent than everything pending waits to be submitted, or may have completed - the task-run flag is a memory read - unless {@link UrgentLooks}
     * says that it mostly had not; otherwise after a batch's worth of events, since what arrives could only line up behind.
     */
    public void enterIfDue(long handOutNs) {
        nowNs = handOutNs;
        if (timers.isDue(handOutNs)) {
            expireTimers(handOutNs);
        }
        if (handedOutSinceEnter++ == 0) {
            return;
        }
        final int events = eventsBetweenEnters();
        final boolean due = handedOutSinceEnter > events || handOutNs - lastEnterNs > NS_BETWEEN_ENTERS;
        if (due ? claims.isAnything() || ring.workPending() : claims.isMoreUrgent()) {
            enter(0L, handOutNs);
            handedOutSinceEnter = 1; // the event handed out now: its handler takes time, so look again after it
        } else if (moreUrgentMayHaveCompleted() && looks.isDue(handedOutSinceEnter - 1, handOutNs - lastEnterNs)) {
            final int band = signalled.highestBand();
            enter(0L, handOutNs);
            handedOutSinceEnter = 1;
            looks.looked(signalled.highestBand() > band || moreUrgentMayHaveCompleted());
        }
    }

    private int eventsBetweenEnters() {
        if (!claims.deviceMayBeIdle()) {
            return EVENTS_BETWEEN_ENTERS;
        }
        return claims.devicesHaveLittle() ? EVENTS_BEFORE_IDLE_DEVICE : EVENTS_BETWEEN_DEVICE_ENTERS;
    }

    private boolean moreUrgentMayHaveCompleted() {
        return signalled.moreUrgentMayArrive() && ring.workPending();
    }

    /** Something that ranks above everything pending may come of an enter. */
    private boolean moreUrgentIsOnItsWay() {
        return claims.isMoreUrgent() || moreUrgentMayHaveCompleted();
    }

    /**
     * Enters the ring and drains it, again while something urgent may be behind what one enter lets in. The first time waits
     * for a completion unless {@code timeoutNs} is 0, below 0 for ever; but not while there is mail to collect.
     *
     * @param atNs a reading of the clock, made just before
     */
    public void enter(long timeoutNs, long atNs) {
        enterOnce(timeoutNs, atNs);
        final long startNs = lastEnterNs;
        for (int again = 1; again < ENTERS_PER_DRAIN && moreUrgentIsOnItsWay(); again++) {
            if (lastEnterNs - startNs >= NS_PER_DRAIN) {
                return;
            }
            enterOnce(0L, ring.nanoTime());
        }
    }

    private void enterOnce(long timeoutNs, long startNs) {
        claims.moveUp();
        runDeferred();
        final boolean wait = timeoutNs != 0L && mailroom.fallAsleep();
        if (wait) {
            ring.submitAndWait(1, claims.isNothingHeldBack() ? timeoutNs : Claims.untilTriedAgainNs(timeoutNs));
            mailroom.awake();
            lastEnterNs = ring.nanoTime();
        } else {
            lastEnterNs = ring.submit(startNs);
        }
        nowNs = lastEnterNs;
        signalled.setNowNs(lastEnterNs);
        waitedInLastEnter = wait;
        final long tookNs = lastEnterNs - startNs;
        if (wait ? turns.waited(tookNs, ring.statistics().busyInLastWaitNs()) : turns.entered(tookNs)) {
            tellOfStall(wait, tookNs);
        }
        claims.entered();
        handedOutSinceEnter = 0;
        inlineExpected = false;
        drain();
        runDeferred();
    }

    /** Nothing but what this enter submitted is known of what it did: most likely that was it. */
    private void tellOfStall(boolean waited, long tookNs) {
        final String where = ring.statistics().busyIn();
        turns.stalledInEnter(
                waited,
                claims.containerOfLast(),
                "io_uring_enter(" + claims.operationOfLast() + ")" + (where.isEmpty() ? "" : " in " + where),
                waited ? ring.statistics().busyInLastWaitNs() : tookNs,
                tookNs);
    }

    public void drain() {
        claims.draining();
        try {
            ring.drainCompletions(this, Integer.MAX_VALUE);
        } finally {
            claims.drained();
        }
    }

    /** What had to wait until SQEs may be claimed again. */
    private void runDeferred() {
        claims.waitNoLonger();
        for (int i = 0; i < toArm.size(); i++) {
            OperationTable.claimNow(toArm.get(i));
        }
        toArm.clear();
        tasks.run();
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        switch (UserData.kind(userData)) {
            case UserData.KIND_CANCEL -> cancels++;
            case UserData.KIND_WAKEUP -> wokenUp(result, flags);
            case UserData.KIND_MESSAGE -> ringMessages++; // it has ended the wait; the mailroom knows the rest
            case UserData.KIND_MESSAGE_SENT -> peers.sent(UserData.slot(userData), result);
            case UserData.KIND_DISCARD -> discards.completed(UserData.descriptor(userData), result);
            case UserData.KIND_NOTHING -> {}
            default -> {
                if (!table.reap(userData, result, flags)) {
                    releaseStale(userData, result);
                }
            }
        }
    }

    private void wokenUp(int result, int flags) {
        if (Rearming.isShortage(result)) {
            rearming.later(wakeup::retry);
        } else {
            wakeup.reap(flags);
        }
    }

    private void releaseStale(long userData, int result) {
        staleCompletions++;
        if (result >= 0 && UserData.kind(userData) == UserData.KIND_DESCRIPTOR) {
            Descriptors.tryClose(result); // whatever it says, there is nobody to tell
        }
    }

    /** Wakes another queue, whose mail is of {@code band}, with the next enter if that can do it. */
    public void wake(Mailroom target, int band) {
        if (peers.wake(target)) {
            claims.claimedFor(band);
        }
    }

    /** Asks the kernel to end what {@code entry} has there; its own last completion, which is waited for, tells the outcome. */
    public void cancelInKernel(TableEntry entry) {
        claims.claimedFor(Signals.band(entry));
        endInKernel(entry);
    }

    /** As {@link #cancelInKernel}, when nobody waits for the outcome. */
    public void endInKernel(TableEntry entry) {
        if (ringLost) {
            return;
        }
        claims.claim()
                .userData(UserData.encode(0, UserData.KIND_CANCEL, OperationTable.slotOf(entry)))
                .prepCancel(OperationTable.userDataOf(entry));
    }

    /** Closes {@code fd} with the next enter, without a slot: whatever comes of it, there is nobody to tell. */
    public void discard(int fd) {
        discards.begin(fd);
    }

    /** Gives {@code entry} a slot, its container and its attachment; false, with nothing given, if all are taken. */
    public boolean takeSlot(TableEntry entry, int kind, ResourceContainer container, Object attachment) {
        signalled.assign(entry, container, attachment); // throws before a slot is taken
        if (!table.take(entry, kind)) {
            Signals.unassign(entry);
            return false;
        }
        signalled.expectFrom(entry);
        return true;
    }

    public void freeSlot(TableEntry entry) {
        table.free(entry);
        signalled.expectNoMoreFrom(entry);
    }

    /** Tells {@code entry} when SQEs may be claimed again, at the latest before the next enter. */
    public void whenClaimable(TableEntry entry) {
        claims.soon(Signals.band(entry));
        toArm.add(entry);
    }

    /** Has the enter that submits what is claimed now not wait. */
    public void expectInline() {
        inlineExpected = true;
    }

    /** Tells whether the enter that just returned was to wait for something to complete. */
    public boolean waitedInLastEnter() {
        return waitedInLastEnter;
    }

    public long nowNs() {
        return nowNs;
    }

    public int discardsUnderWay() {
        return discards.underWay();
    }

    /** How much the kernel has that a close of the queue waits for. */
    public int underWay() {
        return table.live() + discards.underWay();
    }

    public long ringMessages() {
        return ringMessages;
    }

    public long staleCompletions() {
        return staleCompletions;
    }

    public long cancels() {
        return cancels;
    }
}
