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
 *40 | sq_off: struct io_sqring_offsets, 40 bytes                            |
 *80 | cq_off: struct io_cqring_offsets, 40 bytes                            |
 *   +-----------------------------------------------------------------------+
 * </pre>
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

    /** Size in bytes. */
    public static final int SIZE = 120;

    private ParamsLayout() {}
}
