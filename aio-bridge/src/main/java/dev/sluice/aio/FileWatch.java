// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.watch.WatchOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.call.Inotify;
import org.jspecify.annotations.Nullable;

/**
 * One watched file or directory: each change is an event at the priority of its container, in the order of the changes.
 * A handle that can be used again after its last event.
 *
 * <p>The message of an event is a {@link FileChange}, its result the mask, its flags have {@link
 * dev.sluice.uring.CqeFlags#F_MORE}. The last event is without that flag and has no message. Its result is {@link Inotify#IN_IGNORED} if what
 * was watched is gone - removed with no descriptor left, or unmounted - {@code ECANCELED} after {@link #cancel()} or the
 * close of its {@link FileWatches}, or what the kernel answered to {@link #start}: {@code EACCES} if the file may not be
 * read, {@code ENOSPC} beyond sysctl {@code fs.inotify.max_user_watches}, {@code ENOENT} where {@code /proc} is not mounted.
 *
 * <p>A change of mask {@link Inotify#IN_Q_OVERFLOW} says that changes were lost: more came than the kernel ({@code
 * fs.inotify.max_queued_events}) or {@link FileWatches} keeps. It comes to every watch.
 *
 * <p>Belongs to the thread of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class FileWatch {
    private final WatchOperation operation;

    FileWatch(WatchOperation operation) {
        this.operation = operation;
    }

    /**
     * Begins to watch what {@code descriptor} stands for. Never waits: the file is open, so nothing is looked up. The
     * descriptor may be closed afterwards.
     *
     * <p>What is known by its path is opened first, {@code O_PATH} and below its root, which is an operation of its own and
     * takes its turn at the disk: {@code file.open(root, path, OpenOptions.READ.withFlags(OpenFlags.O_PATH), ...)}.
     *
     * @param descriptor an open file or directory, {@code O_PATH} suffices
     * @param mask what to report, {@code IN_} bits within {@link Inotify#IN_ALL_EVENTS}
     * @param container charged, and at whose priority the events come
     * @param attachment handed out with each event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} with nothing started
     * @throws IllegalArgumentException if the mask is empty or has other bits
     * @throws IllegalStateException if the handle is in use, the descriptor or the {@link FileWatches} not open
     */
    public long start(AsyncDescriptor descriptor, int mask, ResourceContainer container, @Nullable Object attachment) {
        return operation.begin(descriptor.fd(), mask, container, attachment);
    }

    /**
     * As {@link #start(AsyncDescriptor, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param descriptor an open file or directory, {@code O_PATH} suffices
     * @param mask what to report, {@code IN_} bits within {@link Inotify#IN_ALL_EVENTS}
     * @param container charged, and at whose priority the events come
     * @param handler of the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long start(
            AsyncDescriptor descriptor, int mask, ResourceContainer container, @Nullable EventHandler handler) {
        return start(descriptor, mask, container, (Object) handler);
    }

    /**
     * Begins to watch a root directory.
     *
     * @param directory open
     * @param mask as {@link #start(AsyncDescriptor, int, ResourceContainer, Object)}
     * @param container charged, and at whose priority the events come
     * @param attachment handed out with each event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} with nothing started
     * @throws IllegalArgumentException as {@link #start(AsyncDescriptor, int, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #start(AsyncDescriptor, int, ResourceContainer, Object)}
     */
    public long start(RootDirectory directory, int mask, ResourceContainer container, @Nullable Object attachment) {
        return operation.begin(directory.root.fd(), mask, container, attachment);
    }

    /**
     * As {@link #start(RootDirectory, int, ResourceContainer, Object)}, for a lambda.
     *
     * @param directory open
     * @param mask as {@link #start(AsyncDescriptor, int, ResourceContainer, Object)}
     * @param container charged, and at whose priority the events come
     * @param handler of the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long start(RootDirectory directory, int mask, ResourceContainer container, @Nullable EventHandler handler) {
        return start(directory, mask, container, (Object) handler);
    }

    /**
     * Ends the watch. Changes that are pending are delivered, then the last event.
     *
     * @return false if it has ended already
     */
    public boolean cancel() {
        return operation.cancel();
    }

    /**
     * Tells whether changes are still noticed.
     *
     * @return false before the start and once the watch has ended, though its last event may be pending
     */
    public boolean isActive() {
        return operation.isUnderWay();
    }

    /**
     * Returns how many changes were read from the kernel and are not handled yet. Right after {@link
     * FileWatches#drainNow()} 0 means that, up to then, nothing has happened that the handlers do not know.
     *
     * @return the count; of changes that were lost, one
     */
    public int pendingChanges() {
        return operation.pending();
    }
}
