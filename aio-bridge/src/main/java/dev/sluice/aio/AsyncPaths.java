// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.Names;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.PathFlags;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Operations on names below a {@link RootDirectory}: each is a request now and an event of the queue later, at the priority
 * of its container. The event's result is 0 or a negative errno.
 *
 * <p>Nothing outside the root is touched, whatever a path says. The kernel's operations on names know no {@code
 * RESOLVE_BENEATH}, so each is done in steps: openat2(2) resolves the directory that a path leads to, with {@code
 * RESOLVE_BENEATH}, and the operation is given that directory and the last name. Of a path
 *
 * <ul>
 *   <li>that leaves the root, by dot-dot, by a symbolic link, or because it begins with a slash, the result is {@code
 *       EXDEV};
 *   <li>that ends in {@code .} or {@code ..}, which is no name of something in a directory, {@code EINVAL};
 *   <li>that ends in slashes, these do not count.
 * </ul>
 *
 * <p>A symbolic link in the last place is not followed: it is what is renamed, linked or removed. A directory that somebody
 * else moves out of the root between the steps is operated on where it then is.
 *
 * <p>Beside what each method names, the result can be what any lookup can fail with - {@code ENOENT}, {@code ENOTDIR}, {@code
 * EACCES}, {@code ELOOP}, {@code ENAMETOOLONG}, {@code EMFILE}, {@code ENOMEM} - and what any change of a directory can:
 * {@code EACCES}, {@code EPERM}, {@code EROFS}, {@code ENOSPC}, {@code EDQUOT}, {@code EIO}. {@code ECANCELED} is that of
 * {@link AsyncIo#cancel}, if it came before the change; {@code EOPNOTSUPP} that the ring does not know the operation.
 *
 * <p>Directories that the kernel's caches have are resolved without waiting; everything else takes its turn among what kernel
 * workers carry out, in each of the steps. It is charged as one disk operation.
 *
 * <p>All methods return the operation's id, or {@link AsyncIo#BACK_PRESSURED} with nothing started when too many
 * operations are under way: ask again after the next event. Belongs to the thread of its queue.
 */
public final class AsyncPaths {
    final Names names;

    AsyncPaths(Names names) {
        this.names = names;
    }

    /**
     * Asks for the status of a file without opening it for anything. The whole path is resolved below the root, so dots,
     * slashes and links at its end are those of any path.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is asked about
     * @param status holds the answer when the event is handed out with result 0; of one operation at a time
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public long statx(
            RootDirectory root,
            String path,
            boolean followLink,
            FileStatus status,
            ResourceContainer container,
            @Nullable Object attachment) {
        Objects.requireNonNull(status, "status");
        return names.statx(root.root, path, followLink, status.seen, container, attachment);
    }

    /**
     * As {@link #statx(RootDirectory, String, boolean, FileStatus, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is asked about
     * @param status holds the answer when the event is handed out with result 0; of one operation at a time
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long statx(
            RootDirectory root,
            String path,
            boolean followLink,
            FileStatus status,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return statx(root, path, followLink, status, container, (Object) handler);
    }

    /**
     * Gives a file or directory another name, in place of what had that name before: {@code EXDEV} also between file systems,
     * {@code EISDIR}, {@code ENOTDIR}, {@code ENOTEMPTY} or {@code EEXIST} if that cannot be replaced, {@code EINVAL} if a
     * directory were to go below itself.
     *
     * @param root where both paths start
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param newPath the same
     * @param flags 0, {@link PathFlags#RENAME_NOREPLACE} or {@link PathFlags#RENAME_EXCHANGE}
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/rename.2.html">renameat2(2)</a>
     */
    public long rename(
            RootDirectory root,
            String path,
            String newPath,
            int flags,
            ResourceContainer container,
            @Nullable Object attachment) {
        return names.rename(root.root, path, newPath, flags, container, attachment);
    }

    /**
     * As {@link #rename(RootDirectory, String, String, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where both paths start
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param newPath the same
     * @param flags 0, {@link PathFlags#RENAME_NOREPLACE} or {@link PathFlags#RENAME_EXCHANGE}
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long rename(
            RootDirectory root,
            String path,
            String newPath,
            int flags,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return rename(root, path, newPath, flags, container, (Object) handler);
    }

    /**
     * Gives a file one more name: {@code EEXIST} if something has it, {@code EXDEV} also between file systems, {@code EPERM}
     * for a directory, {@code EMLINK}.
     *
     * @param root where both paths start
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param newPath the same
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/link.2.html">linkat(2)</a>
     */
    public long link(
            RootDirectory root, String path, String newPath, ResourceContainer container, @Nullable Object attachment) {
        return names.link(root.root, path, newPath, container, attachment);
    }

    /**
     * As {@link #link(RootDirectory, String, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where both paths start
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param newPath the same
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long link(
            RootDirectory root,
            String path,
            String newPath,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return link(root, path, newPath, container, (Object) handler);
    }

    /**
     * Makes a symbolic link: {@code EEXIST} if something has the name.
     *
     * @param target what the link says, 1 to 4095 bytes, without NUL; not looked at. If it leads out of the root,
     *     nothing here follows it, but other programs may
     * @param root where the path starts
     * @param path of the link: relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/symlink.2.html">symlinkat(2)</a>
     */
    public long symlink(
            String target, RootDirectory root, String path, ResourceContainer container, @Nullable Object attachment) {
        return names.symlink(target, root.root, path, container, attachment);
    }

    /**
     * As {@link #symlink(String, RootDirectory, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param target what the link says, 1 to 4095 bytes, without NUL; not looked at. If it leads out of the root,
     *     nothing here follows it, but other programs may
     * @param root where the path starts
     * @param path of the link: relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long symlink(
            String target,
            RootDirectory root,
            String path,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return symlink(target, root, path, container, (Object) handler);
    }

    /**
     * Removes a name, and with the last one the file, once nobody has it open: {@code EISDIR} for a directory, {@code EBUSY}.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlinkat(2)</a>
     */
    public long unlink(RootDirectory root, String path, ResourceContainer container, @Nullable Object attachment) {
        return names.unlink(root.root, path, container, attachment);
    }

    /**
     * As {@link #unlink(RootDirectory, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long unlink(RootDirectory root, String path, ResourceContainer container, @Nullable EventHandler handler) {
        return unlink(root, path, container, (Object) handler);
    }

    /**
     * Removes an empty directory: {@code ENOTEMPTY}, {@code ENOTDIR}, {@code EBUSY}.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/rmdir.2.html">rmdir(2)</a>
     */
    public long removeDirectory(
            RootDirectory root, String path, ResourceContainer container, @Nullable Object attachment) {
        return names.removeDirectory(root.root, path, container, attachment);
    }

    /**
     * As {@link #removeDirectory(RootDirectory, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long removeDirectory(
            RootDirectory root, String path, ResourceContainer container, @Nullable EventHandler handler) {
        return removeDirectory(root, path, container, (Object) handler);
    }

    /**
     * Makes a directory: {@code EEXIST} if something has the name, {@code EMLINK}.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param mode permissions, such as {@code 0755}, of which the process's umask takes some away
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a path is empty, too long or contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/mkdir.2.html">mkdirat(2)</a>
     */
    public long makeDirectory(
            RootDirectory root, String path, int mode, ResourceContainer container, @Nullable Object attachment) {
        return names.makeDirectory(root.root, path, mode, container, attachment);
    }

    /**
     * As {@link #makeDirectory(RootDirectory, String, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param mode permissions, such as {@code 0755}, of which the process's umask takes some away
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long makeDirectory(
            RootDirectory root, String path, int mode, ResourceContainer container, @Nullable EventHandler handler) {
        return makeDirectory(root, path, mode, container, (Object) handler);
    }
}
