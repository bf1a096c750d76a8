package dev.sluice.aio;

/** What an {@link OpenFileCache} has and nobody holds, in the order of use. */
final class IdleList {
    private CachedFile oldest;
    private CachedFile newest;
    private int size;

    /** Returns what was used longest ago, or null. */
    CachedFile oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    /** Adds what was used just now and is not in the list. */
    void add(CachedFile file) {
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
    void remove(CachedFile file) {
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
    void used(CachedFile file) {
        remove(file);
        add(file);
    }
}
