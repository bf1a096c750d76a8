// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.SocketAddressLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** What operations of a {@link SimulatedRing} do to sockets: each completes its request, or leaves it waiting. */
final class SimulatedSocketOperations {
    private final SimulatedRing ring;
    private final SimulatedHost host;
    private final SimulatedFaults faults;
    private final SplittableRandom random;

    SimulatedSocketOperations(SimulatedRing ring, SimulatedHost host, SimulatedFaults faults, SplittableRandom random) {
        this.ring = ring;
        this.host = host;
        this.faults = faults;
        this.random = random;
    }

    void accept(SimulatedRequest request) {
        final SimulatedDescriptor listener = request.descriptor;
        if (listener == null || listener.kind != SimulatedDescriptor.Kind.LISTENER) {
            ring.finish(request, listener == null ? -Errno.EBADF : -Errno.EINVAL);
            return;
        }
        while (!listener.backlog.isEmpty()) {
            final int accepted = listener.backlog.poll();
            if (!request.isMultishot() || !ring.postMore(request, accepted)) {
                ring.finish(request, accepted);
                return;
            }
        }
        ring.await(request);
    }

    void connect(SimulatedRequest request) {
        final SimulatedDescriptor socket = request.descriptor;
        if (socket == null || socket.kind != SimulatedDescriptor.Kind.STREAM) {
            ring.finish(request, socket == null ? -Errno.EBADF : -Errno.ENOTSOCK);
        } else if (socket.connected) {
            ring.finish(request, -Errno.EISCONN);
        } else {
            ring.finish(request, host.connect(socket, portAt(request.address)));
        }
    }

    private static int portAt(long socketAddress) {
        final Pointer address = new Pointer(socketAddress);
        if (address.getShort(SocketAddressLayout.FAMILY) != LibC.AF_INET) {
            return 0;
        }
        final short port = address.getShort(SocketAddressLayout.PORT);
        return Short.toUnsignedInt(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Short.reverseBytes(port) : port);
    }

    /** RECV, and READ and READV of a stream. */
    void receive(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        if (stream == null || !stream.connected) {
            ring.finish(request, stream == null ? -Errno.EBADF : -Errno.ENOTCONN);
            return;
        }
        final int length = SimulatedMemory.lengthOf(request);
        final int there = Math.min(length - request.transferred, stream.receivedBytes());
        if (there > 0 && !stream.shutForReading) {
            final byte[] bytes = host.receive(stream, faults.transferable(there, random));
            SimulatedMemory.put(request, bytes);
            request.transferred += bytes.length;
        }
        final boolean ended = stream.endOfStream || stream.shutForReading;
        final boolean all = (request.operationFlags & SocketFlags.MSG_WAITALL) != 0;
        if (request.transferred == length || ended || (request.transferred > 0 && !all)) {
            ring.finish(request, request.transferred);
        } else if ((request.operationFlags & SocketFlags.MSG_DONTWAIT) != 0) {
            ring.finish(request, request.transferred > 0 ? request.transferred : -Errno.EAGAIN);
        } else {
            ring.await(request);
        }
    }

    /** SEND, and WRITE and WRITEV of a stream. */
    void send(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        if (stream == null || !stream.connected) {
            ring.finish(request, stream == null ? -Errno.EBADF : -Errno.EPIPE); // as TCP does: it might have been
            return;
        }
        final int length = SimulatedMemory.lengthOf(request);
        final int sent = host.send(stream, SimulatedMemory.get(request, faults.transferable(length, random)));
        if (sent == 0 && length > 0) {
            ring.await(request);
        } else {
            ring.finish(request, sent);
        }
    }

    void shutdown(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        ring.finish(request, stream == null ? -Errno.EBADF : host.shutdown(stream, request.length));
    }
}
