// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.order.ModelEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The timers of a {@link ModelledQueue}: a list that is sorted at each look. */
final class ModelledTimers {
    private static final int TIMERS = 12;
    private static final long TICK_NS = 65_536L;

    private final ModelledQueue queue;
    private final List<Modelled> timers = new ArrayList<>();

    /** Not expired yet, in the order they were started. */
    private final List<Modelled> started = new ArrayList<>();

    ModelledTimers(ModelledQueue queue) {
        this.queue = queue;
        for (int i = 0; i < TIMERS; i++) {
            timers.add(new Modelled(queue.containers.any(), queue.nextAttachment()));
        }
    }

    private final class Modelled implements ModelledQueue.Expected {
        final ModelEntry entry;
        final Object attachment;
        final Timer timer;
        long deadlineNs;

        Modelled(ModelEntry entry, Object attachment) {
            this.entry = entry;
            this.attachment = attachment;
            timer = queue.events.newTimer(entry.container, attachment);
        }

        long expiryNs() {
            return (Math.max(0L, deadlineNs) + TICK_NS - 1L) / TICK_NS * TICK_NS;
        }

        @Override
        public ModelEntry entry() {
            return entry;
        }

        @Override
        public void assertShownBy(Event event, String where) {
            assertThat(event.kind()).as(where).isEqualTo(EventKind.TIMER);
            assertThat(event.attachment()).as(where).isEqualTo(attachment);
            assertThat(event.deadlineNs()).as(where).isEqualTo(deadlineNs);
        }
    }

    private Modelled any() {
        return timers.get(queue.random.nextInt(TIMERS));
    }

    /** A tenth of the deadlines is past; the others are in this tick, or up to 4 s away. */
    void start() {
        final Modelled starting = any();
        forget(starting);
        queue.order.timersChanged(starting.entry, 1);
        if (queue.random.nextInt(10) == 0) {
            starting.deadlineNs = queue.ring.nanoTime() - queue.random.nextLong(1_000_000L);
            starting.timer.startAt(starting.deadlineNs);
        } else {
            final long delayNs = queue.random.nextLong(1L << queue.random.nextInt(1, 33));
            starting.deadlineNs = queue.ring.nanoTime() + delayNs;
            starting.timer.start(delayNs);
        }
        started.add(starting);
    }

    void cancel() {
        final Modelled cancelled = any();
        assertThat(cancelled.timer.cancel()).as(queue.where).isEqualTo(forget(cancelled));
    }

    private boolean forget(Modelled modelled) {
        if (queue.expected.containsKey(modelled.timer)) {
            queue.dropped(modelled.timer);
            return true;
        }
        final boolean waited = started.remove(modelled);
        if (waited) {
            queue.order.timersChanged(modelled.entry, -1);
        }
        return waited;
    }

    /** What is due by now becomes pending: by tick, and within a tick in the order of starting. */
    void expire() {
        final List<Modelled> due = new ArrayList<>(started);
        due.removeIf(any -> any.expiryNs() > queue.order.nowNs);
        due.sort(Comparator.comparingLong(Modelled::expiryNs));
        started.removeAll(due);
        due.forEach(expired -> {
            queue.order.timersChanged(expired.entry, -1);
            queue.signalled(expired.timer, expired);
        });
    }

    /** Returns when the next one is due; {@link Long#MAX_VALUE} if none is started. */
    long nextExpiryNs() {
        return started.stream().mapToLong(Modelled::expiryNs).min().orElse(Long.MAX_VALUE);
    }

    void assertAgree() {
        final Modelled any = any();
        assertThat(any.timer.isStarted())
                .as(queue.where)
                .isEqualTo(started.contains(any) || queue.expected.containsKey(any.timer));
    }

    void assertClosed() {
        assertThat(timers).as(queue.where).noneMatch(any -> any.timer.isStarted());
    }
}
