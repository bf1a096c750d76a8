// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.events.interest.InterestSet;
import dev.sluice.events.reaping.Reaper;

/** What a queue does about descriptors of its layers that nothing is under way on: above all, closing them. On the thread of the queue. */
public final class QueueDescriptors {
    private final Reaper reaper;
    private final InterestSet<?> interests;

    QueueDescriptors(Reaper reaper, InterestSet<?> interests) {
        this.reaper = reaper;
        this.interests = interests;
    }

    /**
     * Forgets a descriptor that is about to be closed: revokes the interest declared in it, if any.
     *
     * @param fd the descriptor
     */
    public void closing(int fd) {
        reaper.checkUsable();
        interests.revokeDescriptor(fd);
    }

    /**
     * Closes a descriptor that nothing is under way on, and revokes the interest declared in it, if any. Nobody is told, and the
     * queue waits for it when it is closed. Takes no slot, so that it is never refused. Not while completions are drained.
     *
     * @param fd the descriptor
     */
    public void discard(int fd) {
        closing(fd);
        reaper.discard(fd);
    }

    /**
     * Closes a descriptor that nothing is under way on by a thread that may wait for a disk: what the ring's workers have not begun when the
     * queue is closed. Nobody is told, unless the close of the queue sees it fail.
     *
     * @param fd the descriptor
     */
    public void closeAside(int fd) {
        reaper.checkOwner(); // also while the queue is closed
        reaper.closer.close(fd);
    }

    /**
     * Tells whether a descriptor is a stream socket.
     *
     * @param fd the descriptor
     * @return 0 or a negated errno, as {@link dev.sluice.uring.Ring#checkStreamSocket} says
     */
    public int checkStreamSocket(int fd) {
        reaper.checkUsable();
        return reaper.ring.checkStreamSocket(fd);
    }

    /**
     * Returns how many descriptors {@link #discard} has closed, but for the kernel's answer.
     *
     * @return the count
     */
    public int discardsUnderWay() {
        return reaper.discardsUnderWay();
    }
}
