// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.uring.call.Inotify;
import java.util.function.Function;

/** What happened to a watched file or directory. */
public final class Change {
    private final int mask;
    private final int cookie;
    private final String name;

    /** What the application has of it, one for all watches; null until one of them tells it. */
    private Object face;

    Change(int mask, int cookie, String name) {
        this.mask = mask;
        this.cookie = cookie;
        this.name = name;
    }

    static Change lost() {
        return new Change(Inotify.IN_Q_OVERFLOW, 0, "");
    }

    /** {@code IN_} bits. */
    public int mask() {
        return mask;
    }

    /** Common to the two halves of a move, 0 otherwise. */
    public int cookie() {
        return cookie;
    }

    /** Of the entry of the watched directory; empty if it happened to what is watched itself. */
    public String name() {
        return name;
    }

    Object face(Function<Change, Object> faces) {
        if (face == null) {
            face = faces.apply(this);
        }
        return face;
    }

    @Override
    public String toString() {
        return "mask=0x" + Integer.toHexString(mask) + ", cookie=" + cookie + ", name=" + name;
    }
}
