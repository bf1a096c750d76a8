// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct linux_dirent64}, as libc has it in {@code struct dirent64}: records of varying length, one after the other, as
 * getdents64(2) returns them.
 *
 * <pre>
 *    0                               8               16      18  19
 *   +-------------------------------+---------------+-------+---+--------
 * 0 | ino: u64                      | off: s64      | len   |typ| name, NUL-terminated and filled up
 *   +-------------------------------+---------------+-------+---+--------
 * </pre>
 */
public final class DirentLayout {

    /** s64: where the entries behind this one begin. */
    public static final int OFFSET = 8;

    /** u16: of the whole record. */
    public static final int RECORD_LENGTH = 16;

    /** u8. */
    public static final int TYPE = 18;

    /** Where the name begins. */
    public static final int NAME = 19;

    private DirentLayout() {}
}
