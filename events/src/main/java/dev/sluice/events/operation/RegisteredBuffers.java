// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.uring.RingException;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.linux.Errno;
import org.slf4j.LoggerFactory;

/**
 * Memory that the ring keeps mapped and pinned, so that a transfer need not look up its pages. Where the ring takes none, or no
 * more, its owner goes on without; a kernel that refuses is quoted in the log, once.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class RegisteredBuffers {
    /** What a buffer has that is not registered, in place of an index. */
    public static final int NONE = -1;

    /** The most that a ring takes. */
    private static final int PLACES = 16_384;

    private final RingRegistration registration;
    private boolean tableRegistered;
    private boolean refused;
    private int nextPlace;

    RegisteredBuffers(RingRegistration registration) {
        this.registration = registration;
    }

    /**
     * Registers a buffer until the queue is closed. Takes tens of microseconds: for memory that is kept.
     *
     * @param address of the first byte, of memory that stays allocated so long
     * @param lengthBytes at most 1 GiB
     * @return its index, for {@link dev.sluice.uring.Sqe#prepReadFixed} and {@link dev.sluice.uring.Sqe#prepWriteFixed}, or {@link
     *     #NONE}
     */
    public int register(long address, int lengthBytes) {
        if (refused || nextPlace == PLACES) {
            return NONE;
        }
        try {
            if (!tableRegistered) {
                registration.registerBufferTable(PLACES);
                tableRegistered = true;
            }
            registration.registerBuffer(nextPlace, address, lengthBytes);
            return nextPlace++;
        } catch (RingException e) {
            refused = true;
            sayWhy(e);
            return NONE;
        }
    }

    private void sayWhy(RingException refusal) {
        if (refusal.errno() != Errno.EOPNOTSUPP) { // else it is no ring of the kernel, which is said already
            // Whose words users look for in the log.
            LoggerFactory.getLogger("dev.sluice.events.EventQueue")
                    .info(
                            "{} buffers are registered with the ring, the others are slower to transfer: {}; against ENOMEM"
                                    + " helps a higher RLIMIT_MEMLOCK (ulimit -l), against EINVAL Linux 5.19",
                            nextPlace,
                            refusal.getMessage());
        }
    }

    /** Nothing is in flight any more. The close of the ring would unpin the memory too, but some time later. */
    void close() {
        if (tableRegistered) {
            tableRegistered = false;
            registration.unregisterBuffers();
        }
    }
}
