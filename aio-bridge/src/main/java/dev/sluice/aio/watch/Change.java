package dev.sluice.aio.watch;

import dev.sluice.uring.Inotify;

/**
 * What happened to a watched file or directory.
 *
 * @param mask {@code IN_} bits
 * @param cookie common to the two halves of a move, 0 otherwise
 * @param name of the entry of the watched directory; empty if it happened to what is watched itself
 */
public record Change(int mask, int cookie, String name) {
    static final Change LOST = new Change(Inotify.IN_Q_OVERFLOW, 0, "");
}
