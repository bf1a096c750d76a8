// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct cachestat_range} followed by {@code struct cachestat}: the two arguments of cachestat(2), laid side by side.
 *
 * <pre>
 *    0                       8                       16                     24
 *   +-----------------------+-----------------------+
 * 0 | range.off             | range.len             |
 *   +-----------------------+-----------------------+-----------------------+
 *16 | nr_cache              | nr_dirty              | nr_writeback          |
 *40 | nr_evicted            | nr_recently_evicted   |
 *   +-----------------------+-----------------------+
 * </pre>
 */
public final class CachestatLayout {

    /** u64, first byte of the range. */
    public static final int RANGE_OFFSET = 0;

    /** u64, bytes; 0 means up to the end of the file. */
    public static final int RANGE_LENGTH = 8;

    /** Where the answer begins. */
    public static final int RESULT = 16;

    /** u64, within the answer: pages in the page cache. */
    public static final int RESULT_CACHED = 0;

    /** Size in bytes of the answer. */
    public static final int RESULT_SIZE = 40;

    /** Size in bytes of range and answer. */
    public static final int SIZE = RESULT + RESULT_SIZE;

    private CachestatLayout() {}
}
