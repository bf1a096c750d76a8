// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.RingStatistics;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeArray;
import dev.sluice.uring.base.EnterStatistics;
import dev.sluice.uring.base.RingOwner;
import dev.sluice.uring.base.WorkerRegistration;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * A ring without a kernel, for measuring what stands on it: it knows multishot polls and nothing else, any number may be
 * an open descriptor, and a completion is two stores. It neither decides nor allocates anything, and touches one word of
 * its own for each completion, so that what is measured is its user.
 *
 * <p>Operations other than multishot polls throw when they are submitted; nothing can be cancelled, so a queue on this
 * ring is not closed but left. Waiting for a completion that nobody has posted throws: nobody could.
 */
public final class MemoryRing implements Ring {
    private static final int ENTRIES = 1024;

    private final ByteBuffer entries =
            ByteBuffer.allocateDirect(ENTRIES * SqeLayout.SIZE).order(ByteOrder.nativeOrder());
    private final SqeArray array = new SqeArray(entries);
    private int claimed;

    private final long[] userDataByFd;
    private final long[] postedUserData;
    private final int[] postedResults;
    private int postedHead;
    private int postedTail;

    /** How far its clock has been moved on. */
    private long aheadNs;

    private final RingOwner owner = new RingOwner();
    private final EnterStatistics statistics = new EnterStatistics(owner);
    private final RingRegistration registration = new WorkerRegistration(owner) {
        @Override
        protected void limit(int bounded, int unbounded) {
            // It has none.
        }
    };

    /**
     * A ring that is not enabled.
     *
     * @param descriptors one above the highest descriptor
     * @param cqEntries completions that may wait, a power of two
     */
    public MemoryRing(int descriptors, int cqEntries) {
        if (Integer.bitCount(cqEntries) != 1) {
            throw new IllegalArgumentException("cqEntries must be a power of two: cqEntries=" + cqEntries);
        }
        userDataByFd = new long[descriptors];
        postedUserData = new long[cqEntries];
        postedResults = new int[cqEntries];
    }

    /**
     * Posts a completion of the descriptor's poll.
     *
     * @param fd with a poll that was submitted
     * @param readyMask what it is ready for
     * @throws IllegalStateException if it is not polled, or the completion queue is full
     */
    public void signal(int fd, int readyMask) {
        final long userData = userDataByFd[fd];
        if (userData == 0L || postedTail - postedHead == postedUserData.length) {
            throw new IllegalStateException("descriptor " + fd + " is not polled, or " + (postedTail - postedHead)
                    + " completions wait already");
        }
        final int index = postedTail & (postedUserData.length - 1);
        postedUserData[index] = userData;
        postedResults[index] = readyMask;
        postedTail++;
    }

    /**
     * Moves the ring's clock on, which otherwise goes as the system's.
     *
     * @param durationNs how far
     */
    public void advance(long durationNs) {
        aheadNs += durationNs;
    }

    @Override
    public void enable() {
        owner.enable();
    }

    @Override
    public boolean takeOver() {
        return false;
    }

    @Override
    public boolean isOwnerThread() {
        return owner.isCaller();
    }

    @Override
    public Sqe tryClaim() {
        return claimed == ENTRIES ? null : array.claim(claimed++);
    }

    @Override
    public int unsubmitted() {
        return claimed;
    }

    @Override
    public boolean workPending() {
        return postedTail != postedHead;
    }

    @Override
    public void submit() {
        statistics.begins();
        for (int i = 0; i < claimed; i++) {
            final int base = i * SqeLayout.SIZE;
            final int opcode = entries.get(base + SqeLayout.OPCODE);
            if (opcode != Opcode.POLL_ADD) {
                throw new UnsupportedOperationException("a ring in memory has polls only: opcode=" + opcode);
            }
            userDataByFd[entries.getInt(base + SqeLayout.FD)] = entries.getLong(base + SqeLayout.USER_DATA);
        }
        claimed = 0;
    }

    @Override
    public long submit(long nowNs) {
        submit();
        return nanoTime();
    }

    @Override
    public void submitAndWait(int minComplete, long timeoutNs) {
        submit();
        if (timeoutNs != 0L && postedTail - postedHead < minComplete) {
            throw new IllegalStateException("waiting for " + minComplete + " completions, of which "
                    + (postedTail - postedHead) + " are posted");
        }
    }

    @Override
    public int drainCompletions(CompletionHandler handler, int limit) {
        final int from = postedHead;
        final int count = Math.min(limit, postedTail - from);
        for (int i = from; i < from + count; i++) {
            final int index = i & (postedUserData.length - 1);
            handler.onCompletion(postedUserData[index], postedResults[index], CqeFlags.F_MORE);
        }
        postedHead = from + count;
        return count;
    }

    @Override
    public RingRegistration registration() {
        return registration;
    }

    @Override
    public RingStatistics statistics() {
        return statistics;
    }

    @Override
    public RingFeatures features() {
        return new RingFeatures(new BitSet(), 0, 0, "none");
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + aheadNs;
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public int checkStreamSocket(int fd) {
        return 0;
    }

    @Override
    public int checkPollable(int fd) {
        return 0;
    }

    @Override
    public String binding() {
        return "memory";
    }

    @Override
    public void close() {
        // It has nothing to give back.
    }
}
