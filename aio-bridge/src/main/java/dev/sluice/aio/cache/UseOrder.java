// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

/**
 * What could be given up, in the order in which it is: what was asked for seldom in front, the rest behind it, each half by the time of
 * use. The second half is bounded, and what leaves it is in the first again: so a part of the room is always for what is new.
 *
 * <pre>
 *   first() ---> seldom: oldest ... newest ---> often: oldest ... newest
 *                               ^                        |
 *                               +--- beyond its bound ---+
 * </pre>
 */
final class UseOrder<T extends Ranked<T>> {
    private static final long PARTS = 5L;
    private static final long PARTS_FOR_OFTEN = 4L;

    private final Half<T> seldom = new Half<>();
    private final Half<T> often = new Half<>();
    private final long mostOften;

    /** {@code capacity}: how much there may be, by weight. Who keeps to that makes room by {@link #first}. */
    UseOrder(long capacity) {
        mostOften = capacity * PARTS_FOR_OFTEN / PARTS;
    }

    /** Linked, by the time of use. */
    static final class Half<T extends Ranked<T>> {
        private T oldest;
        private T newest;
        private int size;
        private long weight;

        private void add(T item) {
            item.half = this;
            item.older = newest;
            if (newest == null) {
                oldest = item;
            } else {
                newest.newer = item;
            }
            newest = item;
            size++;
            weight += item.weight();
        }

        private void remove(T item) {
            if (item.older == null) {
                oldest = item.newer;
            } else {
                item.older.newer = item.newer;
            }
            if (item.newer == null) {
                newest = item.older;
            } else {
                item.newer.older = item.older;
            }
            item.half = null;
            item.older = null;
            item.newer = null;
            size--;
            weight -= item.weight();
        }
    }

    /** Returns what is to be given up first, or null. */
    T first() {
        return seldom.oldest == null ? often.oldest : seldom.oldest;
    }

    int size() {
        return seldom.size + often.size;
    }

    /** Adds what is used just now and is in no order. */
    void add(T item) {
        if (!item.isUsedOften()) {
            seldom.add(item);
            return;
        }
        often.add(item);
        while (often.weight > mostOften) {
            final T left = often.oldest;
            often.remove(left);
            seldom.add(left);
        }
    }

    /** Takes something out, if it is in the order. */
    void remove(T item) {
        if (item.half != null) {
            item.half.remove(item);
        }
    }

    /** Moves what is used now to the end of its half. */
    void used(T item) {
        remove(item);
        add(item);
    }
}
