// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_rsrc_update2}: buffers for some places of a table.
 *
 * <pre>
 *    0               4               8                       16
 *   +---------------+---------------+-----------------------+
 * 0 | offset        | resv          | data                  |
 *   +---------------+---------------+-----------+-----------+
 *16 | tags                          | nr        | resv2     |
 *   +-------------------------------+-----------+-----------+
 * </pre>
 */
public final class RsrcUpdateLayout {

    /** u32, the first place. */
    public static final int OFFSET = 0;

    /** Pointer to {@link IovecLayout}s. */
    public static final int DATA = 8;

    /** u32, how many. */
    public static final int COUNT = 24;

    /** Size in bytes. */
    public static final int SIZE = 32;

    private RsrcUpdateLayout() {}
}
