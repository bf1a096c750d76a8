// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.aio.operation.DescriptorOwner;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileNames;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import java.util.ArrayList;
import java.util.List;

/**
 * A path on its way into the cache. Each directory is opened and watched before the next name is looked up in it, so that what
 * happens to a name after it was looked up is always told. What cannot be cached - reached by a symbolic link, on a file
 * system whose changes are not told, changed meanwhile - is opened plainly, for those who wait for it alone.
 */
final class PathOpening implements DescriptorOwner {
    /**
     * Without {@code O_DIRECTORY}, in whose place is a slash at the end of the path: before Linux 6.5 the kernel, too, took it for
     * {@code O_TMPFILE} and did not look into its caches.
     */
    private static final int DIRECTORY = OpenFlags.O_RDONLY;

    /** Opening a FIFO or a device must not make a kernel worker wait for its other end. */
    private static final int FILE = OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK;

    /** Each is a watch. */
    private static final int MAX_DIRECTORIES = 32;

    private enum Step {
        DIRECTORY,
        FILE,
        UNCACHED
    }

    final String path;

    private final FileCache cache;
    private final PathTree tree;
    private final ResourceContainer container;
    private final int band;
    private final List<CachedOpen> waiting = new ArrayList<>(1);

    /** The path's names; null if it is not to be cached. */
    private final String[] names;

    /** Stands for the first {@link #depth} of them: watched, but for the last of it. */
    private PathNode node;

    private int depth;
    private Step step;
    private OpenFile file;
    private boolean stepEnded;
    private int stepResult;

    PathOpening(FileCache cache, PathTree tree, String path, ResourceContainer container) {
        this.cache = cache;
        this.tree = tree;
        this.path = path;
        this.container = container;
        band = container.effectivePriority();
        names = namesOf(path);
        if (names != null) {
            node = tree.root();
            node.openings++;
        }
    }

    /** Returns null for what is not plainly name after name, or what the kernel would report by other names. */
    private static String[] namesOf(String path) {
        final String[] names = path.split("/", -1);
        for (final String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return null;
            }
        }
        return names.length <= MAX_DIRECTORIES && FileNames.isUsual(path) ? names : null;
    }

    /**
     * Tells whether somebody who asks now may wait for this too: nothing has happened to the path since it was looked up, and
     * nobody more urgent would wait in the place of somebody less so.
     */
    boolean mayJoin(int joiningBand) {
        return node != null && !node.dropped && joiningBand <= band;
    }

    long join(ResourceContainer charged, Object attachment) {
        final CachedOpen open = new CachedOpen(cache.io(), this);
        final long id = open.begin(charged, attachment);
        if (id != OperationPort.BACK_PRESSURED) {
            waiting.add(open);
        }
        return id;
    }

    /** One who waits was cancelled. The others, and the cache, still want the file. */
    void leave(CachedOpen open) {
        waiting.remove(open);
    }

    /** Nobody has joined: as if it had not been. */
    void abandon() {
        leaveNode();
    }

    @Override
    public void ended(DescriptorOperation operation, int result) {
        stepEnded = true;
        stepResult = result;
        cache.stepSoon(this);
    }

    /** Takes the next step. SQEs may be claimed. */
    void takeStep() {
        if (stepEnded) {
            stepEnded = false;
            took(stepResult);
        } else {
            openNext();
        }
    }

    /** Opens what comes next: a directory that is not watched yet, or the file. */
    private void openNext() {
        if (node != null && !tree.isEnded()) {
            walk();
        }
        if (node == null || node.dropped || tree.isEnded()) {
            step = Step.UNCACHED;
            leaveNode();
            cache.notJoinable(this);
        }
        file = cache.newFile();
        file.ownedBy(this);
        final long id = switch (step) {
            case DIRECTORY -> open(depth == 0 ? "." : pathOfDirectory(), DIRECTORY, ResolveFlags.RESOLVE_NO_SYMLINKS);
            case FILE -> open(path, FILE, ResolveFlags.RESOLVE_NO_SYMLINKS);
            case UNCACHED -> open(path, FILE, 0L);
        };
        if (id == OperationPort.BACK_PRESSURED) {
            cache.stepSoon(this);
        }
    }

    private long open(String opened, int flags, long resolve) {
        return file.open(cache.root(), opened, flags, 0, resolve, container, null);
    }

    private void walk() {
        while (depth < names.length && node.isWatched() && !node.dropped) {
            moveTo(node.child(names[depth]));
            depth++;
        }
        step = depth == names.length ? Step.FILE : Step.DIRECTORY;
    }

    private void moveTo(PathNode next) {
        node.openings--;
        next.openings++;
        node = next;
    }

    private String pathOfDirectory() {
        return String.join("/", List.of(names).subList(0, depth)) + "/";
    }

    private void took(int result) {
        if (result == -Errno.ECANCELED) { // by nobody but the closing queue
            end(result, null);
            return;
        }
        switch (step) {
            case DIRECTORY -> tookDirectory(result);
            case FILE -> tookFile(result);
            case UNCACHED -> end(Math.min(result, 0), result < 0 ? null : alone());
        }
    }

    private void tookDirectory(int result) {
        if (result >= 0) {
            if (!node.dropped && !node.isWatched() && !tree.watchDirectory(node, file)) {
                leaveNode();
            }
            cache.closeSoon(file);
            openNext();
        } else if (result == -Errno.ENOENT && depth > 0 && !node.dropped) {
            missing();
        } else {
            leaveNode(); // a symbolic link, or not a directory, or no right to read it: the plain open decides
            openNext();
        }
    }

    private void tookFile(int result) {
        if (result >= 0) {
            end(0, opened());
        } else if (result == -Errno.ENOENT && !node.dropped) {
            missing();
        } else if (result == -Errno.ELOOP) {
            leaveNode();
            openNext();
        } else {
            end(result, null);
        }
    }

    private void missing() {
        cache.addMissing(new CacheEntry(cache, path, null, -Errno.ENOENT), node);
        end(-Errno.ENOENT, null);
    }

    private CacheEntry opened() {
        final CacheEntry existing = cache.entry(path);
        if (existing != null && existing.result() == 0) { // somebody more urgent was faster
            cache.closeSoon(file);
            return existing;
        }
        if (node.dropped || node.isWatched() || !cache.hasRoom() || !tree.watchFile(node, file)) {
            return alone();
        }
        final CacheEntry entry = new CacheEntry(cache, path, file, 0);
        cache.own(file);
        cache.add(entry, node);
        return entry;
    }

    /** The file for those who wait, and for nobody after them. */
    private CacheEntry alone() {
        file.ownedBy(null);
        return new CacheEntry(cache, path, file, 0);
    }

    private void end(int result, CacheEntry opened) {
        leaveNode();
        cache.notJoinable(this);
        for (final CachedOpen open : waiting) {
            if (opened != null) {
                cache.hold(opened);
            }
            open.end(result, opened == null ? null : opened.face());
        }
        waiting.clear();
        if (opened != null && opened.holders == 0) {
            cache.released(opened);
        }
    }

    private void leaveNode() {
        if (node != null) {
            final PathNode left = node;
            node = null;
            left.openings--;
            tree.prune(left);
        }
    }
}
