// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.CqeFlags;
import java.util.ArrayDeque;

/** The completion queue of a ring that is not the kernel's, with a list of what did not fit, as the kernel has one. */
public final class PostedCompletions {
    private record Overflown(long userData, int result) {}

    private final long[] userData;
    private final int[] results;
    private final int[] flags;
    private final ArrayDeque<Overflown> overflown = new ArrayDeque<>();
    private int head;
    private int tail;

    private long posted;

    public PostedCompletions(int entries) {
        userData = new long[entries];
        results = new int[entries];
        flags = new int[entries];
    }

    /** How many were posted since the ring was opened. */
    public long posted() {
        return posted;
    }

    public int size() {
        return tail - head;
    }

    public boolean hasOverflown() {
        return !overflown.isEmpty();
    }

    /** Posts a completion after which more will come; refused if there is no room, as the kernel refuses it. */
    public boolean postMore(long data, int result) {
        if (hasOverflown() || size() == userData.length) {
            return false;
        }
        put(data, result, CqeFlags.F_MORE);
        posted++;
        return true;
    }

    /** Posts an operation's last completion, which is never lost. */
    public void postLast(long data, int result) {
        posted++;
        if (hasOverflown() || size() == userData.length) {
            overflown.add(new Overflown(data, result));
        } else {
            put(data, result, 0);
        }
    }

    /** Moves what had not fitted, as far as it fits now. */
    public void flushOverflown() {
        while (hasOverflown() && size() < userData.length) {
            final Overflown oldest = overflown.poll();
            put(oldest.userData, oldest.result, 0);
        }
    }

    public int drain(CompletionHandler handler, int limit) {
        final int until = head + Math.min(limit, size());
        int next = head;
        try {
            while (next != until) {
                final int index = index(next++);
                handler.onCompletion(userData[index], results[index], flags[index]);
            }
            return next - head;
        } finally {
            head = next;
        }
    }

    private void put(long data, int result, int cqeFlags) {
        final int index = index(tail++);
        userData[index] = data;
        results[index] = result;
        flags[index] = cqeFlags;
    }

    private int index(int position) {
        return position & (userData.length - 1);
    }
}
