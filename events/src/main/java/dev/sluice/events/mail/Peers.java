// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.mail;

import dev.sluice.events.table.UserData;
import dev.sluice.uring.Closing;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import java.util.ArrayList;
import java.util.List;

/**
 * The other queues that this one sends to, and wakes from ring to ring: IORING_OP_MSG_RING costs no system call beyond this
 * queue's next enter. Where that cannot be, by the other's eventfd.
 *
 * <p>There are as many as there are queues, a few; so they are searched one by one. Belongs to the thread of the sending queue.
 */
public final class Peers {
    private static final class Peer {
        final Mailroom target;

        /**
         * A descriptor of our own for the target's ring. The target may close while a message to it is in the submission queue;
         * the number of its own descriptor could be another ring's by the time the kernel looks it up, this one's cannot.
         */
        final int ringFd;

        /** The count of enters when a message was claimed last: until that grows, it is in the submission queue. */
        long claimedAtEnters = -1L;

        /** Messages claimed and not known to be posted. */
        int unconfirmed;

        Peer(Mailroom target, int ringFd) {
            this.target = target;
            this.ringFd = ringFd;
        }
    }

    private final Ring ring;

    /** By the slot in {@code user_data}; null where one was let go. */
    private final List<Peer> peers = new ArrayList<>();

    public Peers(Ring ring) {
        this.ring = ring;
    }

    /**
     * Ends the wait of a queue that has mail.
     *
     * @return true if this queue's next enter does it, false if it was possible only at once
     */
    public boolean wake(Mailroom target) {
        final int slot = slotOf(target);
        final Peer peer = slot < 0 ? null : peers.get(slot);
        if (peer != null && peer.claimedAtEnters == ring.statistics().enters()) {
            return true;
        }
        final Sqe sqe = peer == null ? null : ring.tryClaim();
        if (sqe == null) {
            target.wakeIfAsleep();
            return false;
        }
        sqe.prepMsgRing(peer.ringFd, UserData.encode(0, UserData.KIND_MESSAGE, 0), 0)
                .userData(UserData.encode(0, UserData.KIND_MESSAGE_SENT, slot));
        peer.claimedAtEnters = ring.statistics().enters();
        peer.unconfirmed++;
        return true;
    }

    /** The kernel's answer. It refuses if the target's completion queue is full. */
    public void sent(int slot, int result) {
        final Peer peer = peers.get(slot);
        peer.unconfirmed--;
        if (result < 0) {
            peer.target.wakeIfAsleep();
        }
    }

    /** The ring is closed: what it has not posted is told otherwise. */
    public void close() {
        final Closing closing = new Closing("closing the descriptors of other queues' rings failed");
        for (final Peer peer : peers) {
            if (peer != null) {
                if (peer.unconfirmed > 0) {
                    peer.target.wakeIfAsleep();
                }
                closing.step(() -> Descriptors.close(peer.ringFd));
            }
        }
        peers.clear();
        closing.end();
    }

    /** How many queues it has had to do with at a time. */
    public int size() {
        return peers.size();
    }

    /** Returns the target's slot, or -1 if it cannot be reached through the rings. */
    private int slotOf(Mailroom target) {
        for (int slot = 0; slot < peers.size(); slot++) {
            final Peer peer = peers.get(slot);
            if (peer != null && peer.target == target) {
                return slot;
            }
        }
        if (!ring.features().supports(Opcode.MSG_RING)) {
            return -1;
        }
        final int ringFd = target.duplicateRing();
        if (ringFd < 0) {
            return -1; // it has closed, is no ring of the kernel, or there are no more descriptors: the eventfd does it
        }
        final Peer peer = new Peer(target, ringFd);
        final int unused = peers.indexOf(null);
        if (unused < 0) {
            peers.add(peer);
            return peers.size() - 1;
        }
        peers.set(unused, peer);
        return unused;
    }

    /** Once a turn: a descriptor keeps a ring and all that is registered with it in the kernel, though its queue has closed. */
    public void letGoOfClosed() {
        for (int slot = 0; slot < peers.size(); slot++) {
            final Peer peer = peers.get(slot);
            if (peer != null && peer.unconfirmed == 0 && peer.target.isClosed()) {
                Descriptors.close(peer.ringFd);
                peers.set(slot, null);
            }
        }
    }
}
