// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_probe} with one {@code struct io_uring_probe_op} per operation: which of them the kernel knows.
 *
 * <pre>
 *    0         1         2                                     16
 *   +---------+---------+-------------------------------------+
 * 0 | last_op | ops_len | reserved                            |
 *   +---------+---------+-------------------------------------+
 *16 | ops[0]: op u8, reserved u8, flags u16, reserved u32     |  8 bytes each
 *   +---------------------------------------------------------+
 * </pre>
 */
public final class ProbeLayout {

    /** u8, number of entries the kernel filled. */
    public static final int OPS_LEN = 1;

    /** Offset of the first entry. */
    public static final int OPS = 16;

    /** u16 within an entry, IO_URING_OP_*. */
    public static final int OP_FLAGS = 2;

    /** Size in bytes of an entry. */
    public static final int OP_SIZE = 8;

    /** The operation can be submitted. */
    public static final int OP_SUPPORTED = 1;

    /** An opcode is a byte. */
    public static final int MAX_OPS = 256;

    /** Size in bytes with {@link #MAX_OPS} entries. */
    public static final int SIZE = OPS + MAX_OPS * OP_SIZE;

    private ProbeLayout() {}
}
