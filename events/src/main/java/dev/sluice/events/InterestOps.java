// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.interest.Declaration;
import dev.sluice.uring.linux.PollMask;

/**
 * What a descriptor may be declared for, and found ready for: the bits of poll(2), to be combined by OR.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class InterestOps {
    /** Bytes, a connection or an end of file can be read without waiting. */
    public static final int READABLE = PollMask.POLLIN;

    /** An exceptional condition: urgent data of a TCP socket, a trigger of pressure stall information that fired. */
    public static final int EXCEPTIONAL = PollMask.POLLPRI;

    /** Bytes can be written without waiting. */
    public static final int WRITABLE = PollMask.POLLOUT;

    /** The peer has ended its sending side. */
    public static final int PEER_CLOSED = PollMask.POLLRDHUP;

    /** An error is pending. Reported without being declared. */
    public static final int ERROR = PollMask.POLLERR;

    /** Both directions are at their end. Reported without being declared. */
    public static final int HUNG_UP = PollMask.POLLHUP;

    /**
     * Not a condition but how the others are reported: as long as one holds an event comes again after each that was
     * handled, as with poll(2) and epoll(7) without EPOLLET. Without it an event comes for each arrival only. Costs an SQE
     * for each event.
     */
    public static final int LEVEL = Declaration.LEVEL;

    private InterestOps() {}
}
