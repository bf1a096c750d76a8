// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.file.Root;
import dev.sluice.aio.process.ErrnoException;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a path leads now, and which names that depends on: each directory on the way is watched before the next name is looked up
 * in it, be it a directory or a symbolic link, so that whatever happens to one of them later is told.
 *
 * <pre>
 *   /srv/app/current, where current -> releases/7     the names srv in /, app in /srv, current in /srv/app,
 *                                                     releases in /srv/app, 7 in /srv/app/releases
 * </pre>
 */
final class RootWalk {
    private static final int WATCHED =
            Inotify.IN_ATTRIB | Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_CREATE | Inotify.IN_DELETE;

    /** As many as the kernel follows. */
    private static final int MOST_LINKS = 40;

    private static final String ANY_NAME = "";
    private static final int FIRST_BEYOND_ASCII = 0x80;

    private final int inotifyFd;

    /** By watch. A name that is not plain ASCII may have been read otherwise than the kernel reports it: then any name. */
    private final Map<Integer, Set<String>> names = new HashMap<>();

    /** Null if the path leads to no directory that can be opened. */
    private Root root;

    private int result;

    /** What was found says nothing of the path. */
    private boolean failed;

    private RootWalk(int inotifyFd) {
        this.inotifyFd = inotifyFd;
    }

    /** Walks; waits for the disk. Watches of {@code inotifyFd} that this does not need any more are left as they are. */
    static RootWalk of(Path path, int inotifyFd) {
        final RootWalk walk = new RootWalk(inotifyFd);
        try {
            walk.watch(path.toAbsolutePath());
            walk.root = Root.open(path);
        } catch (ErrnoException e) {
            walk.result = -e.errno();
            walk.failed = true;
        } catch (IOException e) {
            final int errno = ErrnoException.errnoOf(e);
            walk.failed = errno == Errno.EIO && Files.isDirectory(path); // as for want of descriptors
            walk.result = errno == Errno.EIO && !walk.failed ? -Errno.ENOTDIR : -errno;
        } catch (UncheckedIOException | OutOfMemoryError e) {
            return failed(inotifyFd); // there was no memory for what the calls need beside them
        }
        return walk;
    }

    /** One that found nothing out. */
    static RootWalk failed(int inotifyFd) {
        final RootWalk walk = new RootWalk(inotifyFd);
        walk.result = -Errno.ENOMEM;
        walk.failed = true;
        return walk;
    }

    private void watch(Path path) throws IOException {
        final Path top = path.getRoot();
        final Deque<Path> ahead = new ArrayDeque<>();
        path.forEach(ahead::add);
        Path at = top;
        int links = 0;
        while (!ahead.isEmpty()) {
            final Path name = ahead.remove();
            if (name.toString().equals("..")) {
                at = at.equals(top) ? top : at.getParent(); // what it leads from is no link
            } else if (!name.toString().equals(".")) {
                watch(at, name.toString());
                final Path next = at.resolve(name);
                if (Files.isSymbolicLink(next) && links < MOST_LINKS) {
                    links++;
                    final Path link = read(next);
                    if (link == null) {
                        return;
                    }
                    at = putAhead(link, ahead) ? top : at;
                } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                    at = next;
                } else {
                    return;
                }
            }
        }
    }

    /**
     * Null if that fails: it was replaced just now, which is told, or links must not be read, as where a filter of system calls
     * refuses that. Then nothing of what it leads to is watched; where it leads, the open tells.
     */
    private static Path read(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return null;
        }
    }

    /** Tells whether the link leads away from the top. */
    private static boolean putAhead(Path link, Deque<Path> ahead) {
        for (int i = link.getNameCount() - 1; i >= 0; i--) {
            ahead.addFirst(link.getName(i));
        }
        return link.isAbsolute();
    }

    /** A directory that this process may pass and not read cannot be watched: what happens in it is not told. */
    private void watch(Path directory, String name) throws IOException {
        final int fd = Descriptors.openDirectory(directory);
        final int watch;
        try {
            watch = Inotify.addWatch(inotifyFd, fd, WATCHED);
        } finally {
            Descriptors.close(fd);
        }
        if (watch >= 0) {
            final boolean plain = name.chars().allMatch(c -> c < FIRST_BEYOND_ASCII);
            names.computeIfAbsent(watch, added -> new HashSet<>()).add(plain ? name : ANY_NAME);
        } else if (watch != -Errno.EACCES) {
            throw new ErrnoException("inotify_add_watch", directory.toString(), -watch);
        }
    }

    /** Tells whether a change means that the path may lead elsewhere. */
    boolean dependsOn(int watch, int mask, String name) {
        if ((mask & Inotify.IN_Q_OVERFLOW) != 0) {
            return true;
        }
        final Set<String> watched = names.get(watch);
        return watched != null && (name.isEmpty() || watched.contains(name) || watched.contains(ANY_NAME));
    }

    /** Ends the watches that a later walk has no use for. */
    void endWatchesBut(RootWalk later, int fd) {
        for (final int watch : names.keySet()) {
            if (!later.names.containsKey(watch)) {
                Inotify.removeWatch(fd, watch); // EINVAL: the directory is gone
            }
        }
    }

    Root root() {
        return root;
    }

    /** 0, or the negated errno of what leads to no directory. */
    int result() {
        return result;
    }

    /** Tells whether this says nothing of the path: the process lacked something that it may have again. */
    boolean hasFailed() {
        return failed;
    }

    void discard() {
        if (root != null) {
            root.close();
        }
    }
}
