package dev.sluice.aio;

/**
 * A file that an {@link OpenFileCache} handed out: open, and shared with whoever else has it. Its holder may read it for a
 * container and with an attachment of its own; {@link #release()} gives it back when no operation of the holder's is under
 * way on it any more. It stays open until then, also when the path has come to mean something else.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class CachedFile {
    private final OpenFileCache cache;
    private final AsyncFile file;
    private final int result;

    final String path;

    /** What the answer rests on; null if it is not cached. */
    PathNode node;

    int holders;

    /** Neighbours among what is cached and has no holder. */
    CachedFile older;

    CachedFile newer;

    CachedFile(OpenFileCache cache, String path, AsyncFile file, int result) {
        this.cache = cache;
        this.path = path;
        this.file = file;
        this.result = result;
    }

    /**
     * Returns what opening the path comes to.
     *
     * @return 0, or {@code -ENOENT}: there is no such file, none to read and none to release
     */
    public int result() {
        return result;
    }

    /**
     * Returns the open file, not to be closed. Each operation names a container and an attachment: the file's own are the
     * cache's.
     *
     * @return the file
     * @throws IllegalStateException if there is none
     */
    public AsyncFile file() {
        if (file == null) {
            throw new IllegalStateException("\"" + path + "\" does not exist: result=" + result);
        }
        return file;
    }

    /**
     * Returns the file's status as it was when it was handed out, and is for as long as it is handed out from the cache.
     *
     * @return a view that does not change
     * @throws IllegalStateException if there is no file
     */
    public FileStatus status() {
        return file().status();
    }

    /**
     * Gives it back. Once for each time that it was handed out; nothing to do where there is no file.
     *
     * @throws IllegalStateException if nobody holds it
     */
    public void release() {
        if (file == null) {
            return;
        }
        cache.checkOwner();
        if (holders == 0) {
            throw new IllegalStateException("released once more than it was handed out: \"" + path + "\"");
        }
        holders--;
        if (holders == 0) {
            cache.released(this);
        }
    }

    boolean isCached() {
        return node != null;
    }
}
