package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SubmissionBacklog;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * The one place where the ring is entered and its completions become signals. Two stages, always: first everything
 * that the completion queue holds goes into SIGNALLED_EVENTS and its slots are released; events are handed out only
 * after that.
 */
final class Reaper implements CompletionHandler {
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

    /** The same as a time. The bounds say how long work waits behind a batch of its own priority. */
    private static final long NS_BETWEEN_ENTERS = 200_000L;

    private static final int NOTHING_CLAIMED = -1;

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

    final Ring ring;
    final OperationTable table;
    final SignalledEvents signalled;
    final Wakeup wakeup;
    final Mailroom mailroom;
    final Peers peers;
    final TurnMeter turns;
    final TimerWheel timers;
    final Rearming rearming = new Rearming(this);
    final CloserThread closer;

    /** The ring's, once it has called; after its death maybe another. */
    private Thread owner;

    boolean closed;

    /** The ring answers no more: what the kernel has there will not be seen to end. */
    boolean ringLost;

    long revokedCompletions;
    long ringMessages;
    private long staleCompletions;
    private long cancels;

    /** Closes that have no slot and whose completions have not come. */
    private int discards;

    /** What is claimed while the kernel takes nothing, as when it is short of memory for requests. */
    private final SubmissionBacklog backlog;

    private final List<InterestKey> toArm = new ArrayList<>();
    private final List<Runnable> deferred = new ArrayList<>();
    private int handedOutSinceEnter;
    private long lastEnterNs;

    /** An SQE is claimed that a device may be idle for. */
    private boolean deviceMayBeIdle;

    /** The highest band that has claimed an SQE since the last enter, or waits to. */
    private int claimedBand = NOTHING_CLAIMED;

    /** What the next enter will have submitted last, and whether it closes what nobody waits for: who is to blame if it takes long. */
    private TableEntry lastClaimed;

    private boolean discardClaimed;

    /** Something is left to be claimed with the next enter. */
    private boolean claimsWait;

    /** The last reading of the clock: when the present event was handed out, or the ring was left. */
    private long nowNs;

    /** An SQE is claimed whose operation is to know whether the kernel answered it on the spot. */
    private boolean inlineExpected;

    private boolean waitedInLastEnter;
    private boolean draining;

    Reaper(Ring ring, EventQueueOptions options) {
        this.ring = ring;
        backlog = new SubmissionBacklog(ring);
        peers = new Peers(ring);
        table = new OperationTable(options.maxOperations());
        final long nowNs = ring.nanoTime();
        turns = new TurnMeter(options.stallThresholdNs(), nowNs);
        timers = new TimerWheel(nowNs);
        signalled = new SignalledEvents(options.starvationLimitNs(), nowNs);
        wakeup = new Wakeup(); // a descriptor: last, since nobody would close it if something of this failed
        mailroom = new Mailroom(wakeup, ring);
        closer = new CloserThread();
    }

    void checkUsable() {
        checkOwner();
        if (closed) {
            throw new IllegalStateException("this event queue is closed");
        }
    }

    /** Lets the calling thread close the queue: its own, or one whose owner has died. */
    void checkMayClose() {
        if (!ring.isOwnerThread() && ring.takeOver()) {
            return;
        }
        checkOwner();
    }

    void checkOwner() {
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
    void fill(int minPriority, long timeoutNs, long startNs) {
        runDeferred();
        armWakeup();
        signalled.setNowNs(startNs);
        expireTimers(startNs);
        mailroom.collect();
        final boolean wait = timeoutNs != 0L && !wakeup.takeWoken();
        if (signalled.hasAtLeast(minPriority)) {
            if (ring.unsubmitted() > 0 || !backlog.isEmpty() || ring.workPending()) {
                enter(0L);
            }
            return;
        }
        for (long atNs = startNs; ; atNs = lastEnterNs) {
            // One that waits would not tell what was answered on the spot from what was waited for.
            enter(wait && !inlineExpected ? waitNs(timeoutNs, startNs, atNs) : 0L);
            expireTimers(lastEnterNs);
            mailroom.collect();
            if (wakeup.takeWoken() || signalled.hasAtLeast(minPriority)) {
                return;
            }
            if (!wait || (timeoutNs >= 0L && lastEnterNs - startNs >= timeoutNs)) {
                return;
            }
            armWakeup();
        }
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
            wakeup.arm(claim());
        }
    }

    /** Moves what has expired into the lanes, in small steps: a million deadlines at once must not hold up the rest. */
    private void expireTimers(long atNs) {
        for (int i = 0; timers.isDue(atNs); i++) {
            if (i >= EXPIRIES_PER_STEP && (i >= EXPIRIES_PER_DRAIN || !signalled.moreUrgentMayExpire())) {
                return;
            }
            final Timer timer = timers.expire(atNs);
            if (timer != null) {
                timer.expired();
            } else {
                i += TimerWheel.MOVES_PER_STEP;
            }
        }
    }

    /**
     * Between two events of a batch: lets completed work in and submits what was claimed. At once if something more
     * urgent than everything pending may have completed - the task-run flag is a memory read - or waits to be submitted;
     * otherwise after a batch's worth of events, since what arrives could only line up behind.
     */
    void enterIfDue(long handOutNs) {
        nowNs = handOutNs;
        if (timers.isDue(handOutNs)) {
            expireTimers(handOutNs);
        }
        if (handedOutSinceEnter++ == 0) {
            return;
        }
        final int events = deviceMayBeIdle ? EVENTS_BETWEEN_DEVICE_ENTERS : EVENTS_BETWEEN_ENTERS;
        final boolean due = handedOutSinceEnter > events || handOutNs - lastEnterNs > NS_BETWEEN_ENTERS;
        if (due ? somethingIsClaimed() || ring.workPending() : moreUrgentIsOnItsWay()) {
            enter(0L);
            handedOutSinceEnter = 1; // the event handed out now: its handler takes time, so look again after it
        }
    }

    private boolean somethingIsClaimed() {
        return claimsWait || ring.unsubmitted() > 0 || !backlog.isEmpty();
    }

    /** Something that ranks above everything pending may come of an enter. */
    private boolean moreUrgentIsOnItsWay() {
        return moreUrgentIsClaimed() || (signalled.moreUrgentMayArrive() && ring.workPending());
    }

    /** Not when nothing is pending: then the batch is over, and the next dequeue enters. */
    private boolean moreUrgentIsClaimed() {
        return claimedBand != NOTHING_CLAIMED
                && signalled.size() > 0
                && !signalled.hasAtLeast(Math.max(claimedBand, signalled.raisedBand()));
    }

    /**
     * Enters the ring and drains it, again while something urgent may be behind what one enter lets in. The first time waits
     * for a completion unless {@code timeoutNs} is 0, below 0 for ever; but not while there is mail to collect.
     */
    void enter(long timeoutNs) {
        enterOnce(timeoutNs);
        final long startNs = lastEnterNs;
        for (int again = 1; again < ENTERS_PER_DRAIN && moreUrgentIsOnItsWay(); again++) {
            if (lastEnterNs - startNs >= NS_PER_DRAIN) {
                return;
            }
            enterOnce(0L);
        }
    }

    private void enterOnce(long timeoutNs) {
        moveUp();
        runDeferred();
        final long startNs = ring.nanoTime();
        final boolean wait = timeoutNs != 0L && backlog.isEmpty() && mailroom.fallAsleep();
        if (wait) {
            ring.submitAndWait(1, timeoutNs);
            mailroom.awake();
        } else {
            ring.submit();
        }
        lastEnterNs = ring.nanoTime();
        nowNs = lastEnterNs;
        signalled.setNowNs(lastEnterNs);
        waitedInLastEnter = wait;
        final long tookNs = lastEnterNs - startNs;
        if (wait ? turns.waited(tookNs, ring.statistics().busyInLastWaitNs()) : turns.entered(tookNs)) {
            tellOfStall(wait, tookNs);
        }
        lastClaimed = null;
        discardClaimed = false;
        handedOutSinceEnter = 0;
        claimedBand = NOTHING_CLAIMED;
        deviceMayBeIdle = false;
        inlineExpected = false;
        drain();
        runDeferred();
    }

    /** Nothing but what this enter submitted is known of what it did: most likely that was it. */
    private void tellOfStall(boolean waited, long tookNs) {
        final String operation = discardClaimed
                ? Opcode.name(Opcode.CLOSE)
                : lastClaimed instanceof Operation last ? Opcode.name(last.operation()) : "";
        final String container =
                lastClaimed == null || lastClaimed.place == null ? "" : lastClaimed.place.container.path();
        final String where = ring.statistics().busyIn();
        turns.stalledInEnter(
                waited,
                container,
                "io_uring_enter(" + operation + ")" + (where.isEmpty() ? "" : " in " + where),
                waited ? ring.statistics().busyInLastWaitNs() : tookNs,
                tookNs);
    }

    void drain() {
        draining = true;
        try {
            ring.drainCompletions(this, Integer.MAX_VALUE);
        } finally {
            draining = false;
        }
    }

    /** What had to wait until SQEs may be claimed again. */
    private void runDeferred() {
        claimsWait = false;
        for (int i = 0; i < toArm.size(); i++) {
            toArm.get(i).arm();
        }
        toArm.clear();
        for (int i = 0; i < deferred.size(); i++) {
            deferred.get(i).run();
        }
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        switch (UserData.kind(userData)) {
            case UserData.KIND_CANCEL -> cancels++;
            case UserData.KIND_WAKEUP -> wokenUp(result, flags);
            case UserData.KIND_MESSAGE -> ringMessages++; // it has ended the wait; the mailroom knows the rest
            case UserData.KIND_MESSAGE_SENT -> peers.sent(UserData.slot(userData), result);
            case UserData.KIND_DISCARD -> discarded(UserData.descriptor(userData), result);
            case UserData.KIND_NOTHING -> {}
            default -> {
                final TableEntry entry = table.find(userData);
                if (entry != null) {
                    entry.reap(result, flags);
                } else {
                    releaseStale(userData, result);
                }
            }
        }
    }

    private void wokenUp(int result, int flags) {
        if (isForWantOfMemory(result)) {
            rearming.later(wakeup::retry);
        } else {
            wakeup.reap(flags);
        }
    }

    private void discarded(int fd, int result) {
        discards--;
        if (result == -Errno.ECANCELED) {
            closer.close(fd); // cancelled on a worker before it began: the descriptor is still there
        }
    }

    private void releaseStale(long userData, int result) {
        staleCompletions++;
        if (result >= 0 && UserData.kind(userData) == UserData.KIND_DESCRIPTOR) {
            Descriptors.tryClose(result); // whatever it says, there is nobody to tell
        }
    }

    /** The kernel could not make a request, which tells nothing about what was asked for. */
    static boolean isForWantOfMemory(int result) {
        return result == -Errno.ENOMEM || result == -Errno.EAGAIN;
    }

    /** Claims the next SQE for {@code entry}. */
    Sqe claim(TableEntry entry) {
        claimedFor(entry.place);
        lastClaimed = entry;
        return claim().userData(entry.userData);
    }

    /** An SQE is claimed by, or for, {@code place}: the ring is entered before a lower band is served. */
    void claimedFor(ContainerQueue place) {
        claimedFor(place.band);
    }

    void claimedFor(int band) {
        if (claimedBand == NOTHING_CLAIMED) {
            signalled.forgetRises();
        }
        claimedBand = Math.max(claimedBand, band);
    }

    /** As {@link #claimedFor}, for what can be claimed only when SQEs may be: before the next enter. */
    void claimsSoon(ContainerQueue place) {
        claimsSoon(place.band);
    }

    void claimsSoon(int band) {
        claimedFor(band);
        claimsWait = true;
    }

    /** As {@link #claim(TableEntry)}, for what a device may be idle for: the ring is entered soon. */
    Sqe claimForDevice(TableEntry entry) {
        deviceMayBeIdle = true;
        return claim(entry);
    }

    private Sqe claim() {
        if (draining) {
            throw new IllegalStateException("an SQE was claimed while completions are drained");
        }
        if (backlog.isEmpty()) {
            Sqe sqe = ring.tryClaim();
            if (sqe == null) {
                ring.submit();
                sqe = ring.tryClaim();
            }
            if (sqe != null) {
                return sqe;
            }
        }
        return backlog.claim();
    }

    /** Before an enter: goes on with what the kernel did not take, until it has all of it or takes no more. */
    private void moveUp() {
        while (!backlog.moveUp()) {
            final int unsubmitted = ring.unsubmitted();
            ring.submit();
            if (ring.unsubmitted() == unsubmitted) {
                return; // it may take some when its completions are let go of
            }
        }
    }

    /** Wakes another queue, whose mail is of {@code band}, with the next enter if that can do it. */
    void wake(Mailroom target, int band) {
        if (peers.wake(target)) {
            claimedFor(band);
        }
    }

    /** Asks the kernel to end what {@code entry} has there; its own last completion, which is waited for, tells the outcome. */
    void cancelInKernel(TableEntry entry) {
        claimedFor(entry.place);
        endInKernel(entry);
    }

    /** As {@link #cancelInKernel}, when nobody waits for the outcome. */
    void endInKernel(TableEntry entry) {
        if (ringLost) {
            return;
        }
        claim().userData(UserData.encode(0, UserData.KIND_CANCEL, entry.slot)).prepCancel(entry.userData);
    }

    /** Closes {@code fd} with the next enter, without a slot: whatever comes of it, there is nobody to tell. */
    void discard(int fd) {
        claim().userData(UserData.encodeDiscard(fd)).prepClose(fd).flags(0);
        discards++;
        discardClaimed = true;
    }

    boolean takeSlot(TableEntry entry, int kind, ResourceContainer container) {
        final ContainerQueue place = signalled.placeOf(container);
        if (!table.take(entry, kind)) {
            return false;
        }
        entry.place = place;
        signalled.expectFrom(place);
        return true;
    }

    void freeSlot(TableEntry entry) {
        table.free(entry);
        signalled.expectNoMoreFrom(entry.place);
    }

    /** Moves a slot, and what is pending for it, to another container. */
    void moveTo(TableEntry entry, ContainerQueue place) {
        final boolean queued = entry.queued;
        if (queued) {
            signalled.remove(entry);
        }
        signalled.expectNoMoreFrom(entry.place);
        entry.place = place;
        signalled.expectFrom(place);
        if (queued) {
            signalled.add(entry);
        }
    }

    /** Arms {@code key}'s poll when SQEs may be claimed again, at the latest before the next enter. */
    void armSoon(InterestKey key) {
        claimsSoon(key.place);
        toArm.add(key);
    }

    void defer(Runnable task) {
        deferred.add(task);
    }

    /** Has the enter that submits what is claimed now not wait. */
    void expectInline() {
        inlineExpected = true;
    }

    /** Tells whether the enter that just returned was to wait for something to complete. */
    boolean waitedInLastEnter() {
        return waitedInLastEnter;
    }

    long nowNs() {
        return nowNs;
    }

    int discardsUnderWay() {
        return discards;
    }

    /** How much the kernel has that a close of the queue waits for. */
    int underWay() {
        return table.live() + discards;
    }

    long staleCompletions() {
        return staleCompletions;
    }

    long cancels() {
        return cancels;
    }
}
