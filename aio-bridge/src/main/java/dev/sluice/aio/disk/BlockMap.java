// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.uring.call.Descriptors;

/**
 * Whether the kernel has in memory where on the disk the data of an open file is, so that submitting a read does not wait for that.
 *
 * <p>To ask costs a system call, a fifth of all that a direct read costs: the head of the file that was found to be in memory is
 * remembered, and made longer by an extent with each read behind it. What is remembered is forgotten after {@link #REMEMBER_NS},
 * since the kernel drops what it has when it is short of memory. A read that goes by what it has dropped meanwhile costs a turn of the
 * loop a read of the disk, once for each block of the map: hundreds of extents.
 */
public final class BlockMap {
    private static final long REMEMBER_NS = 100_000_000L;

    /** Of ext4: where so many extents of a file are is read with the inode. */
    private static final int EXTENTS_IN_INODE = 4;

    private static final int PAGE_BYTES = 4096;

    /** False once the file system has refused to tell. */
    private boolean told = true;

    private boolean readByWorker;

    /** All before it is in memory. */
    private long head;

    private long headSinceNs;

    /** Another file is opened: nothing is known of it. */
    void opened() {
        told = true;
        readByWorker = false;
        head = 0L;
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
        if (nowNs - headSinceNs > REMEMBER_NS) {
            head = 0L;
            headSinceNs = nowNs;
        }
        final long end = Math.min(position + lengthBytes, sizeBytes);
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
        head = Math.max(head, ahead);
        return mapped >= end;
    }
}
