// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.spi.Charging;
import dev.sluice.events.order.Signal;
import dev.sluice.events.order.Signals;
import dev.sluice.events.reaping.Reaper;
import org.jspecify.annotations.Nullable;

/**
 * The queue's cursor over the events of one {@link EventQueue#dequeueNextEvents}. Not a list made beforehand: each
 * {@link #next()} hands out the event that ranks highest at that moment, so that what arrives while a batch is being
 * handled takes its rightful place in it.
 *
 * <p>Belongs to the thread of its queue, and is valid until the next dequeue: who walks it may give it up at any event by dequeuing
 * again, and finds what was not handed out in the new batch. That of an {@link EventLoop} is the loop's.
 */
public final class EventBatch {
    private final Reaper reaper;
    private final Event event = new Event();

    private @Nullable Signal served;
    private long servedSinceNs;
    private int remaining;
    private int minPriority;

    /** How long events are handed out, counted from the first one. */
    private long limitNs;

    private long firstNs;
    private boolean first;

    /** Its events are an {@link EventLoop}'s to hand out: who begins another batch takes them from it. */
    boolean ofLoop;

    EventBatch(Reaper reaper) {
        this.reaper = reaper;
    }

    /**
     * Ends the handling of the event before - its container is charged for the time since - and hands out the one that
     * ranks highest now.
     *
     * @return the event, valid until the next call; null when the batch is over
     * @throws IllegalStateException if the queue belongs to another thread
     */
    public @Nullable Event next() {
        reaper.checkOwner();
        final long nowNs = reaper.ring.nanoTime();
        endHandling(nowNs);
        if (first) {
            first = false;
            firstNs = nowNs;
        } else if (nowNs - firstNs >= limitNs) {
            remaining = 0;
        }
        if (remaining == 0) {
            return null;
        }
        reaper.enterIfDue(nowNs);
        reaper.mailroom.collect();
        final Signal signal = reaper.signalled.take(minPriority);
        if (signal == null) {
            remaining = 0;
            return null;
        }
        remaining--;
        served = signal;
        servedSinceNs = reaper.nowNs();
        event.show(signal);
        return event;
    }

    void begin(int max, int lowest) {
        remaining = max;
        minPriority = lowest;
        limitNs = Long.MAX_VALUE;
        first = true;
    }

    /** Ends the batch, for the next call of {@link #next()}, when this long has passed since the first one. */
    void limitTo(long durationNs) {
        limitNs = durationNs;
    }

    /**
     * For every event, so it belongs into {@link #next()}; C2 puts it there only while what it makes of this alone is below 2,500 bytes
     * (-XX:InlineSmallCode): beyond, an event costs a tenth more. -XX:+LogCompilation tells how much it is.
     */
    void endHandling(long nowNs) {
        final Signal ended = served;
        if (ended == null) {
            return;
        }
        served = null;
        final long handlerNs = nowNs - servedSinceNs;
        Charging.chargeEvent(event.container(), handlerNs);
        reaper.signalled.endService(handlerNs, nowNs);
        reaper.turns.handled(event.container(), event.attachment(), handlerNs);
        event.clear();
        Signals.delivered(ended);
    }
}
