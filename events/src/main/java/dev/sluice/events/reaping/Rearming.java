// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.events.timing.Expiry;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * Polls that the kernel had nothing to make of, such as memory: they are asked for again after a pause, which grows while that goes on. An error
 * that passes must not end a declaration that nobody revokes.
 */
public final class Rearming extends Expiry {
    private static final long FIRST_PAUSE_NS = 10_000_000L;
    private static final long LONGEST_PAUSE_NS = 1_000_000_000L;

    private final Reaper reaper;
    private final List<Runnable> waiting = new ArrayList<>();
    private long pauseNs = FIRST_PAUSE_NS;
    private long expiredNs;

    Rearming(Reaper reaper) {
        this.reaper = reaper;
    }

    /**
     * There was nothing to make a request of, which tells nothing about what was asked for: no memory, or, for a ring that is epoll, no
     * descriptor (EMFILE, ENFILE) or no watch (ENOSPC, fs.epoll.max_user_watches).
     */
    public static boolean isShortage(int result) {
        return switch (-result) {
            case Errno.ENOMEM, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOSPC -> true;
            default -> false;
        };
    }

    /** Has {@code again} run after the pause, when SQEs may be claimed. */
    public void later(Runnable again) {
        if (waiting.isEmpty()) {
            final long nowNs = reaper.nowNs();
            pauseNs = nowNs - expiredNs > 2L * pauseNs ? FIRST_PAUSE_NS : Math.min(2L * pauseNs, LONGEST_PAUSE_NS);
            reaper.timers.start(this, nowNs + pauseNs);
        }
        waiting.add(again);
    }

    @Override
    public void expired() {
        expiredNs = reaper.nowNs();
        final List<Runnable> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }
}
