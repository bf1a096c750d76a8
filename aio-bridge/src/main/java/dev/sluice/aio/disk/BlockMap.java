// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.uring.call.Descriptors;
import java.util.Arrays;

/**
 * Whether the kernel has in memory where on the disk the data of an open file is, so that submitting a read does not wait for that.
 *
 * <p>To ask costs a system call, a fifth of all that a direct read costs: the head of each part of the file that was found to be in memory is
 * remembered, and made longer by an extent with each read behind it. One head for all would stop at the first extent that is not in memory,
 * and ask for what is behind that each time. What is remembered is forgotten after {@link #REMEMBER_NS}, since the kernel drops what it
 * has when it is short of memory. A read that goes by what it has dropped meanwhile costs a turn of the loop a read of the disk, once for
 * each block of the map: hundreds of extents.
 */
public final class BlockMap {
    private static final long REMEMBER_NS = 100_000_000L;

    /** Of ext4: where so many extents of a file are is read with the inode. */
    private static final int EXTENTS_IN_INODE = 4;

    private static final int PAGE_BYTES = 4096;

    /** A power of two, that a file has at most so many parts. */
    private static final int MOST_PARTS_SHIFT = 6;

    private static final int SMALLEST_PART_SHIFT = 20;

    /** False once the file system has refused to tell. */
    private boolean told = true;

    private boolean readByWorker;

    /** Of each part: from its beginning to here all is in memory; below its beginning if nothing is known. */
    private long[] heads = {};

    private int partShift;
    private long headsSinceNs;

    /** Another file is opened: nothing is known of it. */
    void opened() {
        told = true;
        readByWorker = false;
        partShift = 0;
    }

    /** What a file system that does not tell has in memory of the map, it has since then. */
    void readByWorker() {
        readByWorker = true;
    }

    /** Whether a read can be submitted without reading first where on the disk the data is. */
    public boolean has(AdmittedFile file, long position, int lengthBytes, long nowNs) {
        final long sizeBytes = file.sizeBytes();
        if (sizeBytes <= (long) EXTENTS_IN_INODE * Math.min(file.blockBytes(), PAGE_BYTES)) {
            return true;
        }
        final int shift = partShift(sizeBytes);
        final int parts = (int) ((sizeBytes - 1L) >>> shift) + 1;
        if (shift != partShift || parts > heads.length || nowNs - headsSinceNs > REMEMBER_NS) {
            forget(shift, parts, nowNs);
        }
        final long end = Math.min(position + lengthBytes, sizeBytes);
        final int part = (int) Math.min(position >>> shift, parts - 1L);
        final long head = Math.max(heads[part], (long) part << shift);
        if (end <= head) {
            return true;
        }
        if (!told) {
            return readByWorker;
        }
        final long mapped = Descriptors.mappedUntil(file.fd(), position, end - position);
        if (mapped < 0L) {
            told = false;
            return readByWorker;
        }
        final long ahead = position <= head ? mapped : Descriptors.mappedUntil(file.fd(), head, 1L);
        heads[part] = Math.max(head, ahead);
        return mapped >= end;
    }

    private static int partShift(long sizeBytes) {
        return Math.max(SMALLEST_PART_SHIFT, Long.SIZE - Long.numberOfLeadingZeros(sizeBytes - 1L) - MOST_PARTS_SHIFT);
    }

    private void forget(int newPartShift, int parts, long nowNs) {
        partShift = newPartShift;
        if (parts > heads.length) {
            heads = new long[parts];
        } else {
            Arrays.fill(heads, 0L);
        }
        headsSinceNs = nowNs;
    }
}
