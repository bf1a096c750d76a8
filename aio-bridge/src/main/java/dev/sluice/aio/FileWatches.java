// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.watch.Watches;

/**
 * Changes of files and directories as events: an inotify instance whose watches have containers and attachments of their
 * own. Made by {@link FileEvents#newFileWatches}.
 *
 * <p>The instance is polled by the ring and read without waiting on the queue's thread; there is no read under way that
 * {@link #drainNow()} could overtake. At most {@value #MAX_PENDING} changes are kept until they are handled. What comes
 * beyond is dropped, and every watch told so as if the kernel had.
 *
 * <p>Its own event is its last: {@code ECANCELED} after {@link #close()}, before that of the close. Belongs to the thread
 * of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class FileWatches extends AsyncDescriptor {
    /** The most changes that are read and not handled. */
    public static final int MAX_PENDING = Watches.MAX_PENDING;

    final Watches watches;

    FileWatches(Watches watches) {
        super(watches);
        this.watches = watches;
    }

    /**
     * Makes a handle for something to watch.
     *
     * @return a watch that is not started
     */
    public FileWatch newWatch() {
        return new FileWatch(watches.newWatch());
    }

    /**
     * Reads all changes that the kernel has noted until now, so that what is not among the {@linkplain
     * FileWatch#pendingChanges() pending} ones has not happened. Costs one system call if there are none.
     *
     * @return how many changes became events
     * @throws IllegalStateException if this is not open
     */
    public int drainNow() {
        return watches.drainNow();
    }
}
