// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.Descriptor;
import dev.sluice.aio.operation.IoContext;

/** An inotify instance that the ring polls for. */
abstract class InotifyDescriptor extends Descriptor {
    InotifyDescriptor(IoContext io, String face) {
        super(io, face);
    }

    /** Reads what the kernel has noted until now; false if it was nothing. */
    abstract boolean drain(int fd);

    /** The poll has ended, as with the close. */
    void unpolled() {}
}
