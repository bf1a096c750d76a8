// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.base.RingRequest;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.SystemCalls;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One operation of an {@link EmulatedRing}, copied from its entry and kept until its last completion. Reused; belongs to the ring's owner
 * but for the time that a worker has it.
 */
final class EmulatedRequest extends RingRequest implements Runnable {

    /** What a request that did not complete at once waits for. */
    enum State {
        STARTING,
        READINESS,
        WORKER,
        TIME
    }

    private static final int NO_FD = -1;

    final EmulatedWorkers workers;

    /** Place among the requests, and how often it was reused: together they tell an event of now from one of before. */
    final int slot;

    int generation;

    State state = State.STARTING;
    long sequence;

    /** READV, WRITEV: the buffers of the next try. */
    long vectors;

    int vectorCount;

    /** Bytes that a transfer is to move at most. */
    long totalBytes;

    /** Bytes that earlier tries have moved. */
    int transferred;

    /** A duplicate of {@link #fd}: as io_uring holds the file, whatever becomes of the number. */
    int heldFd;

    /** The kernel cannot try it without waiting: done plainly, but only when it is ready. */
    boolean plain;

    /** WRITEV: less is to be moved than the buffers have. */
    boolean inPart;

    /** TIMEOUT: when it is over, and how many completions end it before. */
    long dueNs;

    long targetCount;

    /** What a worker found. */
    int result;

    /** Chains of {@link EmulatedRequests} and of {@link EmulatedWorkers}. */
    @Nullable
    EmulatedRequest nextOfHash;

    @Nullable
    EmulatedRequest nextDone;

    EmulatedRequest(EmulatedWorkers workers, int slot) {
        this.workers = workers;
        this.slot = slot;
    }

    /** Forgets the request before; the entry has been copied already. */
    void begin(long newSequence) {
        state = State.STARTING;
        sequence = newSequence;
        totalBytes = 0L;
        transferred = 0;
        heldFd = NO_FD;
        plain = false;
        inPart = false;
        result = 0;
    }

    /** The descriptor to use: the duplicate once there is one. */
    int usedFd() {
        return holdsFile() ? heldFd : fd;
    }

    /** Where the rest of a transfer goes to or comes from. */
    long remainingAddress() {
        return address + transferred;
    }

    long remainingBytes() {
        return totalBytes - transferred;
    }

    boolean isRead() {
        return opcode == Opcode.READ || opcode == Opcode.READV;
    }

    /** Reads and writes: what a file that is never ready or not leaves to a worker. */
    boolean isFileTransfer() {
        return isRead() || opcode == Opcode.WRITE || opcode == Opcode.WRITEV;
    }

    boolean isMessage() {
        return opcode == Opcode.RECVMSG || opcode == Opcode.SENDMSG;
    }

    boolean hasVectors() {
        return isMessage() || opcode == Opcode.READV || opcode == Opcode.WRITEV;
    }

    boolean holdsFile() {
        return heldFd != NO_FD;
    }

    void letGoOfFile() {
        if (holdsFile()) {
            // What close(2) may have to say is for who closes the descriptor that was duplicated.
            SystemCalls.close(heldFd);
            heldFd = NO_FD;
        }
    }

    long token() {
        return ((long) generation << Integer.SIZE) | slot;
    }

    /**
     * On a worker: carries the operation out, however long that takes. Always finishes: the owner waits for it. What nobody has foreseen
     * goes on to the thread's handler of exceptions.
     */
    @Override
    public void run() {
        result = -Errno.ENOMEM;
        try {
            result = BlockingCalls.carryOut(this);
        } catch (UncheckedIOException | OutOfMemoryError e) {
            result = -Errno.ENOMEM; // there was no memory for what the call needs beside it: that is its result
        } finally {
            workers.finished(this);
        }
    }
}
