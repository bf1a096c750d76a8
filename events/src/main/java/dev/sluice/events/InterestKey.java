package dev.sluice.events;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;

/**
 * One descriptor of the INTERESTED set: from {@link EventQueue#declareInterest} until it is revoked.
 *
 * <p>Belongs to the thread of its reaper.
 *
 * @see "Banga, Druschel, Mogul 1998, section 4.2: declare_interest and revoke_interest"
 */
public final class InterestKey extends TableEntry {
    private static final int UNDECLARED_REPORTS = InterestOps.ERROR | InterestOps.HUNG_UP;

    private final Reaper reaper;
    private final int fd;

    private int interestOps;
    private boolean valid = true;

    /** A poll of this descriptor is in the submission queue or in the kernel. */
    private boolean armed;

    /** Already on the list of polls to arm when SQEs may be claimed. */
    private boolean armingSoon;

    /** Readiness not handed out yet, folded. */
    private int pendingMask;

    /** Why the kernel will not poll the descriptor, as a negative errno; 0 if it does. */
    private int error;

    InterestKey(Reaper reaper, int fd, int interestOps) {
        this.reaper = reaper;
        this.fd = fd;
        this.interestOps = interestOps;
    }

    /**
     * Returns the declared descriptor.
     *
     * @return its number
     */
    public int fd() {
        return fd;
    }

    /**
     * Returns what the descriptor is declared for.
     *
     * @return a mask of {@link InterestOps}
     */
    public int interestOps() {
        return interestOps;
    }

    /**
     * Tells whether the declaration stands.
     *
     * @return false once it was revoked or the queue closed
     */
    public boolean isValid() {
        return valid;
    }

    void arm() {
        armingSoon = false;
        if (!valid || armed || error != 0) {
            return;
        }
        final int pollMask = interestOps & InterestOps.DECLARABLE;
        if ((interestOps & InterestOps.LEVEL) == 0) {
            reaper.claim(this).prepPollMultishot(fd, pollMask);
        } else {
            // IORING_POLL_ADD_LEVEL is refused (EINVAL): a poll that ends with its event, armed anew when that was
            // handled.
            reaper.claim(this).prepPollAdd(fd, pollMask);
        }
        armed = true;
    }

    /** Declared again: for other operations, by another container, or with another attachment. */
    void redeclare(int newInterestOps, ContainerQueue newPlace, Object newAttachment) {
        attachment = newAttachment;
        if (place != newPlace) {
            reaper.moveTo(this, newPlace);
        }
        if (interestOps == newInterestOps) {
            return;
        }
        interestOps = newInterestOps;
        pendingMask &= newInterestOps | UNDECLARED_REPORTS;
        if (pendingMask == 0 && queued) {
            reaper.signalled.remove(this);
        }
        if (armed) {
            reaper.cancelInKernel(this); // its last completion arms the new mask
        } else if (!queued) {
            arm();
        }
    }

    void revoke() {
        valid = false;
        pendingMask = 0;
        if (queued) {
            reaper.signalled.remove(this);
        }
        if (armed) {
            reaper.endInKernel(this);
        } else {
            reaper.freeSlot(this);
        }
    }

    @Override
    void reap(int result, int flags) {
        if ((flags & CqeFlags.F_MORE) == 0) {
            armed = false;
        }
        if (!valid) {
            reaper.revokedCompletions++;
            if (!armed) {
                reaper.freeSlot(this);
            }
            return;
        }
        if (result >= 0) {
            pendingMask |= result & (interestOps | UNDECLARED_REPORTS);
        } else if (Reaper.isForWantOfMemory(result)) {
            armLater();
        } else if (result != -Errno.ECANCELED) { // cancelled means: declared for something else meanwhile
            error = result;
            pendingMask |= InterestOps.ERROR;
        }
        if (pendingMask != 0 && !queued) {
            reaper.signalled.add(this);
        }
        if (!armed && !queued) {
            armSoon();
        }
    }

    /** Polls that the kernel ended are armed again only when their event is out: a hung-up socket must not spin. */
    @Override
    protected void delivered() {
        if (valid && !armed && !queued && error == 0) {
            armSoon();
        }
    }

    private void armSoon() {
        if (!armingSoon) {
            armingSoon = true;
            reaper.armSoon(this);
        }
    }

    private void armLater() {
        if (!armingSoon) {
            armingSoon = true;
            reaper.rearming.later(this::arm);
        }
    }

    @Override
    void cancelForClose() {
        if (valid) {
            revoke();
        } else {
            reaper.endInKernel(this); // again: the queue's close may be, too
        }
    }

    @Override
    protected void discarded() {
        pendingMask = 0;
    }

    @Override
    protected EventKind kind() {
        return EventKind.READINESS;
    }

    @Override
    protected int readyMask() {
        final int mask = pendingMask;
        pendingMask = 0;
        return mask;
    }

    @Override
    protected int operation() {
        return Opcode.POLL_ADD;
    }

    @Override
    protected int result() {
        return error;
    }

    @Override
    protected String describe() {
        return "poll of descriptor " + fd;
    }

    @Override
    public String toString() {
        return "InterestKey[fd=" + fd + ", interestOps=0x" + Integer.toHexString(interestOps) + ", valid=" + valid
                + ", container=" + (place == null ? "none" : place.container.path()) + "]";
    }
}
