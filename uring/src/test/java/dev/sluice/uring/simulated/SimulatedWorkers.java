// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.sys.OpenHowLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/** The threads that wait in the place of a {@link SimulatedRing}'s owner: what finds none waits in the order of arrival. */
final class SimulatedWorkers {
    private final Deque<SimulatedRequest> waiting = new ArrayDeque<>();
    private int limit = Integer.MAX_VALUE;
    private int busy;
    private long waited;

    void limit(int workers) {
        if (workers > 0) {
            limit = workers;
        }
    }

    /** What takes time is carried out by one of them, but for reads that the device can answer by itself. */
    static boolean carryOut(SimulatedRequest request) {
        return switch (request.opcode) {
            case Opcode.STATX, Opcode.FSYNC, Opcode.FTRUNCATE, Opcode.RENAMEAT, Opcode.UNLINKAT -> true;
            case Opcode.OPENAT2 ->
                request.offset != 0L
                        && (new Pointer(request.offset).getLong(OpenHowLayout.RESOLVE) & ResolveFlags.RESOLVE_CACHED)
                                == 0L;
            case Opcode.WRITE, Opcode.WRITEV -> request.isOfAFile();
            case Opcode.CLOSE -> (request.flags & SqeFlags.ASYNC) != 0;
            case Opcode.READ, Opcode.READV -> request.isOfAFile() && (request.flags & SqeFlags.ASYNC) != 0;
            default -> false;
        };
    }

    /** False if it has to wait until {@link #next()} says that it is its turn. */
    boolean begin(SimulatedRequest request) {
        request.byWorker = busy < limit;
        if (request.byWorker) {
            busy++;
        } else {
            waiting.add(request);
            waited++;
        }
        return request.byWorker;
    }

    /** Has ended, or was cancelled while it waited. */
    void ended(SimulatedRequest request) {
        if (request.byWorker) {
            request.byWorker = false;
            busy--;
        } else {
            waiting.remove(request);
        }
    }

    /** The one that may begin now, or null. */
    SimulatedRequest next() {
        if (busy >= limit || waiting.isEmpty()) {
            return null;
        }
        final SimulatedRequest request = waiting.poll();
        request.byWorker = true;
        busy++;
        return request;
    }

    /** How many had to wait so far. */
    long waited() {
        return waited;
    }
}
