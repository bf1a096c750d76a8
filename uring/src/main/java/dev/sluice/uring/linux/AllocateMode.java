// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * Modes of fallocate(2), for {@link dev.sluice.uring.Sqe#prepFallocate}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fallocate.2.html">fallocate(2)</a>
 */
public final class AllocateMode {

    /** The file does not become longer. */
    public static final int FALLOC_FL_KEEP_SIZE = 0x01;

    /** Frees the range, which then reads as zeroes; only with FALLOC_FL_KEEP_SIZE. */
    public static final int FALLOC_FL_PUNCH_HOLE = 0x02;

    /** Takes whole blocks out of the file: what follows moves down. */
    public static final int FALLOC_FL_COLLAPSE_RANGE = 0x08;

    /** The range reads as zeroes and keeps its room. */
    public static final int FALLOC_FL_ZERO_RANGE = 0x10;

    /** Puts whole blocks of zeroes in: what follows moves up. */
    public static final int FALLOC_FL_INSERT_RANGE = 0x20;

    private AllocateMode() {}
}
