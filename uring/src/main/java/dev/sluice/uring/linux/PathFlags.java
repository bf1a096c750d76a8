// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

/**
 * Flags of operations on names.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/rename.2.html">rename(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlink(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/link.2.html">link(2)</a>
 */
public final class PathFlags {

    /** Fails with EEXIST if something has the new name. */
    public static final int RENAME_NOREPLACE = 1;

    /** Both names exist and change places. */
    public static final int RENAME_EXCHANGE = 2;

    /** unlinkat: removes an empty directory. */
    public static final int AT_REMOVEDIR = 0x200;

    /** linkat: links what a symbolic link points to, not the link. */
    public static final int AT_SYMLINK_FOLLOW = 0x400;

    private PathFlags() {}
}
