// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.watch.Change;
import dev.sluice.uring.call.Inotify;

/**
 * What happened to a watched file or directory: the {@linkplain dev.sluice.events.Event#message() message} of a {@link
 * FileWatch}'s events.
 *
 * @param mask {@code IN_} bits of {@link Inotify}
 * @param cookie common to the two halves of a move, 0 otherwise
 * @param name of the entry of the watched directory, as {@link RootDirectory} tells; empty if it happened to what is watched itself
 */
public record FileChange(int mask, int cookie, String name) {
    FileChange(Change change) {
        this(change.mask(), change.cookie(), change.name());
    }

    /**
     * Tells whether changes were lost: whatever was known of what is watched may be wrong.
     *
     * @return true for {@link Inotify#IN_Q_OVERFLOW}
     */
    public boolean isOverflow() {
        return (mask & Inotify.IN_Q_OVERFLOW) != 0;
    }
}
