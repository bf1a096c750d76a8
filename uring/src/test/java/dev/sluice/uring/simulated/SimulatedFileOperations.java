// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.StatxLayout;
import java.util.SplittableRandom;

/** What operations of a {@link SimulatedRing} do to files and their names; each returns its result. There are no directories. */
final class SimulatedFileOperations {
    private static final int MOST_VECTORS = 1_024;
    private static final int FILE_MODE = Statx.S_IFREG | 0x1a4;

    private final SimulatedHost host;
    private final SimulatedFaults faults;
    private final SplittableRandom random;

    SimulatedFileOperations(SimulatedHost host, SimulatedFaults faults, SplittableRandom random) {
        this.host = host;
        this.faults = faults;
        this.random = random;
    }

    int open(SimulatedRequest request) {
        if (request.address == 0L || request.offset == 0L) {
            return -Errno.EFAULT;
        }
        final String name = SimulatedMemory.text(request.address);
        final long flags = new Pointer(request.offset).getLong(OpenHowLayout.FLAGS);
        final boolean create = (flags & OpenFlags.O_CREAT) != 0L;
        final long resolve = new Pointer(request.offset).getLong(OpenHowLayout.RESOLVE);
        if ((resolve & ResolveFlags.RESOLVE_CACHED) != 0L) {
            final boolean changes =
                    create || (flags & OpenFlags.O_TRUNC) != 0L || OpenFlags.isSet(flags, OpenFlags.O_TMPFILE);
            if (changes || !faults.cached(random)) {
                return -Errno.EAGAIN;
            }
        }
        if ((resolve & (ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT)) != 0L && faults.renamed(random)) {
            return -Errno.EAGAIN;
        }
        final SimulatedFile existing = host.file(name, false);
        if (existing != null && create && (flags & OpenFlags.O_EXCL) != 0L) {
            return -Errno.EEXIST;
        }
        final SimulatedFile file = host.file(name, create);
        if (file == null) {
            return -Errno.ENOENT;
        }
        if ((flags & OpenFlags.O_TRUNC) != 0L) {
            file.truncate(0);
        }
        return host.add(new SimulatedDescriptor(SimulatedDescriptor.Kind.FILE, file));
    }

    /** READ and READV of a file. */
    int read(SimulatedRequest request) {
        if (hasTooManyVectors(request)) {
            return -Errno.EINVAL;
        }
        final SimulatedDescriptor descriptor = request.descriptor;
        final long from = request.offset < 0L ? descriptor.position : request.offset;
        final byte[] bytes = descriptor.file.read(from, transferable(request));
        SimulatedMemory.put(request, bytes);
        if (request.offset < 0L) {
            descriptor.position += bytes.length;
        }
        return bytes.length;
    }

    /** WRITE and WRITEV of a file. */
    int write(SimulatedRequest request) {
        if (hasTooManyVectors(request)) {
            return -Errno.EINVAL;
        }
        final SimulatedDescriptor descriptor = request.descriptor;
        final long to = request.offset < 0L ? descriptor.position : request.offset;
        final byte[] bytes = SimulatedMemory.get(request, transferable(request));
        descriptor.file.write(to, bytes);
        if (request.offset < 0L) {
            descriptor.position += bytes.length;
        }
        return bytes.length;
    }

    private static boolean hasTooManyVectors(SimulatedRequest request) {
        return (request.opcode == Opcode.READV || request.opcode == Opcode.WRITEV)
                && (request.length < 0 || request.length > MOST_VECTORS);
    }

    private int transferable(SimulatedRequest request) {
        final int length = SimulatedMemory.lengthOf(request);
        return length == 0 ? 0 : faults.transferable(length, random);
    }

    int statx(SimulatedRequest request) {
        final String name = SimulatedMemory.text(request.address);
        final SimulatedFile file;
        if (!name.isEmpty()) {
            file = host.file(name, false);
        } else {
            final SimulatedDescriptor opened = host.find(request.fd);
            file = opened == null ? null : opened.file;
        }
        if (file == null) {
            return name.isEmpty() ? -Errno.EBADF : -Errno.ENOENT;
        }
        final Pointer status = new Pointer(request.offset);
        status.clear(StatxLayout.SIZE);
        status.setInt(StatxLayout.MASK, Statx.STATX_BASIC_STATS);
        status.setShort(StatxLayout.MODE, (short) FILE_MODE);
        status.setLong(StatxLayout.FILE_SIZE, file.sizeBytes());
        status.setInt(StatxLayout.LINKS, host.isNamed(file) ? 1 : 0);
        return 0;
    }

    /** All that was written is at once what would survive; so there is nothing to do but to say to what it can be done. */
    int fsync(SimulatedRequest request) {
        if ((request.operationFlags & ~1) != 0) {
            return -Errno.EINVAL;
        }
        return whyNoFile(request);
    }

    int ftruncate(SimulatedRequest request) {
        final int refusal = request.descriptor != null && request.offset < 0L ? -Errno.EINVAL : whyNoFile(request);
        if (refusal == 0) {
            request.descriptor.file.truncate(Math.toIntExact(request.offset));
        }
        return refusal;
    }

    private static int whyNoFile(SimulatedRequest request) {
        final SimulatedDescriptor descriptor = request.descriptor;
        if (descriptor == null) {
            return -Errno.EBADF;
        }
        return descriptor.kind == SimulatedDescriptor.Kind.FILE ? 0 : -Errno.EINVAL;
    }

    int rename(SimulatedRequest request) {
        final int flags = request.operationFlags;
        final boolean noReplace = flags == PathFlags.RENAME_NOREPLACE;
        if (flags != 0 && !noReplace && flags != PathFlags.RENAME_EXCHANGE) {
            return -Errno.EINVAL;
        }
        final String oldName = SimulatedMemory.text(request.address);
        final String newName = SimulatedMemory.text(request.offset);
        final SimulatedFile file = host.file(oldName, false);
        final SimulatedFile replaced = host.file(newName, false);
        if (file == null || (flags == PathFlags.RENAME_EXCHANGE && replaced == null)) {
            return -Errno.ENOENT;
        }
        if (replaced != null && noReplace) {
            return -Errno.EEXIST;
        }
        host.name(oldName, flags == PathFlags.RENAME_EXCHANGE ? replaced : null);
        host.name(newName, file);
        return 0;
    }

    /** A file without a name lives on in the descriptors that have it open. */
    int unlink(SimulatedRequest request) {
        if ((request.operationFlags & ~PathFlags.AT_REMOVEDIR) != 0) {
            return -Errno.EINVAL;
        }
        final String name = SimulatedMemory.text(request.address);
        if (host.file(name, false) == null) {
            return -Errno.ENOENT;
        }
        if (request.operationFlags != 0) {
            return -Errno.ENOTDIR;
        }
        host.name(name, null);
        return 0;
    }
}
