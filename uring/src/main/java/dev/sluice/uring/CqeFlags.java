// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * Flags of a completion (IORING_CQE_F_*).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class CqeFlags {

    /** The upper 16 bits hold the id of the provided buffer; 5.7. */
    public static final int F_BUFFER = 1;

    /** The operation will complete again: absent on the last completion of every operation; 5.13. */
    public static final int F_MORE = 1 << 1;

    /** The socket holds more bytes than were received, 5.19; more connections than were accepted, 6.10. */
    public static final int F_SOCK_NONEMPTY = 1 << 2;

    /** A zero-copy send has let go of its buffer; 6.0. */
    public static final int F_NOTIF = 1 << 3;

    /** Position of the buffer id in the flags. */
    public static final int BUFFER_SHIFT = 16;

    private CqeFlags() {}
}
