// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when nothing has moved for a while. A byte that moves costs one look at the clock; the timer is started anew only when it expires.
 */
final class IdleClock {
    private final Link link;
    private final EventHandler expired;
    private @Nullable Timer timer;
    private long durationNs;
    private long touchedNs;

    /** {@code expired} is to call {@link #restart()}. */
    IdleClock(Link link, EventHandler expired) {
        this.link = link;
        this.expired = expired;
    }

    void start(long newDurationNs) {
        if (newDurationNs <= 0L) {
            throw new IllegalArgumentException("durationNs must be above 0: durationNs=" + newDurationNs);
        }
        durationNs = newDurationNs;
        if (timer == null) {
            timer = link.events().newTimer(link.container(), expired);
        }
        touch();
        timer.start(durationNs);
    }

    void touch() {
        if (durationNs > 0L) {
            touchedNs = link.events().nanoTime();
        }
    }

    /** Goes on after the timer has expired; returns true if nothing has moved for the whole time. */
    @SuppressWarnings("NullAway") // it was the timer that has expired
    boolean restart() {
        final long restNs = touchedNs + durationNs - link.events().nanoTime();
        if (restNs > 0L) {
            timer.start(restNs);
            return false;
        }
        start(durationNs);
        return true;
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
        durationNs = 0L;
    }
}
