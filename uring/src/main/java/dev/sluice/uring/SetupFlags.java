// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * Flags of io_uring_setup (IORING_SETUP_*), as {@link dev.sluice.uring.kernel.KernelRing#setupFlags()} reports them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</a>
 */
public final class SetupFlags {

    /** The size of the completion queue is given; 5.5. */
    public static final int CQSIZE = 1 << 3;

    /** Sizes above the kernel's limits are reduced, not refused; 5.6. */
    public static final int CLAMP = 1 << 4;

    /** The ring starts disabled; 5.10. */
    public static final int R_DISABLED = 1 << 6;

    /** A failing entry does not end the submission of those after it; 5.18. */
    public static final int SUBMIT_ALL = 1 << 7;

    /** Completion work waits for the next system call, no interrupt for it; 5.19. */
    public static final int COOP_TASKRUN = 1 << 8;

    /** Waiting completion work is announced in the ring (IORING_SQ_TASKRUN); 5.19. */
    public static final int TASKRUN_FLAG = 1 << 9;

    /** Only one thread submits; 6.0. */
    public static final int SINGLE_ISSUER = 1 << 12;

    /** Completion work runs only when the owner enters the ring for completions; 6.1. */
    public static final int DEFER_TASKRUN = 1 << 13;

    /** The submission queue has no index array; 6.6. Asked for by system calls; newer liburing sets it unasked. */
    public static final int NO_SQARRAY = 1 << 16;

    private SetupFlags() {}
}
