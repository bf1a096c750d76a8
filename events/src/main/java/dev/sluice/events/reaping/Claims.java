// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.events.order.SignalledEvents;
import dev.sluice.events.order.Signals;
import dev.sluice.events.table.OperationTable;
import dev.sluice.events.table.TableEntry;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SubmissionBacklog;

/**
 * The SQEs claimed since the ring was entered and drained last: for whom, and how soon it is to be entered for them. Where there are none left, it
 * submits by itself.
 */
public final class Claims {
    private static final int NOTHING_CLAIMED = -1;

    /** For how long the kernel is left alone that takes nothing, unless something completes: it is waited for, but not at full speed. */
    private static final long PAUSE_NS = 1_000_000L;

    private final Ring ring;
    private final SignalledEvents signalled;

    /** What is claimed while the kernel takes nothing, as when it is short of memory for requests. */
    private final SubmissionBacklog backlog;

    /** What is claimed that a device may be idle for. */
    private int claimedForDevices;

    /** What devices have: was submitted, and is not seen to be back. */
    private int atDevices;

    /** The highest band that has claimed an SQE since the last enter, or waits to. */
    private int band = NOTHING_CLAIMED;

    /** What the next enter will have submitted last, and whether it closes what nobody waits for: who is to blame if it takes long. */
    private TableEntry last;

    private boolean discardClaimed;

    /** Something is left to be claimed with the next enter. */
    private boolean waiting;

    private boolean refused;

    Claims(Ring ring, SignalledEvents signalled) {
        this.ring = ring;
        this.signalled = signalled;
        backlog = new SubmissionBacklog(ring);
    }

    /** Claims the next SQE for {@code entry}. */
    public Sqe claim(TableEntry entry) {
        claimedFor(Signals.band(entry));
        last = entry;
        return claim().userData(OperationTable.userDataOf(entry));
    }

    /** What was claimed last is for a device, which may be idle until it gets that: the ring is entered soon. */
    public void claimedForDevice() {
        claimedForDevices++;
    }

    /** What was claimed so is back. */
    public void leftDevice() {
        atDevices--;
    }

    /** As {@link #claim()}, for a close that nobody waits for. */
    Sqe claimForDiscard() {
        final Sqe sqe = claim();
        discardClaimed = true;
        return sqe;
    }

    /** Claims the next SQE for nobody in particular. */
    Sqe claim() {
        if (refused) {
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

    /** None may be claimed until {@link #drained}. */
    void draining() {
        refused = true;
    }

    void drained() {
        refused = false;
    }

    /** An SQE is claimed for something of {@code claimingBand}: the ring is entered before a lower band is served. */
    void claimedFor(int claimingBand) {
        if (band == NOTHING_CLAIMED) {
            signalled.forgetRises();
        }
        band = Math.max(band, claimingBand);
    }

    /** As {@link #claimedFor}, for what can be claimed only when SQEs may be: before the next enter. */
    public void soon(int claimingBand) {
        claimedFor(claimingBand);
        waiting = true;
    }

    /** Who waits to claim is about to. */
    void waitNoLonger() {
        waiting = false;
    }

    /** Before an enter: goes on with what the kernel did not take, until it has all of it or takes no more. */
    void moveUp() {
        while (!backlog.moveUp()) {
            final int unsubmitted = ring.unsubmitted();
            ring.submit();
            if (ring.unsubmitted() == unsubmitted) {
                return; // it may take some when its completions are let go of
            }
        }
    }

    /** How long of a wait may pass until what is held back is tried again; a wait below 0 is one for ever. */
    static long untilTriedAgainNs(long timeoutNs) {
        return timeoutNs < 0L ? PAUSE_NS : Math.min(timeoutNs, PAUSE_NS);
    }

    boolean isNothingHeldBack() {
        return backlog.isEmpty();
    }

    /** Something is claimed and not submitted. */
    boolean isSubmittable() {
        return ring.unsubmitted() > 0 || !backlog.isEmpty();
    }

    /** Something is claimed, or waits to be. */
    boolean isAnything() {
        return waiting || isSubmittable();
    }

    /** Something claimed is of a higher band than all that is pending. Not when nothing is: then the batch is over, and the next dequeue enters. */
    boolean isMoreUrgent() {
        return band != NOTHING_CLAIMED
                && signalled.size() > 0
                && !signalled.hasAtLeast(Math.max(band, signalled.raisedBand()));
    }

    boolean deviceMayBeIdle() {
        return claimedForDevices > 0;
    }

    /** As much is claimed for devices as they have: they may be through with that before a few more events are handled. */
    boolean devicesHaveLittle() {
        return claimedForDevices >= atDevices;
    }

    /** The ring was entered. */
    void entered() {
        last = null;
        discardClaimed = false;
        band = NOTHING_CLAIMED;
        atDevices += claimedForDevices;
        claimedForDevices = 0;
    }

    /** By which what an enter has done is named, since nothing else is known of it. */
    String operationOfLast() {
        if (discardClaimed) {
            return Opcode.name(Opcode.CLOSE);
        }
        return last == null ? "" : Opcode.name(Signals.operation(last));
    }

    String containerOfLast() {
        return last == null || last.container() == null ? "" : last.container().path();
    }
}
