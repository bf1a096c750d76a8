// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct pollfd}.
 *
 * <pre>
 *    0                 4        6        8
 *   +-----------------+--------+--------+
 * 0 | fd              | events | revents|
 *   +-----------------+--------+--------+
 * </pre>
 */
public final class PollfdLayout {

    /** s32. */
    public static final int FD = 0;

    /** s16, POLL* asked for. */
    public static final int EVENTS = 4;

    /** s16, POLL* found. */
    public static final int REVENTS = 6;

    /** Size in bytes. */
    public static final int SIZE = 8;

    private PollfdLayout() {}
}
