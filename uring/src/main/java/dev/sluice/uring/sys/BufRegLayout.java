// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_buf_reg}: which ring of buffers is registered.
 *
 * <pre>
 *    0                       8                12               16
 *   +-----------------------+----------------+-------+--------+
 * 0 | ring_addr             | ring_entries   | bgid  | flags  |
 *   +-----------------------+----------------+-------+--------+
 *16 | resv[3]                                                 |  24 bytes
 *   +---------------------------------------------------------+
 * </pre>
 */
public final class BufRegLayout {

    /** u64, page-aligned address of {@link BufLayout}s. */
    public static final int RING_ADDRESS = 0;

    /** u32, how many, a power of two. */
    public static final int RING_ENTRIES = 8;

    /** u16, the group's number. */
    public static final int GROUP = 12;

    /** Size in bytes. */
    public static final int SIZE = 40;

    private BufRegLayout() {}
}
