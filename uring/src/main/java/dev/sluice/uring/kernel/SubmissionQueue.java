// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeArray;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.NativeView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of the submission queue. The tail is ours: it is published to the kernel once per enter. The head is the kernel's: it
 * moves only within an enter, because no kernel thread polls the queue, so it is read once after each.
 */
final class SubmissionQueue {

    private static final int KERNEL_HAS_WORK = IoUring.SQ_TASKRUN | IoUring.SQ_CQ_OVERFLOW;

    private final int headOffset;
    private final int tailOffset;
    private final int flagsOffset;
    private final int entryCount;
    private final SqeArray entries;

    private ByteBuffer ring;
    private int head;
    private int tail;

    SubmissionQueue(RingMapping mapping) {
        ring = mapping.sqRing;
        headOffset = mapping.sqHeadOffset;
        tailOffset = mapping.sqTailOffset;
        flagsOffset = mapping.sqFlagsOffset;
        entryCount = mapping.sqEntries;
        entries = new SqeArray(mapping.sqes);
        tail = (int) NativeView.INT.getAcquire(ring, tailOffset);
        head = (int) NativeView.INT.getAcquire(ring, headOffset);
    }

    @Nullable
    Sqe tryClaim() {
        if (tail - head == entryCount) {
            return null;
        }
        return entries.claim(tail++ & (entryCount - 1));
    }

    /** Claimed and not yet consumed by the kernel. */
    int unsubmitted() {
        return tail - head;
    }

    /** Makes what was claimed visible to the kernel and returns how much that is. */
    int publishTailRelease() {
        entries.settle();
        NativeView.INT.setRelease(ring, tailOffset, tail);
        return tail - head;
    }

    /** What the kernel consumed, however the enter ended: its result tells only some of it. */
    void loadHeadAcquire() {
        head = (int) NativeView.INT.getAcquire(ring, headOffset);
    }

    boolean kernelHasWork() {
        return ((int) NativeView.INT.getOpaque(ring, flagsOffset) & KERNEL_HAS_WORK) != 0;
    }

    /**
     * Before an enter that runs all work there is, and puts the flag up again if it leaves some. The kernel may put it up after the work that
     * it tells of was run, and then takes it down with the next work only: until there is some, each look at it would lead to an enter.
     */
    void takeDownTaskRun() {
        if (((int) NativeView.INT.getOpaque(ring, flagsOffset) & IoUring.SQ_TASKRUN) != 0) {
            NativeView.INT.getAndBitwiseAnd(ring, flagsOffset, ~IoUring.SQ_TASKRUN);
        }
    }

    /** Lets go of the mapping: an access from here on fails in Java, not in the JVM. */
    void detach() {
        ring = NativeMemory.UNMAPPED;
        entries.detach();
    }
}
