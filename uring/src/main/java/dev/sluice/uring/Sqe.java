// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.Timespec;
import dev.sluice.uring.sys.IoUring;
import java.nio.ByteBuffer;

/**
 * The submission queue entry claimed last: {@link Ring#tryClaim} moves this object to it. One that is not prepared before the next claim or
 * submission is a NOP.
 *
 * <p>Each {@code prepX} writes one operation's fields, {@link #userData}, {@link #flags} and {@link #ioprio} what goes with any of them, in
 * any order; all are plain stores. What an entry points to (buffers, paths, structures) must stay mapped and, where the kernel writes,
 * untouched until the operation's last completion. Every operation completes with the result of its system call or a negated {@link dev.sluice.uring.linux.Errno}.
 *
 * <p>Only for the ring's owner thread, and only until the next claim.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class Sqe extends SocketEntry {

    /** A flyweight over an array of entries in native order, not yet on any of them. */
    Sqe(ByteBuffer entries) {
        super(entries);
    }

    /**
     * Does nothing; completes with 0.
     *
     * @return this
     */
    public Sqe prepNop() {
        return prep(Opcode.NOP, NO_FD, 0L, 0, 0L, 0);
    }

    /**
     * Waits until {@code fd} is ready, once. Completes with the ready {@link PollMask} bits.
     *
     * @param fd an open descriptor; a regular file is always ready
     * @param pollMask bits to wait for
     * @return this
     */
    public Sqe prepPollAdd(int fd, int pollMask) {
        return prep(Opcode.POLL_ADD, fd, 0L, 0, 0L, pollMask);
    }

    /**
     * Reports each time {@code fd} becomes ready (5.13): when armed if it is ready, then with every new arrival; not while bytes merely stay
     * unread. A completion without {@link CqeFlags#F_MORE} is the last: arm again.
     *
     * @param fd an open descriptor
     * @param pollMask bits to wait for
     * @return this
     */
    public Sqe prepPollMultishot(int fd, int pollMask) {
        return prep(Opcode.POLL_ADD, fd, 0L, IoUring.POLL_ADD_MULTI, 0L, pollMask);
    }

    /**
     * Ends a poll. Completes with 0, -ENOENT if there is none, or -EALREADY if it is completing; the poll itself then completes with
     * -ECANCELED.
     *
     * @param targetUserData of the poll
     * @return this
     */
    public Sqe prepPollRemove(long targetUserData) {
        return prep(Opcode.POLL_REMOVE, NO_FD, targetUserData, 0, 0L, 0);
    }

    /**
     * Asks for the end of an operation of any kind. Completes with 0, -ENOENT if there is none, or -EALREADY if it can no longer be stopped.
     * The operation completes by itself all the same, with -ECANCELED or with its result; before or after this one.
     *
     * @param targetUserData of the operation
     * @return this
     */
    public Sqe prepCancel(long targetUserData) {
        return prep(Opcode.ASYNC_CANCEL, NO_FD, targetUserData, 0, 0L, 0);
    }

    /**
     * Closes a descriptor. Completes with 0. Operations in flight on it go on: cancel them first.
     *
     * @param fd an open descriptor
     * @return this
     */
    public Sqe prepClose(int fd) {
        return prep(Opcode.CLOSE, fd, 0L, 0, 0L, 0);
    }

    /**
     * Posts a completion to another ring of this host, and ends its wait (5.18). Completes here with 0 once that is posted, with -EBADFD if
     * {@code ringFd} is no ring or one that is not enabled, with -EOVERFLOW if the other completion queue is full (a ring with DEFER_TASKRUN
     * keeps it aside instead), or with -EOWNERDEAD if the other ring never had an owner.
     *
     * @param ringFd the other ring's {@link Ring#fd}; looked up when the entry is submitted
     * @param targetUserData of the completion posted there
     * @param targetResult of the completion posted there
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_prep_msg_ring.3.html">io_uring_prep_msg_ring(3)</a>
     */
    public Sqe prepMsgRing(int ringFd, long targetUserData, int targetResult) {
        return prep(Opcode.MSG_RING, ringFd, 0L, targetResult, targetUserData, 0);
    }

    /**
     * Completes with -ETIME after a time, or with 0 once {@code count} other completions were posted.
     *
     * @param timespecAddress of a {@link Timespec}, read at submission
     * @param count completions; 0 counts none
     * @param timeoutFlags IORING_TIMEOUT_*; 0 for a time from now on the monotonic clock
     * @return this
     */
    public Sqe prepTimeout(long timespecAddress, int count, int timeoutFlags) {
        return prep(Opcode.TIMEOUT, NO_FD, timespecAddress, 1, count, timeoutFlags);
    }
}
