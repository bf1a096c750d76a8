// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.host.NativeAccess;
import dev.sluice.uring.sys.LibUring;
import java.nio.ByteBuffer;

/**
 * How one ring is reached: io_uring's three system calls, and the mapping and unmapping around them. A failure of a system call is its
 * negated errno. {@code toString()} names the binding.
 */
interface RingBinding {

    /** System property: {@code true} reaches every ring by system calls even where liburing is installed. */
    String SYSTEM_CALLS_PROPERTY = "sluice.uring.systemCalls";

    /** By liburing where that is installed, 2.3 or later, and not declined by {@link #SYSTEM_CALLS_PROPERTY}; else by system calls. */
    static RingBinding choose(String soname) {
        NativeAccess.check();
        if (Boolean.getBoolean(SYSTEM_CALLS_PROPERTY)) {
            return new SystemCallBinding("-D" + SYSTEM_CALLS_PROPERTY);
        }
        try {
            LibUring.bind(soname);
            return new LiburingBinding(soname);
        } catch (UnsatisfiedLinkError e) {
            // JNA's first line says what it tried, the second why the dynamic linker refused.
            final String message = String.valueOf(e.getMessage());
            return new SystemCallBinding(message.lines().skip(1).findFirst().orElse(message));
        }
    }

    /** Set-up flags this binding would get wrong. */
    int refusedFlags();

    /**
     * Sets the ring up, disabled, and maps its queues; after a refusal it may be called again with other params.
     *
     * @param params struct io_uring_params, answered
     * @return the descriptor, or a negated errno
     * @throws RingUnavailableException if the ring is there but cannot be mapped; nothing of it is left
     */
    int setup(int entries, ByteBuffer params);

    /** The queues of a ring that is set up. */
    RingMapping mapping();

    /** io_uring_enter(2). */
    int enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize);

    /** io_uring_register(2). */
    int register(int opcode, long argument, int count);

    /** Unmaps the queues and closes the ring. */
    void exit();

    /** Unmaps the queues of a ring whose descriptor is not its own any more. */
    void exitWithoutDescriptor();
}
