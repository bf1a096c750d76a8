// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

/**
 * Remembers of which parts of files the page cache answered the last read. A hint that costs a memory read: entries overwrite
 * each other, and what was in memory then need not be now.
 */
final class InlineHistory {
    private static final int ENTRIES = 1 << 14;

    /** A part of a file: 64 KiB, since one file has hot and cold pages. */
    private static final int PART_SHIFT = 16;

    private final long[] parts = new long[ENTRIES];

    boolean lastReadWasInline(long file, long position) {
        final long part = part(file, position);
        return parts[index(part)] == part;
    }

    void record(long file, long position, boolean inline) {
        final long part = part(file, position);
        final int index = index(part);
        if (inline) {
            parts[index] = part;
        } else if (parts[index] == part) {
            parts[index] = 0L;
        }
    }

    /** One number for a file of a device; never 0. */
    static long identify(long device, long inode) {
        final long mixed = (inode ^ Long.rotateLeft(device, 32)) * 0x9E37_79B9_7F4A_7C15L;
        return mixed == 0L ? 1L : mixed;
    }

    private static long part(long file, long position) {
        final long mixed = file ^ ((position >>> PART_SHIFT) * 0xC2B2_AE3D_27D4_EB4FL);
        return mixed == 0L ? 1L : mixed;
    }

    private static int index(long part) {
        return (int) (part >>> 40) & (ENTRIES - 1);
    }
}
