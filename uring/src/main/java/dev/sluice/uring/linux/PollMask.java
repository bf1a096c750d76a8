// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * Readiness bits, asked for in a poll and found in its result. POLLERR, POLLHUP and POLLNVAL are reported unasked.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class PollMask {

    /** A read or accept will not wait. */
    public static final int POLLIN = 0x001;

    /** Exceptional condition, for example urgent data or a pressure-stall trigger. */
    public static final int POLLPRI = 0x002;

    /** A write will not wait. */
    public static final int POLLOUT = 0x004;

    /** An error is pending, or the read end of a pipe is gone. */
    public static final int POLLERR = 0x008;

    /** Both directions are shut down, or the write end of a pipe is gone. */
    public static final int POLLHUP = 0x010;

    /** Not an open descriptor. */
    public static final int POLLNVAL = 0x020;

    /** The peer will send no more; Linux 2.6.17. */
    public static final int POLLRDHUP = 0x2000;

    private PollMask() {}
}
