package dev.sluice.uring.sys;

/**
 * {@code struct io_uring} of liburing, versions 2.0 to 2.15: where the library mapped the queues.
 *
 * <pre>
 *   0            104          192     196       200        204             216
 *  +------------+------------+-------+---------+----------+---------------+
 *  | sq         | cq         | flags | ring_fd | features | enter_ring_fd |
 *  +------------+------------+-------+---------+----------+---------------+
 *
 *  sq  +0 khead  +8 ktail  +16 kring_mask  +24 kring_entries  +32 kflags  +40 kdropped  +48 array  +56 sqes
 *      +64 sqe_head  +68 sqe_tail  +72 ring_sz  +80 ring_ptr  +88 ring_mask  +92 ring_entries
 *  cq  +0 khead  +8 ktail  +16 kring_mask  +24 kring_entries  +32 kflags  +40 koverflow  +48 cqes
 *      +56 ring_sz  +64 ring_ptr  +72 ring_mask  +76 ring_entries
 * </pre>
 *
 * <p>The fields that begin with k, and array, sqes and cqes, are addresses; those of the ring fields lie in the mapping at ring_ptr.
 */
public final class RingLayout {

    /** Pointer to u32, moved by the kernel. */
    public static final int SQ_KHEAD = 0;

    /** Pointer to u32, moved by us. */
    public static final int SQ_KTAIL = 8;

    /** Pointer to u32, IORING_SQ_*. */
    public static final int SQ_KFLAGS = 32;

    /** Pointer to u32[], absent with IORING_SETUP_NO_SQARRAY. */
    public static final int SQ_ARRAY = 48;

    /** Pointer to the entries, a mapping of its own. */
    public static final int SQ_SQES = 56;

    /** size_t, length of the mapping at SQ_RING_PTR. */
    public static final int SQ_RING_SZ = 72;

    /** Pointer. */
    public static final int SQ_RING_PTR = 80;

    /** Pointer to u32, moved by us. */
    public static final int CQ_KHEAD = 104;

    /** Pointer to u32, moved by the kernel. */
    public static final int CQ_KTAIL = 112;

    /** Pointer to the entries, in the mapping at CQ_RING_PTR. */
    public static final int CQ_CQES = 152;

    /** size_t, length of the mapping at CQ_RING_PTR. */
    public static final int CQ_RING_SZ = 160;

    /** Pointer, the same as SQ_RING_PTR since Linux 5.4. */
    public static final int CQ_RING_PTR = 168;

    /** s32. */
    public static final int RING_FD = 196;

    /** Size in bytes of liburing 2.3; what is allocated leaves room for a later one. */
    public static final int SIZE = 216;

    private RingLayout() {}
}
