// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.cache.CacheEntry;
import dev.sluice.aio.memory.SharedViews;
import org.jspecify.annotations.Nullable;

/**
 * A file that an {@link OpenFileCache} handed out: open, and shared with whoever else has it. Its holder may read it for a
 * container and with an attachment of its own; {@link #release()} gives it back when no operation of the holder's is under
 * way on it any more. It stays open until then, also when the path has come to mean something else.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class CachedFile {
    private final CacheEntry entry;

    /** Null if there is none. */
    private final @Nullable AsyncFile file;

    /** As it was handed out last; null if it was not. */
    private @Nullable SharedBlock content;

    CachedFile(CacheEntry entry) {
        this.entry = entry;
        file = entry.result() == 0 ? new AsyncFile(entry.file()) : null;
    }

    /**
     * Returns what opening the path comes to.
     *
     * @return 0, or {@code -ENOENT}: there is no such file, none to read and none to release
     */
    public int result() {
        return entry.result();
    }

    /**
     * Returns the open file, not to be closed. Each operation names a container and an attachment: the file's own are the
     * cache's.
     *
     * @return the file
     * @throws IllegalStateException if there is none
     */
    @SuppressWarnings("NullAway") // the entry throws if there is none
    public AsyncFile file() {
        entry.file(); // throws if there is none
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
     * Returns the file's content, if the cache {@linkplain OpenFileCache#keepContents keeps} it: what a read of all of it would be now, as {@link
     * OpenFileCache} tells. To be sent by {@linkplain SharedBlock#view() views}, which may outlive everything else here. Asked once for each use of
     * the file, for the contents that are asked for again are those that are kept. Allocates nothing if it says what it said before; at most two
     * system calls for a file, each time that the ring was entered.
     *
     * @return the cache's, not to be released, and not to be asked for a view after the handler that it was returned to; null if it is not kept, and
     *     for an empty file
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public @Nullable SharedBlock content() {
        final SharedViews views = entry.content();
        if (views == null) {
            content = null;
        } else if (content == null || !content.isOf(views)) {
            content = SharedBlock.ofCache(views);
        }
        return content;
    }

    /**
     * Gives it back. Once for each time that it was handed out; nothing to do where there is no file.
     *
     * @throws IllegalStateException if nobody holds it
     */
    public void release() {
        entry.release();
    }
}
