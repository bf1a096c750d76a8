// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Entries for which a ring has no room, since the kernel takes none at the moment: prepared here as in the submission queue, they move up
 * in their order when it does again. So whoever asks for an operation, or for the end of one, is never refused by a shortage of the kernel's
 * that passes. While there are any, what is claimed next belongs behind them: a cancellation must not come before what it cancels.
 *
 * <p>As large as it has to be, and empty as a rule: then it holds no memory. Only for the ring's owner thread.
 */
public final class SubmissionBacklog {
    private static final int SEGMENT_ENTRIES = 256;

    private final Ring ring;
    private final ArrayDeque<ByteBuffer> segments = new ArrayDeque<>();
    private final Sqe last = new Sqe(NativeMemory.UNMAPPED);

    /** The next place in the last segment. */
    private int free = SEGMENT_ENTRIES;

    /** The oldest entry's place in the first segment. */
    private int oldest;

    private int size;

    /**
     * Makes a backlog for a ring.
     *
     * @param ring where the entries move up to
     */
    public SubmissionBacklog(Ring ring) {
        this.ring = ring;
    }

    /**
     * Tells whether nothing waits here.
     *
     * @return true if the ring may be claimed from
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Claims an entry behind all others.
     *
     * @return the entry, valid until the next claim, as {@link Ring#tryClaim} says
     */
    public Sqe claim() {
        if (free == SEGMENT_ENTRIES) {
            last.settle();
            final ByteBuffer segment =
                    ByteBuffer.allocateDirect(SEGMENT_ENTRIES * SqeLayout.SIZE).order(ByteOrder.nativeOrder());
            segments.add(segment);
            last.attach(segment);
            free = 0;
        }
        size++;
        return last.claim(free++);
    }

    /**
     * Moves as many entries into the ring as it has room for, the oldest first.
     *
     * @return whether that is all of them
     */
    public boolean moveUp() {
        if (size == 0) {
            return true;
        }
        last.settle();
        while (size > 0) {
            final Sqe sqe = ring.tryClaim();
            if (sqe == null) {
                return false;
            }
            sqe.copyFrom(segments.element(), oldest++);
            size--;
            if (oldest == SEGMENT_ENTRIES) {
                oldest = 0;
                segments.remove();
            }
        }
        segments.clear();
        last.attach(NativeMemory.UNMAPPED);
        free = SEGMENT_ENTRIES;
        oldest = 0;
        return true;
    }
}
