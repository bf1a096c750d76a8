// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;

/** Asks the {@link PageCache} for the range of a read, where the kernel tells. */
final class CacheProbe {
    final PageCache pageCache;
    private final int pageBytes;

    /** False once the kernel did not know the call. */
    private boolean known = true;

    CacheProbe(PageCache pageCache) {
        this(pageCache, NativeMemory.pageBytes());
    }

    CacheProbe(PageCache pageCache, int pageBytes) {
        this.pageCache = pageCache;
        this.pageBytes = pageBytes;
    }

    /** Whether the answer for a file is one: not where the kernel has refused it, for all files or for this one. */
    boolean tellsOf(AdmittedFile file) {
        return known && !file.isResidencyRefused();
    }

    /** Whether all of the range that the file has is in memory; false also where the kernel does not tell. */
    boolean has(AdmittedFile file, long position, int lengthBytes) {
        final long end = Math.min(position + lengthBytes, file.sizeBytes());
        if (end <= position) {
            return true; // past the end: there is nothing to read
        }
        final long cached = pageCache.cachedPages(file.fd(), position, end - position);
        if (cached < 0L) {
            if (cached == -Errno.ENOSYS) {
                known = false;
            } else {
                file.refuseResidency(); // EPERM: it is somebody else's
            }
            return false;
        }
        return cached > (end - 1) / pageBytes - position / pageBytes;
    }
}
