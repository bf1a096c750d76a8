// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.IoUring;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Which operation of a {@link SimulatedRing} does what, and those that concern the ring itself. */
final class SimulatedOperations {
    /** All that {@link #run} knows. */
    static final RingFeatures FEATURES = features(
            Opcode.NOP,
            Opcode.POLL_ADD,
            Opcode.POLL_REMOVE,
            Opcode.TIMEOUT,
            Opcode.ACCEPT,
            Opcode.ASYNC_CANCEL,
            Opcode.CLOSE,
            Opcode.STATX,
            Opcode.READ,
            Opcode.WRITE,
            Opcode.READV,
            Opcode.WRITEV,
            Opcode.SEND,
            Opcode.RECV,
            Opcode.CONNECT,
            Opcode.OPENAT2,
            Opcode.FSYNC,
            Opcode.FTRUNCATE,
            Opcode.RENAMEAT,
            Opcode.UNLINKAT,
            Opcode.MSG_RING,
            Opcode.SHUTDOWN);

    private final SimulatedRing ring;
    private final SimulatedHost host;
    private final SimulatedFileOperations files;
    private final SimulatedSocketOperations sockets;

    SimulatedOperations(SimulatedRing ring, SimulatedHost host, SimulatedFaults faults, SplittableRandom random) {
        this.ring = ring;
        this.host = host;
        files = new SimulatedFileOperations(host, faults, random);
        sockets = new SimulatedSocketOperations(ring, host, faults, random);
    }

    private static RingFeatures features(int... opcodes) {
        final BitSet known = new BitSet();
        for (final int opcode : opcodes) {
            known.set(opcode);
        }
        return new RingFeatures(known, RingFeatures.FEAT_NODROP | RingFeatures.FEAT_SUBMIT_STABLE, 0, "simulated");
    }

    /** Goes as far as it can: completes the request, or leaves it waiting for its descriptor. */
    void run(SimulatedRequest request) {
        if (request.decided != 0) {
            ring.finish(request, request.decided);
            return;
        }
        switch (request.opcode) {
            case Opcode.NOP -> ring.finish(request, 0);
            case Opcode.POLL_ADD -> poll(request);
            case Opcode.POLL_REMOVE, Opcode.ASYNC_CANCEL -> ring.cancel(request);
            case Opcode.TIMEOUT -> timeout(request);
            case Opcode.MSG_RING -> ring.finish(request, ring.sendMessage(request));
            case Opcode.ACCEPT -> sockets.accept(request);
            case Opcode.CONNECT -> sockets.connect(request);
            case Opcode.RECV -> sockets.receive(request);
            case Opcode.SEND -> sockets.send(request);
            case Opcode.SHUTDOWN -> sockets.shutdown(request);
            case Opcode.READ, Opcode.READV -> read(request);
            case Opcode.WRITE, Opcode.WRITEV -> write(request);
            case Opcode.OPENAT2 -> ring.finish(request, files.open(request));
            case Opcode.STATX -> ring.finish(request, files.statx(request));
            case Opcode.FSYNC -> ring.finish(request, files.fsync(request));
            case Opcode.FTRUNCATE -> ring.finish(request, files.ftruncate(request));
            case Opcode.RENAMEAT -> ring.finish(request, files.rename(request));
            case Opcode.UNLINKAT -> ring.finish(request, files.unlink(request));
            case Opcode.CLOSE -> ring.finish(request, host.closeNow(request.fd));
            default -> ring.finish(request, -Errno.EINVAL);
        }
    }

    private void poll(SimulatedRequest request) {
        final SimulatedDescriptor descriptor = request.descriptor;
        if (descriptor == null || (request.length & ~IoUring.POLL_ADD_MULTI) != 0) {
            ring.finish(request, descriptor == null ? -Errno.EBADF : -Errno.EINVAL);
            return;
        }
        final int mask = descriptor.ready() & request.awaitedMask();
        if (mask == 0) {
            ring.await(request);
        } else if (request.isMultishot() && ring.postMore(request, mask)) {
            ring.await(request);
        } else {
            ring.finish(request, mask);
        }
    }

    private void read(SimulatedRequest request) {
        if (request.isOfAFile()) {
            ring.finish(request, files.read(request));
        } else {
            sockets.receive(request);
        }
    }

    private void write(SimulatedRequest request) {
        if (request.isOfAFile()) {
            ring.finish(request, files.write(request));
        } else {
            sockets.send(request);
        }
    }

    private void timeout(SimulatedRequest request) {
        if (ring.posted() >= request.targetCount) {
            ring.finish(request, 0);
        } else if (ring.nanoTime() >= request.dueNs) {
            ring.finish(request, -Errno.ETIME);
        }
    }
}
