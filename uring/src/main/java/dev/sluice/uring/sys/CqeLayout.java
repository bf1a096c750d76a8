// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_cqe}: a completion queue entry.
 *
 * <pre>
 *    0                                 4                                 8
 *   +---------------------------------------------------------------------+
 * 0 | user_data                                                           |
 *   +-----------------------------------+---------------------------------+
 * 8 | res: result, or negated errno     | flags                           |
 *   +-----------------------------------+---------------------------------+
 * </pre>
 */
public final class CqeLayout {

    /** u64. */
    public static final int USER_DATA = 0;

    /** s32. */
    public static final int RESULT = 8;

    /** u32, IORING_CQE_F_*. */
    public static final int FLAGS = 12;

    /** Size in bytes, without IORING_SETUP_CQE32. */
    public static final int SIZE = 16;

    private CqeLayout() {}
}
