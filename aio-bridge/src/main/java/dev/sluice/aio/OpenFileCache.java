// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.cache.CacheEntry;
import dev.sluice.aio.cache.ContentTier;
import dev.sluice.aio.cache.FileCache;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Files below a root that are kept open, with their status, and names that are known not to exist: what was opened once is
 * found without asking the kernel again, until the kernel tells that it has changed. Nothing ends by the passing of time.
 *
 * <pre>{@code
 * CachedFile file = cache.find(path);
 * if (file == null) {
 *     cache.open(path, container, attachment); // the event's message is the CachedFile
 * }
 * }</pre>
 *
 * <p><b>What it answers.</b> As opening the path anew would: every directory on the way and the file itself are watched by
 * inotify, and mounts by the readiness of {@code /proc/self/mountinfo}. Before {@link #find} answers for the first time
 * after the ring was entered, it reads what both have to tell. So an answer knows every change whose system call had
 * returned before the request was sent that the ring brought; there is no time in which it is stale. Whoever is asked by
 * other means than the ring, such as a message of another thread, calls {@link #refresh()} first. A change drops what rests
 * on it; when changes were lost (the queue of inotify is bounded), or mounts have come or gone, everything is dropped.
 *
 * <p>Contents are read from the open file, unless they are {@linkplain #keepContents kept}. What a status may miss without that, until the
 * writer closes its descriptor, is what inotify does not tell: stores to a shared mapping, which change the time of modification, and
 * writes by io_submit(2), which change the size too.
 *
 * <p><b>Where contents are kept</b>, {@link #find} also compares each file's size and times with those that it had when it was opened, by a
 * statx(2) of the descriptor, once for each time that the ring was entered. That tells of all writes of io_submit, and of a store to a
 * mapping unless its page is dirty already: until such a page was written back, further stores change no time. So a content is handed
 * out only while nobody has the file open for writing, which a read lease shows that is taken and given back at once; a mapping keeps its
 * file open. Who opens it later is told by inotify before he can store anything, and whether he is there to write is asked again, at
 * most once for each time that the ring was entered. While he is, the file is read as ever. So stores that came before the request are in
 * the answer. <b>Where that cannot be shown</b> - a file of another owner, to a process without CAP_LEASE; overlayfs, whose mappings are of a
 * layer; sysctl {@code fs.leases-enable} - the comparison alone holds, and a store to a page that is dirty already is missed, until the
 * page was written back and is stored to again, or the writer unmaps the file.
 *
 * <p>Beyond all of this are: writes to the disk below the file system; a layer of overlayfs that is changed through the mount above it, and what
 * fanotify(7) has opened, of which inotify tells nothing, so that the times alone do; pages that outlive their mapping, since a
 * device or a ring still has them to fill. While a lease is there, some microseconds, who opens the file for writing with {@code O_NONBLOCK} may be
 * refused with {@code EWOULDBLOCK}, and the process gets a SIGURG, which does nothing.
 *
 * <p><b>What is not kept</b>, and is opened for each request as without a cache: what is reached by a symbolic link, what
 * is no regular file, what lies on a file system that others can change (nfs, cifs, fuse, ...) or that finds names whatever
 * their case, what lies in a directory that this process may not list or below more than 31 directories, paths with
 * empty or dot names, errors other than {@code ENOENT}; and everything beyond sysctl {@code fs.inotify.max_user_watches}.
 * A file that is kept is open: its file system cannot be unmounted, but lazily.
 *
 * <p><b>Bounds.</b> At most as many files as were asked for, each with one descriptor and one watch; beside them an eighth as
 * many names that do not exist, but at least 8, so that asking for such names pushes no file out; and no directory is watched that
 * none of these needs. What was asked for once or twice makes room for another of its kind before what was asked for more often, which fills at
 * most four fifths, and of either that used longest ago; so it does for whoever waits for a {@linkplain
 * AsyncIo#descriptors() descriptor}. What somebody holds is never closed. To drop everything takes some microseconds for each entry.
 *
 * <p>The root must stay open until the cache is closed or has another one. Made by {@link FileEvents#newOpenFileCache}; ends with the queue, or by
 * {@link #close()}. Belongs to the thread of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class OpenFileCache {
    /** The largest file whose content is kept. */
    public static final int MAX_CONTENT_BYTES = FileCache.MAX_CONTENT_BYTES;

    final FileCache cache;

    /** Null if none are kept. */
    private @Nullable ContentTier contents;

    OpenFileCache(FileCache cache) {
        this.cache = cache;
    }

    /**
     * Has the contents of small files kept, too, of those that are opened from now on: {@link CachedFile#content()}. Kept are files of up to
     * {@link #MAX_CONTENT_BYTES} that are asked for again; they are read by the cache itself, for {@code container} and at its priority. In the
     * room that there is for them those that are asked for often stay, whatever others are asked for once or twice.
     *
     * @param maxBytes of the blocks that hold contents, 4, 16 or 64 KiB each, those included that were dropped and are still being sent; at most a
     *     quarter of what there is for {@linkplain AsyncIo#arena() buffers}
     * @param container charged for the blocks and the reads, and for nothing else. When memory is {@linkplain BufferArena#isShort short} for it the
     *     blocks go back
     * @throws IllegalArgumentException if {@code maxBytes} is not above 0
     * @throws IllegalStateException if contents are kept already, or the cache is closed
     */
    public void keepContents(long maxBytes, ResourceContainer container) {
        if (maxBytes < 1L) {
            throw new IllegalArgumentException("maxBytes must be above 0: maxBytes=" + maxBytes);
        }
        contents = cache.keepContents(maxBytes, container);
    }

    /**
     * Finds what is cached. Allocates nothing; asks the kernel nothing, but for changes, once for each time that the ring was
     * entered.
     *
     * @param path relative to the root
     * @return the file, held by the caller until it {@linkplain CachedFile#release() releases} it, or that there is none; null
     *     if it is not cached: {@link #open} it
     * @throws IllegalStateException if the cache is closed
     */
    public @Nullable CachedFile find(String path) {
        final CacheEntry found = cache.find(path);
        return found == null ? null : (CachedFile) found.face();
    }

    /**
     * Opens what {@link #find} did not find, for reading and with {@code O_NONBLOCK}, and keeps it if it can be kept. Those
     * who ask for the same path wait for the same open, unless one is more urgent than who asked before. The event's
     * operation is {@code OPENAT2}, its result 0 or a negative errno as that of {@link AsyncFile#open}. With 0 its
     * {@linkplain dev.sluice.events.Event#message() message} is a {@link CachedFile}, which the handler must release.
     *
     * <p>Can be {@linkplain AsyncIo#cancel cancelled}; the open itself then goes on, for the cache.
     *
     * @param path as {@link AsyncFile#open}
     * @param charged the container to charge, at whose priority the file is opened and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link AsyncFile#open}
     * @throws IllegalStateException if the cache or the root is closed
     */
    public long open(String path, ResourceContainer charged, @Nullable Object attachment) {
        return cache.open(path, charged, attachment);
    }

    /**
     * As {@link #open(String, ResourceContainer, Object)}, for a lambda.
     *
     * @param path as {@link AsyncFile#open}
     * @param charged the container to charge, at whose priority the file is opened and the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long open(String path, ResourceContainer charged, @Nullable EventHandler handler) {
        return open(path, charged, (Object) handler);
    }

    /**
     * Reads what has changed until now, whenever that was done last: for who is asked by other means than the ring. Costs two
     * system calls.
     *
     * @throws IllegalStateException if the cache is closed
     */
    public void refresh() {
        cache.refresh();
    }

    /**
     * Drops everything and goes on below another root. What is held stays open until it is released; what is being opened below
     * the root before is delivered to those who wait for it, and not kept.
     *
     * @param newRoot below which files are opened from now on; stays open until the cache is closed. The one before may be closed
     * @throws IllegalStateException if the cache is closed
     */
    public void changeRoot(RootDirectory newRoot) {
        Objects.requireNonNull(newRoot, "newRoot");
        cache.changeRoot(newRoot.root);
    }

    /**
     * Drops everything and closes the watches. What is held stays open until it is released; what is being opened is still
     * delivered. The events, with the attachment that the cache was made with, are those of {@link FileWatches#close()}: the
     * last one is that of the close.
     *
     * @return the operation's id; {@link AsyncIo#BACK_PRESSURED} when too many operations are under way: ask again
     * @throws IllegalStateException if it is closed
     */
    public long close() {
        return cache.close();
    }

    /**
     * Returns how often {@link #find} has found something.
     *
     * @return the count
     */
    public long hits() {
        return cache.hits();
    }

    /**
     * Returns how often {@link #open} was asked for something.
     *
     * @return the count
     */
    public long misses() {
        return cache.misses();
    }

    /**
     * Returns how many entries were dropped because something had changed.
     *
     * @return the count
     */
    public long changes() {
        return cache.changes();
    }

    /**
     * Returns how much is cached.
     *
     * @return files and names that do not exist
     */
    public int entries() {
        return cache.entries();
    }

    /**
     * Returns how often {@link CachedFile#content()} has returned a content.
     *
     * @return the count, 0 if none are kept
     */
    public long contentHits() {
        return contents == null ? 0L : contents.hits();
    }

    /**
     * Returns how many contents are kept.
     *
     * @return the count, 0 if none are
     */
    public int contents() {
        return contents == null ? 0 : contents.kept();
    }

    /**
     * Returns how much memory contents take.
     *
     * @return bytes of the blocks of what is kept or being read; what was dropped and is still being sent is in what {@link
     *     dev.sluice.containers.Resource#BUFFER_BYTES} the container has
     */
    public long contentBytes() {
        return contents == null ? 0L : contents.bytes();
    }
}
