// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.ExtendedAttributes;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.call.FileAttributes;
import dev.sluice.uring.linux.FileNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a file below a root has beside its content: mode, owner, times, extended attributes, the text of a symbolic link. Each is a job of
 * {@link BlockingWork}, with its order, its limits and its one event: the result is 0 and the message what was read, or a negative errno and
 * an exception that names the call. Extended attributes are read and set by the ring where it knows how (Linux 5.19): then each takes its
 * turn among opens and is charged as one disk operation, with the same event.
 *
 * <p>Nothing outside the root is touched: the path is resolved as those of {@link AsyncPaths} are, which fails with {@code EXDEV} where it
 * leads out, and what it leads to is known by a descriptor from then on. Beside what each method names, the result can be what any lookup
 * can fail with.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class AsyncAttributes {
    /** In place of a user or a group. */
    public static final int UNCHANGED = -1;

    private static final int ALL_PERMISSIONS = 07777;
    private static final AttributeJob.Outcome<Void> NONE = (file, result) -> null;

    private final BlockingWork work;
    private final ExtendedAttributes onTheRing;

    AsyncAttributes(BlockingWork work, ExtendedAttributes onTheRing) {
        this.work = work;
        this.onTheRing = onTheRing;
    }

    /**
     * Reads the text of a symbolic link, which is not followed: {@code EINVAL} or {@code ENOENT} if it is none. The message is a {@link String}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/readlink.2.html">readlinkat(2)</a>
     */
    public long readLink(RootDirectory root, String path, ResourceContainer container, @Nullable Object attachment) {
        return call(
                root,
                path,
                false,
                "readlinkat",
                FileAttributes::readLink,
                (file, result) -> FileNames.decode(file.value(result)),
                container,
                attachment);
    }

    /**
     * As {@link #readLink(RootDirectory, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long readLink(RootDirectory root, String path, ResourceContainer container, @Nullable EventHandler handler) {
        return readLink(root, path, container, (Object) handler);
    }

    /**
     * Sets the permissions, of what a symbolic link leads to within the root: {@code EPERM}, {@code EROFS}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param mode such as {@code 0640}; the umask takes nothing away
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL, or the mode has other bits
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/chmod.2.html">fchmodat(2)</a>
     */
    public long setMode(
            RootDirectory root, String path, int mode, ResourceContainer container, @Nullable Object attachment) {
        if ((mode & ~ALL_PERMISSIONS) != 0) {
            throw new IllegalArgumentException("mode must be within 07777: mode=0" + Integer.toOctalString(mode));
        }
        return call(root, path, true, "fchmodat", file -> file.setMode(mode), NONE, container, attachment);
    }

    /**
     * As {@link #setMode(RootDirectory, String, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param mode such as {@code 0640}; the umask takes nothing away
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long setMode(
            RootDirectory root, String path, int mode, ResourceContainer container, @Nullable EventHandler handler) {
        return setMode(root, path, mode, container, (Object) handler);
    }

    /**
     * Sets the owner, which takes CAP_CHOWN as a rule: {@code EPERM}, {@code EROFS}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is meant
     * @param userId or {@link #UNCHANGED}
     * @param groupId or {@link #UNCHANGED}
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/chown.2.html">fchownat(2)</a>
     */
    public long setOwner(
            RootDirectory root,
            String path,
            boolean followLink,
            int userId,
            int groupId,
            ResourceContainer container,
            @Nullable Object attachment) {
        return call(
                root,
                path,
                followLink,
                "fchownat",
                file -> file.setOwner(userId, groupId),
                NONE,
                container,
                attachment);
    }

    /**
     * As {@link #setOwner(RootDirectory, String, boolean, int, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is meant
     * @param userId or {@link #UNCHANGED}
     * @param groupId or {@link #UNCHANGED}
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long setOwner(
            RootDirectory root,
            String path,
            boolean followLink,
            int userId,
            int groupId,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return setOwner(root, path, followLink, userId, groupId, container, (Object) handler);
    }

    /**
     * Sets the times of access and modification: {@code EPERM}, {@code EACCES}, {@code EROFS}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is meant
     * @param accessed null to leave it
     * @param modified null to leave it
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/utimensat.2.html">utimensat(2)</a>
     */
    public long setTimes(
            RootDirectory root,
            String path,
            boolean followLink,
            @Nullable Instant accessed,
            @Nullable Instant modified,
            ResourceContainer container,
            @Nullable Object attachment) {
        return call(
                root,
                path,
                followLink,
                "utimensat",
                file -> setTimes(file, accessed, modified),
                NONE,
                container,
                attachment);
    }

    /**
     * As {@link #setTimes(RootDirectory, String, boolean, Instant, Instant, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param followLink whether a symbolic link at the end of the path is followed, or is itself what is meant
     * @param accessed null to leave it
     * @param modified null to leave it
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long setTimes(
            RootDirectory root,
            String path,
            boolean followLink,
            @Nullable Instant accessed,
            @Nullable Instant modified,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return setTimes(root, path, followLink, accessed, modified, container, (Object) handler);
    }

    /**
     * Reads an extended attribute, of what a symbolic link leads to within the root: {@code ENODATA} if there is none of that name, {@code EOPNOTSUPP} if the file system has none. The message is a {@code byte[]}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">getxattr(2)</a>
     */
    public long read(
            RootDirectory root, String path, String name, ResourceContainer container, @Nullable Object attachment) {
        check(name);
        check(path);
        if (onTheRing.take(path)) {
            return onTheRing.read(root.root, path, name, container, attachment);
        }
        return call(
                root,
                path,
                true,
                "getxattr",
                file -> file.attribute(name),
                FileAttributes::value,
                container,
                attachment);
    }

    /**
     * As {@link #read(RootDirectory, String, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long read(
            RootDirectory root, String path, String name, ResourceContainer container, @Nullable EventHandler handler) {
        return read(root, path, name, container, (Object) handler);
    }

    /**
     * Sets an extended attribute, of what a symbolic link leads to within the root, in place of what it was: {@code ENOSPC}, {@code EDQUOT}, {@code E2BIG}, {@code EOPNOTSUPP}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param value at most 64 KiB, which is read before this returns
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setxattr.2.html">setxattr(2)</a>
     */
    public long write(
            RootDirectory root,
            String path,
            String name,
            byte[] value,
            ResourceContainer container,
            @Nullable Object attachment) {
        check(name);
        check(path);
        final byte[] copy = value.clone();
        if (onTheRing.take(path)) {
            return onTheRing.write(root.root, path, name, copy, container, attachment);
        }
        return call(root, path, true, "setxattr", file -> file.setAttribute(name, copy), NONE, container, attachment);
    }

    /**
     * As {@link #write(RootDirectory, String, String, byte[], ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param value at most 64 KiB, which is read before this returns
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long write(
            RootDirectory root,
            String path,
            String name,
            byte[] value,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return write(root, path, name, value, container, (Object) handler);
    }

    /**
     * Lists the names of the extended attributes, of what a symbolic link leads to within the root. The message is a {@code List<String>}.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/listxattr.2.html">listxattr(2)</a>
     */
    public long names(RootDirectory root, String path, ResourceContainer container, @Nullable Object attachment) {
        return call(
                root,
                path,
                true,
                "listxattr",
                FileAttributes::listAttributes,
                AsyncAttributes::namesIn,
                container,
                attachment);
    }

    /**
     * As {@link #names(RootDirectory, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long names(RootDirectory root, String path, ResourceContainer container, @Nullable EventHandler handler) {
        return names(root, path, container, (Object) handler);
    }

    /**
     * Removes an extended attribute, of what a symbolic link leads to within the root: {@code ENODATA} if there is none of that name.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} as {@link BlockingWork#call}
     * @throws IllegalArgumentException if a text contains NUL
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/removexattr.2.html">removexattr(2)</a>
     */
    public long remove(
            RootDirectory root, String path, String name, ResourceContainer container, @Nullable Object attachment) {
        check(name);
        return call(root, path, true, "removexattr", file -> file.removeAttribute(name), NONE, container, attachment);
    }

    /**
     * As {@link #remove(RootDirectory, String, String, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, without NUL
     * @param name such as {@code user.origin}
     * @param container charged for the event
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long remove(
            RootDirectory root, String path, String name, ResourceContainer container, @Nullable EventHandler handler) {
        return remove(root, path, name, container, (Object) handler);
    }

    private <T> long call(
            RootDirectory root,
            String path,
            boolean followLink,
            String call,
            AttributeJob.Step step,
            AttributeJob.Outcome<T> outcome,
            ResourceContainer container,
            @Nullable Object attachment) {
        check(path);
        root.root.checkOpen();
        return work.call(new AttributeJob<>(root, path, followLink, call, step, outcome), container, attachment);
    }

    private static void check(String text) {
        Objects.requireNonNull(text, "text");
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("contains NUL: \"" + text.replace("\0", "\\0") + "\"");
        }
    }

    private static int setTimes(FileAttributes file, @Nullable Instant accessed, @Nullable Instant modified) {
        final Instant access = accessed == null ? Instant.EPOCH : accessed;
        final Instant change = modified == null ? Instant.EPOCH : modified;
        return file.setTimes(
                access.getEpochSecond(),
                accessed == null ? UNCHANGED : access.getNano(),
                change.getEpochSecond(),
                modified == null ? UNCHANGED : change.getNano());
    }

    private static List<String> namesIn(FileAttributes file, int lengthBytes) {
        final byte[] listed = file.value(lengthBytes);
        final List<String> names = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < listed.length; end++) {
            if (listed[end] == 0) {
                names.add(new String(listed, start, end - start, StandardCharsets.UTF_8));
                start = end + 1;
            }
        }
        return List.copyOf(names);
    }
}
