// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;
import org.jspecify.annotations.Nullable;

/** A timer that is made when it is needed first. */
final class Deadline {
    private final Link link;
    private final EventHandler passed;
    private @Nullable Timer timer;

    Deadline(Link link, EventHandler passed) {
        this.link = link;
        this.passed = passed;
    }

    void start(long durationNs) {
        if (timer == null) {
            timer = link.events().newTimer(link.container(), passed);
        }
        timer.start(durationNs);
    }

    boolean isStarted() {
        return timer != null && timer.isStarted();
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
