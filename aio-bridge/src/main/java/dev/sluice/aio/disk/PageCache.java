// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.uring.call.CachedRead;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;

/** What of a file is in memory, so that to read it is a copy. */
public interface PageCache {
    /** Each costs a system call. */
    PageCache OF_THE_KERNEL = new PageCache() {
        @Override
        public long cachedPages(int fd, long offset, long lengthBytes) {
            return Descriptors.cachedPages(fd, offset, lengthBytes);
        }

        @Override
        public int readNow(int fd, long address, int lengthBytes, long position) {
            return CachedRead.read(fd, address, lengthBytes, position);
        }
    };

    /** As {@link Descriptors#cachedPages}. */
    long cachedPages(int fd, long offset, long lengthBytes);

    /** As {@link CachedRead#read}. */
    default int readNow(int fd, long address, int lengthBytes, long position) {
        return -Errno.EOPNOTSUPP;
    }
}
