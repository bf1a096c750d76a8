// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_rsrc_register}: a table of buffers, here one that is empty.
 *
 * <pre>
 *    0               4               8                       16
 *   +---------------+---------------+-----------------------+
 * 0 | nr            | flags         | resv2                 |
 *   +---------------+---------------+-----------------------+
 *16 | data                          | tags                  |
 *   +-------------------------------+-----------------------+
 * </pre>
 */
public final class RsrcRegisterLayout {

    /** u32, how many. */
    public static final int COUNT = 0;

    /** u32, {@link IoUring#RSRC_REGISTER_SPARSE}. */
    public static final int FLAGS = 4;

    /** Size in bytes. */
    public static final int SIZE = 32;

    private RsrcRegisterLayout() {}
}
