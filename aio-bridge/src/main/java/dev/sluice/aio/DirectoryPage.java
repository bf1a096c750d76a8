// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.util.List;

/**
 * Some entries of a directory.
 *
 * @param entries in the order of the file system, without dot and dot-dot; may be none although more follow
 * @param next where {@link BlockingWork#list} goes on, or {@link #END}
 */
public record DirectoryPage(List<DirectoryEntry> entries, long next) {
    /** Where to begin. */
    public static final long BEGIN = 0L;

    /** There are no more entries. */
    public static final long END = -1L;

    /**
     * Keeps a copy of the list.
     *
     * @param entries see {@link #entries()}
     * @param next see {@link #next()}
     */
    public DirectoryPage {
        entries = List.copyOf(entries);
    }
}
