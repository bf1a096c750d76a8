// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_params}: what set-up asks for, and what the kernel answers.
 *
 * <pre>
 *    0                 4                 8                 12                16
 *   +-----------------+-----------------+-----------------+-----------------+
 * 0 | sq_entries      | cq_entries      | flags           | sq_thread_cpu   |
 *   +-----------------+-----------------+-----------------+-----------------+
 *16 | sq_thread_idle  | features        | wq_fd           | resv[3] ...     |
 *   +-----------------+-----------------+-----------------+-----------------+
 *40 | sq_off.head     | tail            | ring_mask       | ring_entries    |
 *   +-----------------+-----------------+-----------------+-----------------+
 *56 | flags           | dropped         | array           | resv1 ...       |
 *   +-----------------+-----------------+-----------------+-----------------+
 *80 | cq_off.head     | tail            | ring_mask       | ring_entries    |
 *   +-----------------+-----------------+-----------------+-----------------+
 *96 | overflow        | cqes            | flags           | resv1 ...       |
 *   +-----------------+-----------------+-----------------+-----------------+
 * </pre>
 *
 * <p>The members of sq_off and cq_off (struct io_sqring_offsets, io_cqring_offsets) are offsets in the mapping of the rings.
 */
public final class ParamsLayout {

    /** u32, answered. */
    public static final int SQ_ENTRIES = 0;

    /** u32, asked with IORING_SETUP_CQSIZE, answered always. */
    public static final int CQ_ENTRIES = 4;

    /** u32, IORING_SETUP_*. */
    public static final int FLAGS = 8;

    /** u32, IORING_FEAT_*, answered. */
    public static final int FEATURES = 20;

    /** u32, answered: where the u32 is that the kernel moves. */
    public static final int SQ_HEAD = 40;

    /** u32, answered: where the u32 is that we move. */
    public static final int SQ_TAIL = 44;

    /** u32, answered: where the u32 of IORING_SQ_* is. */
    public static final int SQ_FLAGS = 56;

    /** u32, answered: where the u32[] of entry numbers is; 0 with IORING_SETUP_NO_SQARRAY, there is none then. */
    public static final int SQ_ARRAY = 64;

    /** u32, answered: where the u32 is that we move. */
    public static final int CQ_HEAD = 80;

    /** u32, answered: where the u32 is that the kernel moves. */
    public static final int CQ_TAIL = 84;

    /** u32, answered: where the {@link CqeLayout} entries are. */
    public static final int CQ_CQES = 100;

    /** Size in bytes. */
    public static final int SIZE = 120;

    private ParamsLayout() {}
}
