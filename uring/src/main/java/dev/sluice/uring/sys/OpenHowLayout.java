// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct open_how}: how openat2(2) opens.
 *
 * <pre>
 *    0                       8                       16                     24
 *   +-----------------------+-----------------------+-----------------------+
 * 0 | flags: O_*            | mode                  | resolve: RESOLVE_*    |
 *   +-----------------------+-----------------------+-----------------------+
 * </pre>
 */
public final class OpenHowLayout {

    /** u64. */
    public static final int FLAGS = 0;

    /** u64, permission bits of a created file. */
    public static final int MODE = 8;

    /** u64. */
    public static final int RESOLVE = 16;

    /** Size in bytes. */
    public static final int SIZE = 24;

    private OpenHowLayout() {}
}
