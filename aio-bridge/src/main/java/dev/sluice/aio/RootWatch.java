// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.watch.RootWatcher;

/**
 * Makes it an event that the path of a {@link RootDirectory} has come to lead to another directory: that a symbolic link in it was
 * replaced, a directory renamed, removed or made. Nobody looks at the disk for it before the kernel tells (inotify), and then a
 * thread of this object's does, not the queue's. Made by {@link FileEvents#watchRoot}.
 *
 * <p>The event's operation is {@code NOP}, its flags have {@link dev.sluice.uring.CqeFlags#F_MORE}. With result 0 its message is
 * the {@link RootDirectory}, open, which is the handler's from then on: what was opened by way of the one before stays open, and
 * that one can be closed. With a negative errno - {@code ENOENT}, {@code ENOTDIR}, {@code EACCES} - the path leads
 * to no directory, until an event says otherwise. Changes within some milliseconds are one event.
 *
 * <p>Not told of: a mount over the path, and what happens in directories on the way that this process may pass but not read.
 *
 * <p>Its own event is its last: {@code ECANCELED} after {@link #close()}, before that of the close. Belongs to the thread
 * of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class RootWatch extends AsyncDescriptor {
    RootWatch(RootWatcher watcher) {
        super(watcher);
    }
}
