// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.uring.call.Descriptors;

/** What of a file is in memory, so that to read it is a copy. */
public interface PageCache {
    /** Costs a system call. */
    PageCache OF_THE_KERNEL = Descriptors::cachedPages;

    /** As {@link Descriptors#cachedPages}. */
    long cachedPages(int fd, long offset, long lengthBytes);
}
