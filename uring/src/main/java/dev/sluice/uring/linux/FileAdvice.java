// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * What is said of the use of a file, for {@link dev.sluice.uring.Sqe#prepFadvise}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/posix_fadvise.2.html">posix_fadvise(2)</a>
 */
public final class FileAdvice {

    /** Nothing in particular: reads ahead as usual. */
    public static final int POSIX_FADV_NORMAL = 0;

    /** In no order: does not read ahead. */
    public static final int POSIX_FADV_RANDOM = 1;

    /** In order: reads ahead twice as far. */
    public static final int POSIX_FADV_SEQUENTIAL = 2;

    /** Soon: reads it into the page cache. */
    public static final int POSIX_FADV_WILLNEED = 3;

    /** No more: its clean pages may leave the page cache. */
    public static final int POSIX_FADV_DONTNEED = 4;

    /** Once; without effect before Linux 6.3. */
    public static final int POSIX_FADV_NOREUSE = 5;

    private FileAdvice() {}
}
