// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct __kernel_timespec}.
 *
 * <pre>
 *    0                                 8                                  16
 *   +-----------------------------------+-----------------------------------+
 * 0 | tv_sec: s64                       | tv_nsec: s64, below 1,000,000,000 |
 *   +-----------------------------------+-----------------------------------+
 * </pre>
 */
public final class TimespecLayout {

    /** s64. */
    public static final int SECONDS = 0;

    /** s64. */
    public static final int NANOSECONDS = 8;

    /** Size in bytes. */
    public static final int SIZE = 16;

    private TimespecLayout() {}
}
