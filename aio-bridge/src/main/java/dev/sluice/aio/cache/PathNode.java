// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One name of a path below the root, and what is known of it: a directory or a file that is watched, or a name that does
 * not exist. It stands from before it is looked up, so that whatever happens to the name meanwhile drops it.
 */
final class PathNode {
    final PathNode parent;
    final String name;

    /** What is cached because this name stands for what it does: one file, or the paths that end here in nothing. */
    final List<CacheEntry> entries = new ArrayList<>(1);

    /** Null if not watched. */
    NodeWatch watch;

    /** Lookups under way that rely on it. */
    int openings;

    /** Something has happened to it: nothing may rely on it any more. */
    boolean dropped;

    private Map<String, PathNode> children = Map.of();

    PathNode(PathNode parent, String name) {
        this.parent = parent;
        this.name = name;
    }

    /** Returns the node of a name in this directory, made if there is none. */
    PathNode child(String childName) {
        if (children.isEmpty()) {
            children = new HashMap<>();
        }
        return children.computeIfAbsent(childName, missing -> new PathNode(this, missing));
    }

    /** Returns the node of a name in this directory, or null. */
    PathNode childIfAny(String childName) {
        return children.get(childName);
    }

    void remove(PathNode child) {
        children.remove(child.name, child);
    }

    List<PathNode> children() {
        return List.copyOf(children.values());
    }

    boolean isWatched() {
        return watch != null;
    }

    boolean isUnused() {
        return openings == 0 && entries.isEmpty() && children.isEmpty();
    }
}
