package dev.sluice.uring;

import com.sun.jna.Pointer;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.StatxLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** What each operation of a {@link SimulatedRing} does to the host and to the memory it points to. */
final class SimulatedOperations {
    private static final long O_CREAT = 0x40L;
    private static final int POLL_ADD_MULTI = 1;
    private static final int FILE_MODE = Statx.S_IFREG | 0x1a4;

    private final SimulatedRing ring;
    private final SimulatedHost host;
    private final SimulatedFaults faults;
    private final SplittableRandom random;

    SimulatedOperations(SimulatedRing ring, SimulatedHost host, SimulatedFaults faults, SplittableRandom random) {
        this.ring = ring;
        this.host = host;
        this.faults = faults;
        this.random = random;
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
            case Opcode.ACCEPT -> accept(request);
            case Opcode.RECV -> receive(request);
            case Opcode.SEND -> send(request);
            case Opcode.OPENAT2 -> open(request);
            case Opcode.READ -> read(request);
            case Opcode.WRITE -> write(request);
            case Opcode.STATX -> statx(request);
            case Opcode.CLOSE -> ring.finish(request, host.closeNow(request.fd));
            case Opcode.SHUTDOWN -> shutdown(request);
            case Opcode.TIMEOUT -> timeout(request);
            default -> ring.finish(request, -Errno.EINVAL);
        }
    }

    private void poll(SimulatedRequest request) {
        final SimulatedDescriptor descriptor = request.descriptor;
        if (descriptor == null || (request.length & ~POLL_ADD_MULTI) != 0) {
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

    private void accept(SimulatedRequest request) {
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

    private void receive(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        if (stream == null || stream.kind != SimulatedDescriptor.Kind.STREAM) {
            ring.finish(request, stream == null ? -Errno.EBADF : -Errno.ENOTCONN);
            return;
        }
        final int wanted = request.length - request.transferred;
        final int there = Math.min(wanted, stream.receivedBytes());
        if (there > 0 && !stream.shutForReading) {
            final byte[] bytes = host.receive(stream, faults.transferable(there, random));
            new Pointer(request.address + request.transferred).write(0L, bytes, 0, bytes.length);
            request.transferred += bytes.length;
        }
        final boolean ended = stream.endOfStream || stream.shutForReading;
        final boolean all = (request.operationFlags & SocketFlags.MSG_WAITALL) != 0;
        if (request.transferred == request.length || ended || (request.transferred > 0 && !all)) {
            ring.finish(request, request.transferred);
        } else {
            ring.await(request);
        }
    }

    private void send(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        if (stream == null || stream.kind != SimulatedDescriptor.Kind.STREAM) {
            ring.finish(request, stream == null ? -Errno.EBADF : -Errno.ENOTCONN);
            return;
        }
        final int length = faults.transferable(request.length, random);
        final int sent = host.send(stream, new Pointer(request.address).getByteArray(0L, length));
        if (sent == 0 && request.length > 0) {
            ring.await(request);
        } else {
            ring.finish(request, sent);
        }
    }

    private void open(SimulatedRequest request) {
        final String name = new Pointer(request.address).getString(0L, StandardCharsets.UTF_8.name());
        final long openFlags = new Pointer(request.offset).getLong(OpenHowLayout.FLAGS);
        final SimulatedFile file = host.file(name, (openFlags & O_CREAT) != 0L);
        ring.finish(
                request,
                file == null ? -Errno.ENOENT : host.add(new SimulatedDescriptor(SimulatedDescriptor.Kind.FILE, file)));
    }

    private void read(SimulatedRequest request) {
        final SimulatedDescriptor descriptor = request.descriptor;
        if (descriptor == null || descriptor.kind != SimulatedDescriptor.Kind.FILE) {
            receive(request);
            return;
        }
        final long from = request.offset < 0L ? descriptor.position : request.offset;
        final int length = request.length == 0 ? 0 : faults.transferable(request.length, random);
        final byte[] bytes = descriptor.file.read(from, length);
        new Pointer(request.address).write(0L, bytes, 0, bytes.length);
        if (request.offset < 0L) {
            descriptor.position += bytes.length;
        }
        ring.finish(request, bytes.length);
    }

    private void write(SimulatedRequest request) {
        final SimulatedDescriptor descriptor = request.descriptor;
        if (descriptor == null || descriptor.kind != SimulatedDescriptor.Kind.FILE) {
            send(request);
            return;
        }
        final long to = request.offset < 0L ? descriptor.position : request.offset;
        final int length = request.length == 0 ? 0 : faults.transferable(request.length, random);
        descriptor.file.write(to, new Pointer(request.address).getByteArray(0L, length));
        if (request.offset < 0L) {
            descriptor.position += length;
        }
        ring.finish(request, length);
    }

    private void statx(SimulatedRequest request) {
        final String name = new Pointer(request.address).getString(0L, StandardCharsets.UTF_8.name());
        final SimulatedFile file;
        if (!name.isEmpty()) {
            file = host.file(name, false);
        } else {
            final SimulatedDescriptor opened = host.find(request.fd);
            file = opened == null ? null : opened.file;
        }
        if (file == null) {
            ring.finish(request, name.isEmpty() ? -Errno.EBADF : -Errno.ENOENT);
            return;
        }
        final Pointer status = new Pointer(request.offset);
        status.clear(StatxLayout.SIZE);
        status.setInt(StatxLayout.MASK, Statx.STATX_BASIC_STATS);
        status.setShort(StatxLayout.MODE, (short) FILE_MODE);
        status.setLong(StatxLayout.FILE_SIZE, file.sizeBytes());
        ring.finish(request, 0);
    }

    private void shutdown(SimulatedRequest request) {
        final SimulatedDescriptor stream = request.descriptor;
        ring.finish(request, stream == null ? -Errno.EBADF : host.shutdown(stream, request.length));
    }

    private void timeout(SimulatedRequest request) {
        if (ring.posted() >= request.targetCount) {
            ring.finish(request, 0);
        } else if (ring.nanoTime() >= request.dueNs) {
            ring.finish(request, -Errno.ETIME);
        }
    }
}
