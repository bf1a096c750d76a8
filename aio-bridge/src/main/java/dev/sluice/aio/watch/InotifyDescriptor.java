// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.Descriptor;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An inotify instance that the ring polls for. It is read without waiting, on the queue's thread. */
abstract class InotifyDescriptor extends Descriptor {
    /** Not a mapping of ours: whoever keeps this object keeps the memory, and no request of the kernel's does. */
    private final ByteBuffer records;

    private final long recordsAddress;
    private final int mostReads;

    /** {@code mostReads}: who changes files faster than they are read here does not hold the loop. */
    InotifyDescriptor(IoContext io, String face, int readBytes, int mostReads) {
        super(io, face);
        records = ByteBuffer.allocateDirect(readBytes).order(ByteOrder.nativeOrder());
        recordsAddress = NativeMemory.addressOf(records);
        this.mostReads = mostReads;
    }

    /** Reads what the kernel has noted until now; false if it was nothing. */
    abstract boolean drain(int fd);

    /** Takes the record that begins at {@code at}. */
    abstract void read(ByteBuffer from, int at);

    /** Reads until nothing is left, or until it has read so often as it may; returns how often. */
    final int readAll(int fd) {
        int reads = 0;
        int lengthBytes = -Errno.EAGAIN;
        while (reads < mostReads && (lengthBytes = Descriptors.read(fd, recordsAddress, records.capacity())) > 0) {
            reads++;
            for (int at = 0; at < lengthBytes; at = Inotify.next(records, at)) {
                read(records, at);
            }
        }
        if (lengthBytes <= 0 && lengthBytes != -Errno.EAGAIN && lengthBytes != -Errno.EINTR) {
            throw new IllegalStateException(
                    Errno.describe("read", "inotify descriptor " + fd, lengthBytes == 0 ? Errno.EIO : -lengthBytes));
        }
        return reads;
    }

    /** The poll has ended, as with the close. */
    void unpolled() {}
}
