// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct fiemap} followed by one {@code struct fiemap_extent}.
 *
 * <pre>
 *    0                       8                       16                     24
 *   +-----------------------+-----------------------+-----------+-----------+
 * 0 | fm_start              | fm_length             | fm_flags  | fm_mapped |
 *   +-----------+-----------+-----------------------+-----------+-----------+
 *24 | fm_count  |           |
 *   +-----------+-----------+-----------------------+-----------------------+
 *32 | fe_logical            | fe_physical           | fe_length             |
 *56 | reserved                                      | fe_flags  |           |
 *72 | reserved              |
 *   +-----------------------+
 * </pre>
 */
public final class FiemapLayout {

    /** u64, first byte asked for. */
    public static final int START = 0;

    /** u64, bytes asked for. */
    public static final int LENGTH = 8;

    /** u32. */
    public static final int FLAGS = 16;

    /** u32, extents told of. */
    public static final int MAPPED = 20;

    /** u32, room for extents. */
    public static final int COUNT = 24;

    /** u32. */
    public static final int RESERVED = 28;

    /** Where the first extent begins. */
    public static final int EXTENTS = 32;

    /** u64, within an extent: its first byte in the file. */
    public static final int EXTENT_LOGICAL = 0;

    /** u64, within an extent: its bytes. */
    public static final int EXTENT_LENGTH = 16;

    /** Size in bytes with one extent. */
    public static final int SIZE = EXTENTS + 56;

    private FiemapLayout() {}
}
