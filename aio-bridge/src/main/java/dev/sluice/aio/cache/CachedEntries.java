// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import java.util.HashMap;
import java.util.Map;

/** What a {@link FileCache} has, by path, and in the order of use what of it could be given up: what nobody holds. */
final class CachedEntries {
    /** How many files there is room for, for one name that does not exist. */
    private static final int FILES_FOR_A_MISSING_NAME = 8;

    private static final int FEWEST_MISSING_NAMES = 8;

    private final FileCache cache;
    private final PathTree tree;
    private final int maxFiles;
    private final int maxMissing;
    private final Map<String, CacheEntry> entries = new HashMap<>();
    private final UseOrder<CacheEntry> files;

    /** Names that do not exist. */
    private final UseOrder<CacheEntry> missing;

    CachedEntries(FileCache cache, PathTree tree, int maxFiles) {
        this.cache = cache;
        this.tree = tree;
        this.maxFiles = maxFiles;
        maxMissing = Math.max(FEWEST_MISSING_NAMES, maxFiles / FILES_FOR_A_MISSING_NAME);
        files = new UseOrder<>(maxFiles);
        missing = new UseOrder<>(maxMissing);
    }

    /** Returns what is cached of a path, or null. */
    CacheEntry of(String path) {
        return entries.get(path);
    }

    /** It is asked for and handed out. */
    void use(CacheEntry entry) {
        entry.use();
        if (entry.result() == 0) {
            hold(entry);
        } else {
            missing.used(entry);
        }
    }

    void hold(CacheEntry file) {
        if (file.holders++ == 0) {
            files.remove(file);
        }
    }

    /** Nobody holds it any more, or nobody has since it was added; it is cached. */
    void letGo(CacheEntry file) {
        files.used(file);
    }

    /** Returns the file to give up first of those that nobody holds, or null. */
    CacheEntry unusedFile() {
        return files.first();
    }

    /** Makes room for one more file; false if all are in use. */
    boolean makeRoom() {
        while (entries.size() - missing.size() >= maxFiles) {
            final CacheEntry evicted = files.first();
            if (evicted == null) {
                return false;
            }
            evict(evicted);
        }
        return true;
    }

    /** Keeps a file, for which there is room; false if there is one of that path. */
    boolean add(CacheEntry file, PathNode node) {
        final boolean added = keep(file, node);
        if (added) {
            files.add(file);
        }
        return added;
    }

    /** Keeps a name that does not exist, in the place of one to give up first: never in that of a file. */
    void addMissing(CacheEntry name, PathNode node) {
        if (keep(name, node)) {
            missing.add(name);
            if (missing.size() > maxMissing) {
                evict(missing.first());
            }
        }
    }

    private boolean keep(CacheEntry entry, PathNode node) {
        if (entries.putIfAbsent(entry.path, entry) != null) {
            return false;
        }
        entry.use();
        entry.node = node;
        node.entries.add(entry);
        return true;
    }

    void evict(CacheEntry evicted) {
        final PathNode node = evicted.node;
        node.entries.remove(evicted);
        forget(evicted);
        tree.prune(node);
    }

    /** As {@link #evict}, for what its node does not know any more. */
    void forget(CacheEntry entry) {
        entries.remove(entry.path, entry);
        entry.node = null;
        cache.dropContent(entry);
        if (entry.result() < 0) {
            missing.remove(entry);
        } else if (entry.holders == 0) {
            files.remove(entry);
            cache.closeSoon(entry.file());
        }
    }

    int size() {
        return entries.size();
    }
}
