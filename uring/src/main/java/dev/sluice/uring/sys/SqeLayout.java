// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct io_uring_sqe}: a submission queue entry.
 *
 * <pre>
 *    0        1        2                 4                                 8
 *   +--------+--------+-----------------+---------------------------------+
 * 0 | opcode | flags  | ioprio          | fd                              |
 *   +--------+--------+-----------------+---------------------------------+
 * 8 | off, addr2: file offset, or a second address                        |
 *   +---------------------------------------------------------------------+
 *16 | addr: buffer, path, or the user_data of a target                    |
 *   +-----------------------------------+---------------------------------+
 *24 | len                               | flags of the operation          |
 *   +-----------------------------------+---------------------------------+
 *32 | user_data                                                           |
 *   +-----------------+-----------------+---------------------------------+
 *40 | buf_index,group | personality     | file_index                      |
 *   +-----------------+-----------------+---------------------------------+
 *48 | addr3                                                               |
 *   +---------------------------------------------------------------------+
 *56 | unused                                                              |
 *   +---------------------------------------------------------------------+
 * </pre>
 */
public final class SqeLayout {

    /** u8, IORING_OP_*. */
    public static final int OPCODE = 0;

    /** u8, IOSQE_*. */
    public static final int FLAGS = 1;

    /** u16, I/O priority of reads and writes; flags of accept, send and receive. */
    public static final int IOPRIO = 2;

    /** s32. */
    public static final int FD = 4;

    /** u64, file offset; the same bytes are addr2. */
    public static final int OFFSET = 8;

    /** u64. */
    public static final int ADDRESS = 16;

    /** u32. */
    public static final int LENGTH = 24;

    /** u32, one union of all operations' own flags. */
    public static final int OPERATION_FLAGS = 28;

    /** u64, returned in the completion. */
    public static final int USER_DATA = 32;

    /** u16, number of a registered buffer; the same bytes are buf_group, the group to pick a buffer from. */
    public static final int BUFFER_INDEX = 40;

    /** u64. */
    public static final int ADDRESS_3 = 48;

    /** Size in bytes, without IORING_SETUP_SQE128. */
    public static final int SIZE = 64;

    private SqeLayout() {}
}
