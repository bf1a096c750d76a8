// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.base.RingRequest;
import dev.sluice.uring.linux.PollMask;

/** One submission that a {@link SimulatedRing} has taken and not completed for the last time. */
final class SimulatedRequest extends RingRequest {
    final long sequence;

    /** What the request holds open while it is under way, as the kernel holds the file; null for none. */
    SimulatedDescriptor descriptor;

    /** Neighbours among those that wait for the descriptor. */
    SimulatedRequest nextWaiting;

    SimulatedRequest previousWaiting;
    boolean waiting;

    /** In the list of work that the next enter runs. */
    boolean workQueued;

    /** When its latency or its time limit is over. */
    long dueNs;

    /** How long it takes once begun. */
    long latencyNs;

    /** A worker carries it out. */
    boolean byWorker;

    /** The verdict that was decided at submission; 0 if none was. */
    int decided;

    /** Bytes of a receive that waits for all of them. */
    int transferred;

    /** For a time-out that counts completions: ends when so many were posted. */
    long targetCount = Long.MAX_VALUE;

    SimulatedRequest(long sequence) {
        this.sequence = sequence;
    }

    /** What has to arrive at its descriptor before it can go on. */
    int awaitedMask() {
        return switch (opcode) {
            case Opcode.POLL_ADD -> operationFlags | PollMask.POLLERR | PollMask.POLLHUP;
            case Opcode.SEND, Opcode.WRITE, Opcode.WRITEV -> PollMask.POLLOUT;
            default -> PollMask.POLLIN;
        };
    }

    boolean isOfAFile() {
        return descriptor != null && descriptor.kind == SimulatedDescriptor.Kind.FILE;
    }

    /** Carried out by a disk or by a peer: it may take time, and may be past stopping. */
    boolean takesTime() {
        return switch (opcode) {
            case Opcode.OPENAT2,
                    Opcode.STATX,
                    Opcode.FSYNC,
                    Opcode.FTRUNCATE,
                    Opcode.RENAMEAT,
                    Opcode.UNLINKAT,
                    Opcode.CONNECT -> true;
            case Opcode.READ, Opcode.WRITE, Opcode.READV, Opcode.WRITEV -> isOfAFile();
            default -> false;
        };
    }

    boolean isMultishot() {
        return (opcode == Opcode.POLL_ADD && (length & 1) != 0) || (opcode == Opcode.ACCEPT && (ioprio & 1) != 0);
    }
}
