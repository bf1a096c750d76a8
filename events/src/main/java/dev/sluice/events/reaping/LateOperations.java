// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.events.table.OperationTable;
import dev.sluice.events.table.TableEntry;
import dev.sluice.events.table.UserData;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** What the kernel still had when its queue was closed, and what comes of it then. */
public final class LateOperations implements CompletionHandler, AutoCloseable {
    private static final long FIRST_PAUSE_NS = 20_000_000L;

    /** The kernel itself looks at what is left of a ring only once a minute after the first five. */
    private static final long LONGEST_PAUSE_NS = 5_000_000_000L;

    /** What belongs to operations that the kernel had when their queues were closed, until it is seen that they have ended. */
    private static final Set<OperationTable> LEFT_TO_THE_KERNEL = ConcurrentHashMap.newKeySet();

    private final LateCompletions completions;
    private final OperationTable table;

    /** What has not completed for the last time. */
    private int awaited;

    private LateOperations(LateCompletions completions, OperationTable table, int awaited) {
        this.completions = completions;
        this.table = table;
        this.awaited = awaited;
    }

    /** Keeps what the kernel may still use: for ever, unless it is seen that all has ended. */
    public static void leave(Reaper reaper) {
        LEFT_TO_THE_KERNEL.add(reaper.table);
    }

    /** Just before the ring is closed. Null if it cannot be seen. */
    public static LateOperations of(Reaper reaper) {
        final LateCompletions completions = reaper.ring.keepCompletions();
        return completions == null ? null : new LateOperations(completions, reaper.table, reaper.underWay());
    }

    /** Returns when the last one has completed. */
    void awaitAll() {
        completions.drain(this);
        for (long pauseNs = FIRST_PAUSE_NS; awaited > 0; pauseNs = Math.min(2L * pauseNs, LONGEST_PAUSE_NS)) {
            LockSupport.parkNanos(this, pauseNs);
            completions.drain(this);
        }
        LEFT_TO_THE_KERNEL.remove(table);
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        if (UserData.kind(userData) == UserData.KIND_DISCARD) {
            if (result == -Errno.ECANCELED) {
                Descriptors.tryClose(UserData.descriptor(userData)); // no worker had begun: it is still there
            }
            awaited--;
            return;
        }
        final TableEntry entry = table.find(userData); // null for what has no slot, such as the poll of the wake-up
        if (entry != null) {
            OperationTable.completedLate(entry, result);
            awaited -= (flags & CqeFlags.F_MORE) == 0 ? 1 : 0;
        }
    }

    @Override
    public void close() {
        completions.close();
    }
}
