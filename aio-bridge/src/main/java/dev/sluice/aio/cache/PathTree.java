// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.file.SeenStatus;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.aio.watch.Watches;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import java.util.function.Consumer;

/**
 * What the answers of a {@link FileCache} rest on: each directory on the way to a cached path is watched, and the file.
 *
 * <pre>
 *   root --- a --- b --- page.html     a directory's watch tells what happens to the names in it,
 *                  |                   a file's what happens to its content and attributes,
 *                  +---- missing       by whichever name or path that was done
 * </pre>
 */
final class PathTree {
    private static final int DIRECTORY_CHANGES =
            Inotify.IN_ATTRIB | Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_CREATE | Inotify.IN_DELETE;

    /** What mapped memory and io_submit(2) write is not reported as such: at least when the writer closes it is. */
    private static final int FILE_CHANGES = Inotify.IN_MODIFY | Inotify.IN_ATTRIB | Inotify.IN_CLOSE_WRITE;

    private final Watches watches;
    private final ResourceContainer container;
    private final MountTable mounts;
    private final Consumer<CacheEntry> forget;

    private PathNode root = new PathNode(null, "");
    private int fileChanges = FILE_CHANGES;
    private boolean lost;
    private boolean ended;

    PathTree(Watches watches, MountTable mounts, ResourceContainer container, Consumer<CacheEntry> forget) {
        this.watches = watches;
        this.mounts = mounts;
        this.container = container;
        this.forget = forget;
        watches.ownedBy((operation, result) -> watchEnded(operation));
    }

    Watches watches() {
        return watches;
    }

    /** From now on: whoever is to write to mapped memory opens the file first. */
    void watchOpens() {
        fileChanges |= Inotify.IN_OPEN;
    }

    PathNode root() {
        return root;
    }

    /** Drops whatever has changed until now. Two system calls, if nothing has. */
    void look() {
        lost |= mounts.update();
        watches.drainNow();
        dropLost();
    }

    /** Drops everything if changes were lost. */
    void dropLost() {
        if (lost) {
            lost = false;
            dropAll();
        }
    }

    /** Begins to watch a directory that is open for reading, unless nobody would tell what happens in it. */
    boolean watchDirectory(PathNode node, OpenFile directory) {
        return mounts.isLocal(directory.status().mountId())
                && !Descriptors.foldsCase(directory.fd())
                && watch(node, directory, DIRECTORY_CHANGES);
    }

    /** Begins to watch an open file, and only then asks for its status; false if it is none to be cached. */
    boolean watchFile(PathNode node, OpenFile file) {
        if (!watch(node, file, fileChanges)) {
            return false;
        }
        final SeenStatus status = file.status();
        if (status.isRegularFile() && mounts.isLocal(status.mountId())) {
            return true;
        }
        stopWatch(node);
        return false;
    }

    private boolean watch(PathNode node, OpenFile file, int changes) {
        final NodeWatch watch = new NodeWatch(this, node);
        watch.begin(file.fd(), changes, container, null);
        if (watch.isUnderWay()) { // or the kernel refuses: no right to read it, or too many watches
            node.watch = watch;
        }
        return node.isWatched();
    }

    private static void stopWatch(PathNode node) {
        if (node.watch != null) {
            node.watch.stop();
            node.watch = null;
        }
    }

    /** Something happened to a name in the directory, or, without a name, to what the node stands for itself. */
    void changed(PathNode node, String name) {
        if (node.dropped) {
            return;
        }
        final PathNode dropped = name.isEmpty() ? node : node.childIfAny(name);
        if (dropped != null) {
            drop(dropped);
        }
    }

    void changesLost() {
        lost = true;
    }

    private void watchEnded(DescriptorOperation operation) {
        if (operation instanceof NodeWatch watch) {
            if (watch.node().watch == watch) { // else it was not there long enough to rely on
                drop(watch.node());
            }
        } // else it is the poll, which has failed: each look reads what has changed all the same
    }

    void dropAll() {
        drop(root);
    }

    /** Forgets what rests on a node, and the nodes below it. */
    private void drop(PathNode node) {
        dropBelow(node);
        if (node.parent == null) {
            root = new PathNode(null, "");
        } else {
            node.parent.remove(node);
            prune(node.parent);
        }
    }

    private void dropBelow(PathNode node) {
        node.dropped = true;
        stopWatch(node);
        for (final CacheEntry entry : node.entries) {
            forget.accept(entry);
        }
        node.entries.clear();
        for (final PathNode child : node.children()) {
            dropBelow(child);
        }
    }

    /** Ends the watches of directories that nothing rests on any more. */
    void prune(PathNode from) {
        PathNode node = from;
        while (node != null && !node.dropped && node.isUnused()) {
            stopWatch(node);
            if (node.parent != null) {
                node.dropped = true;
                node.parent.remove(node);
            }
            node = node.parent;
        }
    }

    /** Tells whether the queue, or the cache, is closed. */
    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }
}
