// SPDX-License-Identifier: Apache-2.0
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
 * <p>Where the fields of the queues lie within the mappings the kernel says itself: {@link ParamsLayout}.
 */
public final class RingLayout {

    /** Pointer to the entries, a mapping of its own. */
    public static final int SQ_SQES = 56;

    /** size_t, length of the mapping at SQ_RING_PTR. */
    public static final int SQ_RING_SZ = 72;

    /** Pointer. */
    public static final int SQ_RING_PTR = 80;

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
