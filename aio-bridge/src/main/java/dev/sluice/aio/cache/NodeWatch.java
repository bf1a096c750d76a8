// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.watch.Change;
import dev.sluice.aio.watch.WatchOperation;
import dev.sluice.uring.call.Inotify;

/** The watch of what a {@link PathNode} stands for: its changes are known as soon as they are read, without an event. */
final class NodeWatch extends WatchOperation {
    private final PathTree tree;
    private final PathNode node;

    NodeWatch(PathTree tree, PathNode node) {
        super(tree.watches());
        this.tree = tree;
        this.node = node;
    }

    PathNode node() {
        return node;
    }

    @Override
    protected void changed(Change change) {
        if (change.mask() == Inotify.IN_OPEN) {
            node.entries.forEach(CacheEntry::opened);
        } else {
            tree.changed(node, change.name());
        }
    }

    @Override
    protected void changesLost() {
        tree.changesLost();
    }

    /** The queue is closing. */
    @Override
    protected void withdrawn() {
        tree.end();
        super.withdrawn();
    }

    /** Nobody wants to know any more. */
    void stop() {
        if (isUnderWay()) {
            watches.remove(this);
            endSilently(0);
        }
    }
}
