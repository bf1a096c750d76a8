// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;

/** The part of {@link Sqe} that prepares operations on names. */
abstract sealed class PathEntry extends EntryMemory permits FileEntry {

    PathEntry(ByteBuffer entries) {
        super(entries);
    }

    /**
     * Opens a file. Completes with its descriptor. Done within the submission if all is cached, else on a kernel worker thread.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param howAddress of an {@link OpenHow}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public final Sqe prepOpenat2(int dirFd, long pathAddress, long howAddress) {
        return prep(Opcode.OPENAT2, dirFd, pathAddress, OpenHow.SIZE_BYTES, howAddress, 0);
    }

    /**
     * Asks for a file's status; always on a kernel worker thread. Completes with 0.
     *
     * @param dirFd where a relative path starts, or the file itself with an empty path and {@link Statx#AT_EMPTY_PATH}
     * @param pathAddress of the NUL-terminated path
     * @param statxFlags {@link Statx} AT_*
     * @param statxMask {@link Statx} STATX_*
     * @param statxAddress of {@link Statx#SIZE_BYTES} bytes
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public final Sqe prepStatx(int dirFd, long pathAddress, int statxFlags, int statxMask, long statxAddress) {
        return prep(Opcode.STATX, dirFd, pathAddress, statxMask, statxAddress, statxFlags);
    }

    /**
     * Renames; always on a kernel worker thread. Completes with 0.
     *
     * @param oldDirFd where a relative old path starts, or {@link Statx#AT_FDCWD}
     * @param oldPathAddress of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPathAddress of the NUL-terminated path
     * @param renameFlags {@link PathFlags} RENAME_*; 0 replaces what has the new name
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/rename.2.html">renameat2(2)</a>
     */
    public final Sqe prepRenameat(
            int oldDirFd, long oldPathAddress, int newDirFd, long newPathAddress, int renameFlags) {
        return prep(Opcode.RENAMEAT, oldDirFd, oldPathAddress, newDirFd, newPathAddress, renameFlags);
    }

    /**
     * Gives a file one more name; always on a kernel worker thread. Completes with 0.
     *
     * @param oldDirFd where a relative old path starts, or {@link Statx#AT_FDCWD}
     * @param oldPathAddress of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPathAddress of the NUL-terminated path
     * @param linkFlags {@link PathFlags#AT_SYMLINK_FOLLOW}, {@link Statx#AT_EMPTY_PATH}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/link.2.html">linkat(2)</a>
     */
    public final Sqe prepLinkat(int oldDirFd, long oldPathAddress, int newDirFd, long newPathAddress, int linkFlags) {
        return prep(Opcode.LINKAT, oldDirFd, oldPathAddress, newDirFd, newPathAddress, linkFlags);
    }

    /**
     * Makes a symbolic link; always on a kernel worker thread. Completes with 0.
     *
     * @param targetAddress of the NUL-terminated text that the link holds
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the link's NUL-terminated path
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/symlink.2.html">symlinkat(2)</a>
     */
    public final Sqe prepSymlinkat(long targetAddress, int dirFd, long pathAddress) {
        return prep(Opcode.SYMLINKAT, dirFd, targetAddress, 0, pathAddress, 0);
    }

    /**
     * Removes a name; always on a kernel worker thread. Completes with 0. A file without names goes when it is no longer open.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param unlinkFlags {@link PathFlags#AT_REMOVEDIR} for an empty directory, 0 for anything else
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlinkat(2)</a>
     */
    public final Sqe prepUnlinkat(int dirFd, long pathAddress, int unlinkFlags) {
        return prep(Opcode.UNLINKAT, dirFd, pathAddress, 0, 0L, unlinkFlags);
    }

    /**
     * Makes a directory; always on a kernel worker thread. Completes with 0.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param mode permission bits, less the process's umask
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/mkdir.2.html">mkdirat(2)</a>
     */
    public final Sqe prepMkdirat(int dirFd, long pathAddress, int mode) {
        return prep(Opcode.MKDIRAT, dirFd, pathAddress, mode, 0L, 0);
    }

    /**
     * Reads an extended attribute; always on a kernel worker thread. Completes with its bytes, or with -ENODATA if there is none of that name.
     * Linux 5.19: ask {@link RingFeatures#supports}.
     *
     * @param pathAddress of the NUL-terminated path, relative to the working directory; links at its end are followed
     * @param nameAddress of the attribute's NUL-terminated name
     * @param valueAddress to write the value to
     * @param valueBytes room there
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">getxattr(2)</a>
     */
    public final Sqe prepGetxattr(long pathAddress, long nameAddress, long valueAddress, int valueBytes) {
        return prep(Opcode.GETXATTR, 0, nameAddress, valueBytes, valueAddress, 0)
                .address3(pathAddress);
    }

    /**
     * Sets an extended attribute, in place of what it was; always on a kernel worker thread. Completes with 0. Linux 5.19: ask {@link
     * RingFeatures#supports}.
     *
     * @param pathAddress of the NUL-terminated path, relative to the working directory; links at its end are followed
     * @param nameAddress of the attribute's NUL-terminated name
     * @param valueAddress of the value
     * @param valueBytes its length
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/setxattr.2.html">setxattr(2)</a>
     */
    public final Sqe prepSetxattr(long pathAddress, long nameAddress, long valueAddress, int valueBytes) {
        return prep(Opcode.SETXATTR, 0, nameAddress, valueBytes, valueAddress, 0)
                .address3(pathAddress);
    }
}
