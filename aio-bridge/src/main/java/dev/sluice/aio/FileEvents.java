// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.cache.FileCache;
import dev.sluice.aio.cache.MountTable;
import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.watch.RootWatcher;
import dev.sluice.aio.watch.Watches;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.call.Inotify;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happens to files and directories, as events of the queue: changes, and roots that move; and what rests on these, files that are kept
 * open until they change. Had from {@link AsyncIo#files()}; belongs to the thread of the queue.
 */
public final class FileEvents {
    private final EventQueue queue;
    private final IoContext io;
    private final FileOperations files;

    FileEvents(EventQueue queue, IoContext io, FileOperations files) {
        this.queue = queue;
        this.io = io;
        this.files = files;
    }

    /**
     * Makes changes of files and directories events of the queue.
     *
     * @param container charged for the descriptor, and for its own last event
     * @param attachment handed out with that event, may be null
     * @return nothing watched yet
     * @throws java.io.UncheckedIOException if there is no descriptor left for it, naming the limits
     * @throws IllegalStateException if too many operations are under way
     */
    public FileWatches newFileWatches(ResourceContainer container, @Nullable Object attachment) {
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        return new FileWatches(watches(0L, container, attachment));
    }

    /**
     * As {@link #newFileWatches(ResourceContainer, Object)}, for a lambda.
     *
     * @param container charged for the descriptor, and for its own last event
     * @param handler of that event, may be null
     * @return nothing watched yet
     */
    public FileWatches newFileWatches(ResourceContainer container, @Nullable EventHandler handler) {
        return newFileWatches(container, (Object) handler);
    }

    private Watches watches(long restNs, ResourceContainer container, @Nullable Object attachment) {
        return new Watches(io, Inotify.open(), restNs, container, attachment, FileChange::new);
    }

    /**
     * Makes a cache of open files. Reads {@code /proc/self/mountinfo}, which does not wait for a disk.
     *
     * @param root below which files are opened; stays open until the cache is closed
     * @param maxFiles how many files are kept open, at least 1; beside them an eighth as many names that do not exist, at
     *     least 8
     * @param container charged for the descriptors that are kept
     * @param attachment handed out with the events of the cache's close, may be null
     * @return nothing cached yet
     * @throws java.io.UncheckedIOException if there is no descriptor left for it, naming the limits, or no {@code /proc}
     * @throws IllegalArgumentException if {@code maxFiles} is out of range
     * @throws IllegalStateException if too many operations are under way
     */
    public OpenFileCache newOpenFileCache(
            RootDirectory root, int maxFiles, ResourceContainer container, @Nullable Object attachment) {
        Objects.requireNonNull(root, "root");
        if (maxFiles < 1) {
            throw new IllegalArgumentException("maxFiles must be at least 1: maxFiles=" + maxFiles);
        }
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        final MountTable mounts = new MountTable();
        io.port().resources().atClose(mounts);
        return new OpenFileCache(new FileCache(
                io,
                files,
                root.root,
                maxFiles,
                container,
                watches(FileCache.LONGEST_UNREAD_NS, container, attachment),
                mounts,
                CachedFile::new));
    }

    /**
     * As {@link #newOpenFileCache(RootDirectory, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param root below which files are opened; stays open until the cache is closed
     * @param maxFiles how many files are kept open, at least 1
     * @param container charged for the descriptors that are kept
     * @param handler of the events of the cache's close, may be null
     * @return nothing cached yet
     */
    public OpenFileCache newOpenFileCache(
            RootDirectory root, int maxFiles, ResourceContainer container, @Nullable EventHandler handler) {
        return newOpenFileCache(root, maxFiles, container, (Object) handler);
    }

    /**
     * Makes it an event of the queue that the path of a root has come to lead to another directory. Waits for the disk: for
     * start-up. If the path leads elsewhere by now, the first event tells.
     *
     * @param root stays open until an event brings another one
     * @param container charged for the descriptor, and at whose priority the events come
     * @param attachment handed out with each event, may be null
     * @return the watch, until it is closed
     * @throws IOException if directories on the way cannot be watched: beyond sysctl {@code fs.inotify.max_user_watches}, or for
     *     want of descriptors
     * @throws java.io.UncheckedIOException if there is no descriptor left for it, naming the limits
     * @throws IllegalStateException if too many operations are under way
     */
    public RootWatch watchRoot(RootDirectory root, ResourceContainer container, @Nullable Object attachment)
            throws IOException {
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        return new RootWatch(
                new RootWatcher(io, queue, Inotify.open(), root.root, container, attachment, RootDirectory::new));
    }

    /**
     * As {@link #watchRoot(RootDirectory, ResourceContainer, Object)}, for a lambda.
     *
     * @param root stays open until an event brings another one
     * @param container charged for the descriptor, and at whose priority the events come
     * @param handler of the events, may be null
     * @return the watch, until it is closed
     * @throws IOException if directories on the way cannot be watched
     */
    public RootWatch watchRoot(RootDirectory root, ResourceContainer container, @Nullable EventHandler handler)
            throws IOException {
        return watchRoot(root, container, (Object) handler);
    }
}
