// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

/** What a {@link FileCache} has and nobody holds, in the order of use. */
final class IdleList {
    private CacheEntry oldest;
    private CacheEntry newest;
    private int size;

    /** Returns what was used longest ago, or null. */
    CacheEntry oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    /** Adds what was used just now and is not in the list. */
    void add(CacheEntry file) {
        file.older = newest;
        if (newest == null) {
            oldest = file;
        } else {
            newest.newer = file;
        }
        newest = file;
        size++;
    }

    /** Takes a file out, if it is in the list. */
    void remove(CacheEntry file) {
        if (file.older == null && oldest != file) {
            return;
        }
        if (file.older == null) {
            oldest = file.newer;
        } else {
            file.older.newer = file.newer;
        }
        if (file.newer == null) {
            newest = file.older;
        } else {
            file.newer.older = file.older;
        }
        file.older = null;
        file.newer = null;
        size--;
    }

    /** Moves what is used now to the end. */
    void used(CacheEntry file) {
        remove(file);
        add(file);
    }
}
