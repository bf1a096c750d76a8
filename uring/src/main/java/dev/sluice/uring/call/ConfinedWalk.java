// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Machine;
import dev.sluice.uring.sys.PathCalls;
import dev.sluice.uring.sys.StatxLayout;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Opens a path below a directory as openat2(2) does with RESOLVE_BENEATH, in user space: component by component, each from the descriptor of
 * the one before, and never through a link that the kernel follows. So nobody who renames meanwhile leads it out: dot-dot goes back to the
 * descriptor that the walk came from, a link's text is walked like the rest of the path, and neither goes above the directory. Waits for
 * the disk: for a worker.
 *
 * <p>Knows RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV, and RESOLVE_NO_MAGICLINKS: such a link is walked by its text, which leads
 * out or nowhere. Anything else is EINVAL.
 */
final class ConfinedWalk implements AutoCloseable {

    /** As the kernel: more are taken for a loop. */
    private static final int MOST_LINKS = 40;

    private static final int PATH_MAX = 4096;

    private static final long KNOWN = ResolveFlags.RESOLVE_BENEATH
            | ResolveFlags.RESOLVE_NO_SYMLINKS
            | ResolveFlags.RESOLVE_NO_MAGICLINKS
            | ResolveFlags.RESOLVE_NO_XDEV;

    private static final int O_NOCTTY = 0x100;
    private static final int O_DSYNC = 0x1000;
    private static final int O_ASYNC = 0x2000;
    private static final int O_SYNC_ALONE = 0x100000;
    private static final int O_LARGEFILE = Machine.AARCH64 ? 0x20000 : 0x8000;

    private static final int PATH_FLAGS =
            OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

    private static final int KNOWN_FLAGS = PATH_FLAGS
            | OpenFlags.O_WRONLY
            | OpenFlags.O_RDWR
            | OpenFlags.O_CREAT
            | OpenFlags.O_EXCL
            | O_NOCTTY
            | OpenFlags.O_TRUNC
            | OpenFlags.O_APPEND
            | OpenFlags.O_NONBLOCK
            | O_DSYNC
            | O_ASYNC
            | OpenFlags.O_DIRECT
            | O_LARGEFILE
            | OpenFlags.O_NOATIME
            | O_SYNC_ALONE
            | OpenFlags.O_TMPFILE;

    private static final int PERMISSIONS = 07777;

    private static final int STEP = PATH_FLAGS;

    private final int flags;
    private final int mode;
    private final long resolve;

    /** The directories on the way, the first of which is the caller's. */
    private final List<Integer> directories = new ArrayList<>();

    private final Deque<String> components = new ArrayDeque<>();
    private final Memory memory = new Memory(2L * PATH_MAX);
    private final long name = Pointer.nativeValue(memory);
    private int links;

    private ConfinedWalk(int dirFd, int flags, int mode, long resolve) {
        directories.add(dirFd);
        this.flags = flags;
        this.mode = mode;
        this.resolve = resolve;
    }

    /** Returns a descriptor or a negated errno. */
    static int open(int dirFd, long pathAddress, int flags, int mode, long resolve) {
        if ((resolve & ~KNOWN) != 0L || !isValid(flags, mode)) {
            return -Errno.EINVAL;
        }
        if ((resolve & ResolveFlags.RESOLVE_BENEATH) == 0L) {
            return resolve == 0L ? openat(dirFd, pathAddress, flags, mode) : -Errno.EINVAL;
        }
        final String path = new Pointer(pathAddress).getString(0L, StandardCharsets.ISO_8859_1.name());
        try (ConfinedWalk walk = new ConfinedWalk(dirFd, flags, mode, resolve)) {
            final int refusal = path.isEmpty() ? -Errno.ENOENT : walk.push(path);
            return refusal < 0 ? refusal : walk.run();
        }
    }

    /** What openat(2) ignores, and openat2 refuses. */
    private static boolean isValid(int flags, int mode) {
        final boolean creates =
                OpenFlags.isSet(flags, OpenFlags.O_CREAT) || OpenFlags.isSet(flags, OpenFlags.O_TMPFILE);
        if ((flags & ~KNOWN_FLAGS) != 0 || (mode & ~(creates ? PERMISSIONS : 0)) != 0) {
            return false;
        }
        return !OpenFlags.isSet(flags, OpenFlags.O_PATH) || (flags & ~PATH_FLAGS) == 0;
    }

    /** Puts a path before what is left to walk; its bytes are the characters' low halves. Returns 0 or a negated errno. */
    private int push(String path) {
        if (path.charAt(0) == '/') {
            return -Errno.EXDEV;
        }
        if (path.length() >= PATH_MAX) {
            return -Errno.ENAMETOOLONG;
        }
        final String[] pushed = path.split("/", -1);
        for (int i = pushed.length - 1; i >= 0; i--) {
            // A slash at the end asks for a directory, as a dot behind it does.
            final boolean trailing = i == pushed.length - 1 && i > 0 && pushed[i].isEmpty();
            if (trailing || !pushed[i].isEmpty()) {
                components.push(trailing ? "." : pushed[i]);
            }
        }
        return 0;
    }

    private int run() {
        while (true) {
            final String component = components.pop();
            final boolean last = components.isEmpty();
            final int result;
            if (component.equals(".")) {
                result = 0;
            } else if (component.equals("..")) {
                result = up();
            } else if (last) {
                return openLast(component);
            } else {
                result = into(component);
            }
            if (result < 0) {
                return result;
            }
            if (components.isEmpty()) {
                return openHere();
            }
        }
    }

    private int up() {
        if (directories.size() == 1) {
            return -Errno.EXDEV;
        }
        SystemCalls.close(directories.remove(directories.size() - 1));
        return 0;
    }

    /** Goes into a directory, or walks the text of a link. Returns 0 or a negated errno. */
    private int into(String component) {
        put(component);
        final int fd = openat(here(), name, STEP, 0);
        if (fd >= 0) {
            directories.add(fd);
            return checkMount(fd);
        }
        return fd == -Errno.ENOTDIR || fd == -Errno.ELOOP ? follow(fd) : fd;
    }

    /** Opens the last component, or walks on if it is a link. */
    private int openLast(String component) {
        put(component);
        final boolean follows = (flags & OpenFlags.O_NOFOLLOW) == 0
                && (flags & (OpenFlags.O_CREAT | OpenFlags.O_EXCL)) != (OpenFlags.O_CREAT | OpenFlags.O_EXCL);
        if (follows) {
            final int result = follow(-Errno.EINVAL);
            if (result == 0) {
                return run();
            }
            if (result != -Errno.EINVAL && result != -Errno.ENOENT) {
                return result;
            }
        }
        return checked(openat(here(), name, flags | OpenFlags.O_NOFOLLOW, mode), follows);
    }

    /** A dot, or a path that ends in dot-dot. */
    private int openHere() {
        put(".");
        return checked(openat(here(), name, flags, mode), false);
    }

    /** What became a link after it was looked at is not opened: it was renamed meanwhile, which openat2 answers with EAGAIN. */
    private int checked(int fd, boolean noLink) {
        if (fd == -Errno.ELOOP && noLink) {
            return -Errno.EAGAIN;
        }
        if (fd < 0) {
            return fd;
        }
        final int refusal = noLink && isLink(fd) ? -Errno.EAGAIN : checkMount(fd);
        if (refusal < 0) {
            SystemCalls.close(fd);
            return refusal;
        }
        return fd;
    }

    /** With O_PATH a link itself can be opened. */
    private boolean isLink(int fd) {
        if ((flags & OpenFlags.O_PATH) == 0) {
            return false;
        }
        try (Memory status = new Memory(StatxLayout.SIZE)) {
            return Descriptors.statxNow(fd, Pointer.nativeValue(status)) == 0
                    && (status.getShort(StatxLayout.MODE) & Statx.S_IFMT) == Statx.S_IFLNK;
        }
    }

    private int checkMount(int fd) {
        if ((resolve & ResolveFlags.RESOLVE_NO_XDEV) == 0L) {
            return 0;
        }
        try (Memory first = new Memory(StatxLayout.SIZE);
                Memory second = new Memory(StatxLayout.SIZE)) {
            int result = Descriptors.statxNow(directories.get(0), Pointer.nativeValue(first));
            if (result == 0) {
                result = Descriptors.statxNow(fd, Pointer.nativeValue(second));
            }
            if (result < 0) {
                return result;
            }
            final boolean same = first.getLong(StatxLayout.DEVICE_MAJOR) == second.getLong(StatxLayout.DEVICE_MAJOR)
                    && first.getLong(StatxLayout.MOUNT_ID) == second.getLong(StatxLayout.MOUNT_ID);
            return same ? 0 : -Errno.EXDEV;
        }
    }

    /** Walks the text of the link that {@link #put} named; returns {@code otherwise} if it is none. */
    private int follow(int otherwise) {
        final long text = name + PATH_MAX;
        final long lengthBytes = PathCalls.readlinkat(here(), name, text, PATH_MAX);
        if (lengthBytes == -1L) {
            final int errno = LibC.errno();
            return errno == Errno.EINVAL ? otherwise : -errno;
        }
        if ((resolve & ResolveFlags.RESOLVE_NO_SYMLINKS) != 0L || ++links > MOST_LINKS) {
            return -Errno.ELOOP;
        }
        return push(new String(memory.getByteArray(PATH_MAX, (int) lengthBytes), StandardCharsets.ISO_8859_1));
    }

    private int here() {
        return directories.get(directories.size() - 1);
    }

    private void put(String component) {
        final byte[] bytes = component.getBytes(StandardCharsets.ISO_8859_1);
        memory.write(0L, bytes, 0, bytes.length);
        memory.setByte(bytes.length, (byte) 0);
    }

    private static int openat(int dirFd, long path, int flags, int mode) {
        return LibC.orNegatedErrno(PathCalls.openat(dirFd, path, flags, mode));
    }

    @Override
    public void close() {
        for (int i = directories.size() - 1; i > 0; i--) {
            SystemCalls.close(directories.get(i));
        }
        memory.close();
    }
}
