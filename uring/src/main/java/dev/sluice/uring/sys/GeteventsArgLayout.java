// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_getevents_arg}: the argument of io_uring_enter with IORING_ENTER_EXT_ARG.
 *
 * <pre>
 *    0                                 8                 12                16
 *   +-----------------------------------+-----------------+-----------------+
 * 0 | sigmask: address                  | sigmask_sz      | min_wait_usec   |
 *   +-----------------------------------+-----------------+-----------------+
 *16 | ts: address of a timespec         |
 *   +-----------------------------------+
 * </pre>
 */
public final class GeteventsArgLayout {

    /** u64, address of the longest wait, a {@link TimespecLayout}. */
    public static final int TS = 16;

    /** Size in bytes. */
    public static final int SIZE = 24;

    private GeteventsArgLayout() {}
}
