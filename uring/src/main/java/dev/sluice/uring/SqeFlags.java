// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * Flags of a submission queue entry (IOSQE_*), for {@link Sqe#flags(int)}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class SqeFlags {

    /** Starts after everything submitted before it has completed; 5.2. */
    public static final int IO_DRAIN = 1 << 1;

    /** The next entry starts when this one has succeeded and is cancelled when it fails; 5.3. */
    public static final int IO_LINK = 1 << 2;

    /** As IO_LINK, but the next entry starts whatever this one's result; 5.5. */
    public static final int IO_HARDLINK = 1 << 3;

    /** Goes to a kernel worker thread without a non-blocking attempt; 5.6. */
    public static final int ASYNC = 1 << 4;

    /** The kernel picks the buffer, from a group; 5.7. */
    public static final int BUFFER_SELECT = 1 << 5;

    private SqeFlags() {}
}
