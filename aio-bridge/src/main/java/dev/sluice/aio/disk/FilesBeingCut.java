// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import java.util.Arrays;

/**
 * The files of which a worker frees or takes room at present. To submit a read that reads ahead would wait for that, also one of what the
 * page cache has: a worker reads meanwhile. There are as many at most as workers, most of the time none.
 */
final class FilesBeingCut {
    private long[] keys = new long[4];
    private int count;

    void begins(long key) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
        }
        keys[count++] = key;
    }

    void ended(long key) {
        for (int i = 0; i < count; i++) {
            if (keys[i] == key) {
                keys[i] = keys[--count];
                return;
            }
        }
    }

    boolean contains(long key) {
        for (int i = 0; i < count; i++) {
            if (keys[i] == key) {
                return true;
            }
        }
        return false;
    }
}
