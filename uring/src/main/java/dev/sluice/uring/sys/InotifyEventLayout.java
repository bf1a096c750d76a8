// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct inotify_event}: records of varying length, one after the other, as read(2) returns them.
 *
 * <pre>
 *    0               4               8              12              16
 *   +---------------+---------------+---------------+---------------+
 * 0 | wd: s32       | mask: u32     | cookie: u32   | len: u32      |
 *   +---------------+---------------+---------------+---------------+
 *16 | name: len bytes, NUL-terminated and filled up with NULs       |
 *   +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class InotifyEventLayout {

    /** s32. */
    public static final int WATCH = 0;

    /** u32. */
    public static final int MASK = 4;

    /** u32. */
    public static final int COOKIE = 8;

    /** u32. */
    public static final int NAME_LENGTH = 12;

    /** Where the name begins; size in bytes of a record without one. */
    public static final int SIZE = 16;

    private InotifyEventLayout() {}
}
