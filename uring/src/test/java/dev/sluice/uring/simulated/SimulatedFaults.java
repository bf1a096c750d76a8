// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.linux.Errno;
import java.util.SplittableRandom;

/**
 * What goes otherwise than asked on a {@link SimulatedRing}. Each method has a harmless default; a test overrides what it
 * is about.
 */
public interface SimulatedFaults {
    /** Nothing fails, nothing takes time. */
    SimulatedFaults NONE = new SimulatedFaults() {};

    /**
     * Fails the n-th submission.
     *
     * @param n 1 for the first
     * @param errno how
     * @return the faults
     */
    static SimulatedFaults failing(long n, int errno) {
        return new SimulatedFaults() {
            @Override
            public int errno(long sequence, int opcode, SplittableRandom random) {
                return sequence == n ? errno : 0;
            }
        };
    }

    /**
     * Decides a submission's verdict in advance.
     *
     * @param sequence of the submission, from 1
     * @param opcode of {@link Opcode}
     * @param random the ring's
     * @return the {@link Errno} to fail with, or 0
     */
    default int errno(long sequence, int opcode, SplittableRandom random) {
        return 0;
    }

    /**
     * Whether the kernel's caches have a path, so that an open with {@code RESOLVE_CACHED} succeeds.
     *
     * @param random the ring's
     * @return false answers -EAGAIN
     */
    default boolean cached(SplittableRandom random) {
        return true;
    }

    /**
     * Whether something was renamed while a path with dot-dot was walked that must not leave its root.
     *
     * @param random the ring's
     * @return true answers -EAGAIN
     */
    default boolean renamed(SplittableRandom random) {
        return false;
    }

    /**
     * How long an operation on a file takes. What takes time completes in the order of its end, not of its start.
     *
     * @param opcode of {@link Opcode}
     * @param random the ring's
     * @return nanoseconds; 0 completes within the submission
     */
    default long latencyNs(int opcode, SplittableRandom random) {
        return 0L;
    }

    /**
     * How long the last close of a file that has no name any more takes: its blocks are freed then. On the ring's thread, within the
     * enter, also one that is to wait; or, with {@link SqeFlags#ASYNC}, by a worker.
     *
     * @param sizeBytes of the file
     * @param random the ring's
     * @return nanoseconds
     */
    default long lastCloseNs(int sizeBytes, SplittableRandom random) {
        return 0L;
    }

    /**
     * As {@link #latencyNs(int, SplittableRandom)}, where it matters what part of a file it is.
     *
     * @param opcode of {@link Opcode}
     * @param offset in the file, of a read or write
     * @param random the ring's
     * @return nanoseconds; 0 completes within the submission
     */
    default long latencyNs(int opcode, long offset, SplittableRandom random) {
        return latencyNs(opcode, random);
    }

    /**
     * How much of a transfer is carried out.
     *
     * @param lengthBytes possible
     * @param random the ring's
     * @return 1 to {@code lengthBytes}
     */
    default int transferable(int lengthBytes, SplittableRandom random) {
        return lengthBytes;
    }

    /**
     * Which of the completions that an enter finds is posted next; those of one operation stay in order.
     *
     * @param candidates how many there are
     * @param random the ring's
     * @return 0 to {@code candidates - 1}; 0 keeps the order
     */
    default int next(int candidates, SplittableRandom random) {
        return 0;
    }

    /**
     * Whether a cancellation completes before what it cancels, as the kernel was seen to do.
     *
     * @param random the ring's
     * @return true if so
     */
    default boolean cancelCompletesFirst(SplittableRandom random) {
        return true;
    }

    /**
     * Whether an operation that takes time can still be stopped.
     *
     * @param random the ring's
     * @return false answers -EALREADY
     */
    default boolean stoppable(SplittableRandom random) {
        return true;
    }

    /**
     * How many of the claimed entries the kernel takes in this enter.
     *
     * @param claimed entries
     * @param random the ring's
     * @return 0 to {@code claimed}
     */
    default int accepted(int claimed, SplittableRandom random) {
        return claimed;
    }

    /**
     * Whether a signal ends this wait before anything completes.
     *
     * @param random the ring's
     * @return true if so
     */
    default boolean interrupted(SplittableRandom random) {
        return false;
    }
}
