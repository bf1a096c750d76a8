// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_buf}: a buffer that the kernel may pick, one of a ring of them. The ring's tail lies in the unused bytes of the first.
 *
 * <pre>
 *    0                       8                12               16
 *   +-----------------------+----------------+-------+--------+
 * 0 | addr                  | len            | bid   | tail   |
 *   +-----------------------+----------------+-------+--------+
 * </pre>
 */
public final class BufLayout {

    /** u64. */
    public static final int ADDRESS = 0;

    /** u32, bytes. */
    public static final int LENGTH = 8;

    /** u16, returned in the completion's flags. */
    public static final int ID = 12;

    /** u16, in the first of the ring only: moved by us. */
    public static final int TAIL = 14;

    /** Size in bytes. */
    public static final int SIZE = 16;

    private BufLayout() {}
}
