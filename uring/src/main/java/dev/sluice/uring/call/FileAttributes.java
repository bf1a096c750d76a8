// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileNames;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.AttributeCalls;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.PathCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a file has beside its content: its mode, owner, times and extended attributes, the text of a symbolic link. It is opened with O_PATH
 * first, by a walk that does not leave a directory, and then known by that descriptor alone, so that nobody who renames meanwhile leads
 * elsewhere. All of it may wait for a disk: for a worker. What takes no such descriptor is given {@code /proc/self/fd/N}, and so needs /proc.
 *
 * <p>Each method returns a negated errno if it fails.
 */
public final class FileAttributes implements AutoCloseable {

    /** The most that an extended attribute, or the list of their names, can have: XATTR_SIZE_MAX, XATTR_LIST_MAX. */
    private static final int MOST_BYTES = 64 * 1024;

    /** Where in the memory a path, a name, or times are: before the value. */
    private static final int ARGUMENT_BYTES = 8 * 1024;

    private static final int EMPTY = 0;
    private static final int SELF = 64;
    private static final int NAME = 128;
    private static final int MOST_NAME_BYTES = 255;

    /** So often a path is walked that the kernel cannot be sure of, as in {@link Directories}. */
    private static final int MOST_WALKS = 100;

    private final NativeMemory memory = NativeMemory.map(ARGUMENT_BYTES + MOST_BYTES);
    private final ByteBuffer bytes = memory.buffer(0L, ARGUMENT_BYTES + MOST_BYTES);
    private int fd = -1;

    /** Of no file yet. */
    public FileAttributes() {}

    /**
     * Opens the file.
     *
     * @param directoryFd which the path does not leave, O_PATH suffices
     * @param path relative, without NUL
     * @param followLink whether a symbolic link at its end is followed, or meant
     * @return 0, or EXDEV if the path leaves the directory, ENOENT, EACCES, ELOOP, ENOTDIR, ENAMETOOLONG, EMFILE
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public int open(int directoryFd, String path, boolean followLink) {
        final byte[] name = FileNames.encode(path);
        if (name.length >= ARGUMENT_BYTES / 2) {
            return -Errno.ENAMETOOLONG;
        }
        final int flags = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC | (followLink ? 0 : OpenFlags.O_NOFOLLOW);
        OpenHow.write(bytes, 0, flags, 0L, ResolveFlags.RESOLVE_BENEATH);
        bytes.put(OpenHow.SIZE_BYTES, name).put(OpenHow.SIZE_BYTES + name.length, (byte) 0);
        int result = -Errno.EAGAIN;
        for (int walk = 0; walk < MOST_WALKS && result == -Errno.EAGAIN; walk++) {
            result = Openat2Call.open(directoryFd, address(OpenHow.SIZE_BYTES), address(0), OpenHow.SIZE_BYTES);
        }
        if (result < 0) {
            return result;
        }
        fd = result;
        bytes.put(EMPTY, (byte) 0);
        put(SELF, "/proc/self/fd/" + fd);
        return 0;
    }

    /**
     * Reads the text of a symbolic link, which was opened without following it, into {@link #value}.
     *
     * @return its bytes, or EINVAL or ENOENT if it is none
     * @see <a href="https://man7.org/linux/man-pages/man2/readlink.2.html">readlinkat(2)</a>
     */
    public int readLink() {
        return LibC.orNegatedErrno(PathCalls.readlinkat(fd, address(EMPTY), address(ARGUMENT_BYTES), MOST_BYTES));
    }

    /**
     * Sets the permissions.
     *
     * @param mode such as 0644
     * @return 0, or EPERM, EROFS, EOPNOTSUPP of a symbolic link
     * @see <a href="https://man7.org/linux/man-pages/man2/chmod.2.html">fchmodat(2)</a>
     */
    public int setMode(int mode) {
        return LibC.orNegatedErrno(AttributeCalls.fchmodat(Statx.AT_FDCWD, address(SELF), mode, 0));
    }

    /**
     * Sets the owner.
     *
     * @param userId or -1 to leave it
     * @param groupId or -1 to leave it
     * @return 0, or EPERM, EROFS
     * @see <a href="https://man7.org/linux/man-pages/man2/chown.2.html">fchownat(2), AT_EMPTY_PATH</a>
     */
    public int setOwner(int userId, int groupId) {
        return LibC.orNegatedErrno(AttributeCalls.fchownat(fd, address(EMPTY), userId, groupId, Statx.AT_EMPTY_PATH));
    }

    /**
     * Sets the times.
     *
     * @param accessSeconds since 1970
     * @param accessNanos below 1,000,000,000, or -1 to leave the time of access
     * @param modifiedSeconds since 1970
     * @param modifiedNanos below 1,000,000,000, or -1 to leave the time of modification
     * @return 0, or EPERM, EACCES, EROFS
     * @see <a href="https://man7.org/linux/man-pages/man2/utimensat.2.html">utimensat(2), AT_EMPTY_PATH</a>
     */
    public int setTimes(long accessSeconds, int accessNanos, long modifiedSeconds, int modifiedNanos) {
        bytes.putLong(ARGUMENT_BYTES, accessSeconds)
                .putLong(ARGUMENT_BYTES + 8, accessNanos < 0 ? AttributeCalls.UTIME_OMIT : accessNanos)
                .putLong(ARGUMENT_BYTES + 16, modifiedSeconds)
                .putLong(ARGUMENT_BYTES + 24, modifiedNanos < 0 ? AttributeCalls.UTIME_OMIT : modifiedNanos);
        return LibC.orNegatedErrno(
                AttributeCalls.utimensat(fd, address(EMPTY), address(ARGUMENT_BYTES), Statx.AT_EMPTY_PATH));
    }

    /**
     * Reads an extended attribute into {@link #value}.
     *
     * @param name such as {@code user.origin}, without NUL
     * @return its bytes, or ENODATA if there is none, EOPNOTSUPP, ERANGE for a name that is too long
     * @see <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">getxattr(2)</a>
     */
    public int attribute(String name) {
        if (!put(NAME, name)) {
            return -Errno.ERANGE;
        }
        return LibC.orNegatedErrno(
                AttributeCalls.getxattr(address(SELF), address(NAME), address(ARGUMENT_BYTES), MOST_BYTES));
    }

    /**
     * Sets an extended attribute, in place of what it was.
     *
     * @param name such as {@code user.origin}, without NUL
     * @param value at most 64 KiB
     * @return 0, or ENOSPC, EDQUOT, EPERM, EACCES, EOPNOTSUPP, E2BIG, ERANGE for a name that is too long
     * @see <a href="https://man7.org/linux/man-pages/man2/setxattr.2.html">setxattr(2)</a>
     */
    public int setAttribute(String name, byte[] value) {
        if (!put(NAME, name)) {
            return -Errno.ERANGE;
        }
        if (value.length > MOST_BYTES) {
            return -Errno.E2BIG;
        }
        bytes.put(ARGUMENT_BYTES, value);
        return LibC.orNegatedErrno(
                AttributeCalls.setxattr(address(SELF), address(NAME), address(ARGUMENT_BYTES), value.length, 0));
    }

    /**
     * Reads the names of the extended attributes into {@link #value}, each with a NUL behind it.
     *
     * @return their bytes, or EOPNOTSUPP, E2BIG
     * @see <a href="https://man7.org/linux/man-pages/man2/listxattr.2.html">listxattr(2)</a>
     */
    public int listAttributes() {
        return LibC.orNegatedErrno(AttributeCalls.listxattr(address(SELF), address(ARGUMENT_BYTES), MOST_BYTES));
    }

    /**
     * Removes an extended attribute.
     *
     * @param name such as {@code user.origin}, without NUL
     * @return 0, or ENODATA if there is none, EPERM, EACCES, EOPNOTSUPP, ERANGE for a name that is too long
     * @see <a href="https://man7.org/linux/man-pages/man2/removexattr.2.html">removexattr(2)</a>
     */
    public int removeAttribute(String name) {
        return put(NAME, name)
                ? LibC.orNegatedErrno(AttributeCalls.removexattr(address(SELF), address(NAME)))
                : -Errno.ERANGE;
    }

    /**
     * Returns what was read last.
     *
     * @param lengthBytes that the method said
     * @return a copy
     */
    public byte[] value(int lengthBytes) {
        final byte[] value = new byte[lengthBytes];
        bytes.get(ARGUMENT_BYTES, value);
        return value;
    }

    private long address(int offset) {
        return memory.address() + offset;
    }

    private boolean put(int offset, String text) {
        final byte[] name = text.getBytes(StandardCharsets.UTF_8);
        if (name.length > MOST_NAME_BYTES) {
            return false;
        }
        bytes.put(offset, name).put(offset + name.length, (byte) 0);
        return true;
    }

    /** Closes the file, if it was opened. */
    @Override
    public void close() {
        if (fd >= 0) {
            Descriptors.tryClose(fd);
            fd = -1;
        }
        memory.close();
    }
}
