// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.interest;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.reaping.Rearming;
import dev.sluice.events.table.TableEntry;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;

/** One descriptor of the INTERESTED set: its poll in the kernel, and what is pending of it. */
public abstract class Declaration extends TableEntry {
    /** See {@code InterestOps.LEVEL}: above all bits of poll(2). */
    public static final int LEVEL = 1 << 27;

    private static final int DECLARABLE = PollMask.POLLIN | PollMask.POLLPRI | PollMask.POLLOUT | PollMask.POLLRDHUP;
    private static final int UNDECLARED_REPORTS = PollMask.POLLERR | PollMask.POLLHUP;

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
    private short error;

    /** Of the event handed out last. */
    private short reportedError;

    /**
     * Not armed, and without a slot.
     *
     * @param reaper the queue's
     * @param fd the descriptor
     * @param interestOps a checked mask
     */
    protected Declaration(Reaper reaper, int fd, int interestOps) {
        this.reaper = reaper;
        this.fd = fd;
        this.interestOps = interestOps;
    }

    /** Throws an {@link IllegalArgumentException} if nothing is declared, or a bit that cannot be. */
    static void check(int interestOps) {
        if ((interestOps & DECLARABLE) == 0 || (interestOps & ~(DECLARABLE | LEVEL)) != 0) {
            throw new IllegalArgumentException("interestOps must combine READABLE (0x1), EXCEPTIONAL (0x2),"
                    + " WRITABLE (0x4) and PEER_CLOSED (0x2000), and may add LEVEL (0x8000000); ERROR and HUNG_UP come"
                    + " undeclared: interestOps=0x"
                    + Integer.toHexString(interestOps));
        }
    }

    /**
     * Returns the declared descriptor.
     *
     * @return its number
     */
    protected final int descriptor() {
        return fd;
    }

    /**
     * Returns what the descriptor is declared for.
     *
     * @return the mask
     */
    protected final int declaredOps() {
        return interestOps;
    }

    /**
     * Tells whether the declaration stands.
     *
     * @return false once it was revoked or the queue closed
     */
    protected final boolean isDeclared() {
        return valid;
    }

    /** Has the kernel poll it, unless it does. */
    @Override
    protected final void claimNow() {
        armingSoon = false;
        if (!valid || armed || error != 0) {
            return;
        }
        final int pollMask = interestOps & DECLARABLE;
        if ((interestOps & LEVEL) == 0) {
            reaper.claims.claim(this).prepPollMultishot(fd, pollMask);
        } else {
            // IORING_POLL_ADD_LEVEL is refused (EINVAL): a poll that ends with its event, armed anew when that was
            // handled.
            reaper.claims.claim(this).prepPollAdd(fd, pollMask);
        }
        armed = true;
    }

    /**
     * Declared again: for other operations, by another container, or with another attachment. One whose poll has failed is polled anew, and
     * fails anew if that is so.
     */
    void redeclare(int newInterestOps, ResourceContainer newContainer, Object newAttachment) {
        reaper.signalled.moveTo(newContainer, newAttachment, this);
        if (interestOps == newInterestOps && error == 0) {
            return;
        }
        interestOps = newInterestOps;
        pendingMask &= error == 0 ? newInterestOps | UNDECLARED_REPORTS : 0;
        error = 0;
        if (pendingMask == 0 && isQueued()) {
            reaper.signalled.remove(this);
        }
        if (armed) {
            reaper.cancelInKernel(this); // its last completion arms the new mask
        } else if (!isQueued()) {
            claimNow();
        }
    }

    void revoke() {
        valid = false;
        pendingMask = 0;
        if (isQueued()) {
            reaper.signalled.remove(this);
        }
        if (armed) {
            reaper.endInKernel(this);
        } else {
            reaper.freeSlot(this);
        }
    }

    @Override
    protected final void reap(int result, int flags) {
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
        } else if (Rearming.isShortage(result)) {
            armLater();
        } else if (result != -Errno.ECANCELED) { // cancelled means: declared for something else meanwhile
            error = (short) result; // at least -4095
            pendingMask |= PollMask.POLLERR;
        }
        if (pendingMask != 0 && !isQueued()) {
            reaper.signalled.add(this);
        }
        if (!armed && !isQueued()) {
            armSoon();
        }
    }

    /** Polls that the kernel ended are armed again only when their event is out: a hung-up socket must not spin. */
    @Override
    protected final void delivered() {
        if (valid && !armed && !isQueued() && error == 0) {
            armSoon();
        }
    }

    private void armSoon() {
        if (!armingSoon) {
            armingSoon = true;
            reaper.whenClaimable(this);
        }
    }

    private void armLater() {
        if (!armingSoon) {
            armingSoon = true;
            reaper.rearming.later(this::claimNow);
        }
    }

    @Override
    protected final void cancelForClose() {
        if (valid) {
            revoke();
        } else {
            reaper.endInKernel(this); // again: the queue's close may be, too
        }
    }

    @Override
    protected final void discarded() {
        pendingMask = 0;
    }

    @Override
    protected final Kind kind() {
        return Kind.READINESS;
    }

    @Override
    protected final int readyMask() {
        final int mask = pendingMask;
        pendingMask = 0;
        reportedError = error;
        return mask;
    }

    @Override
    protected final int operation() {
        return Opcode.POLL_ADD;
    }

    @Override
    protected final int result() {
        return reportedError;
    }

    @Override
    protected final String describe() {
        return "poll of descriptor " + fd;
    }
}
