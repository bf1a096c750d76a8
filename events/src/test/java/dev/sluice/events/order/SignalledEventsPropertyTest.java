// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: the exact order of events, whatever is added, removed, charged, given another priority, share, principal or
 * policy, moved, closed or rescued in between. Method: the same steps on the scheduler and on {@link SchedulerModel}. Replay:
 * -Dseed=N.
 */
class SignalledEventsPropertyTest {
    private static final int TOPS = 4;
    private static final int CHILDREN = 9;
    private static final int STEPS = 100_000;
    private static final int MOST_CLOSED = 6;

    private SplittableRandom random;
    private SignalledEvents queue;
    private SchedulerModel model;
    private final List<Signal> queued = new ArrayList<>();
    private final List<ContainerQueue> places = new ArrayList<>();
    private int closed;

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.events.Seeds#seeds")
    void shouldAgreeWithTheModel(long seed) {
        random = new SplittableRandom(seed);
        final long starvationLimitNs = random.nextInt(2) * 300_000L;
        final int bands = random.nextInt(2) == 0 ? 3 : Priority.BANDS; // few bands: many containers in each
        final boolean withPrincipals = random.nextInt(4) != 0;
        queue = new SignalledEvents(starvationLimitNs, 0L);
        model = new SchedulerModel(starvationLimitNs);
        growTree(bands);

        for (int step = 0; step < STEPS; step++) {
            final String where = "seed=" + seed + " step=" + step;
            switch (random.nextInt(41)) {
                case 0 -> changePriority(bands);
                case 1 -> changeShare();
                case 2 -> changeDecay();
                case 3 -> removeAny();
                case 4 -> changeLive();
                case 5 -> close();
                case 6 -> changePrincipal(withPrincipals);
                case 40 -> moveAny();
                case 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 -> addAny();
                case 19, 20, 21, 22, 23, 24 -> endService();
                default -> {
                    final int minPriority = random.nextInt(bands) * (random.nextInt(4) / 3);
                    take(where + " minPriority=" + minPriority, minPriority);
                }
            }
            compare(where, random.nextInt(bands));
        }
    }

    private void growTree(int bands) {
        final ResourceContainer root = ResourceContainer.root("root");
        final ModelEntry rootEntry = bind(root, null);
        for (int top = 0; top < TOPS; top++) {
            final ModelEntry topEntry = bind(root.child("top" + top, random.nextInt(bands)), rootEntry);
            for (int i = 0; i < CHILDREN; i++) {
                // Most are children of the top, some of the one before.
                final ModelEntry parent =
                        random.nextInt(4) == 0 ? model.entries.get(model.entries.size() - 1) : topEntry;
                bind(parent.container.child("c" + i, random.nextInt(bands)), parent);
            }
        }
    }

    private ModelEntry bind(ResourceContainer container, ModelEntry parent) {
        places.add(queue.placeOf(container));
        return model.bind(container, parent);
    }

    private void addAny() {
        final int index = random.nextInt(places.size());
        final Signal signal = new TestSignal(random.nextInt(3) == 0);
        signal.place = places.get(index);
        queue.add(signal);
        model.add(model.entries.get(index), signal);
        queued.add(signal);
    }

    private void removeAny() {
        if (!queued.isEmpty()) {
            final Signal signal = queued.remove(random.nextInt(queued.size()));
            queue.remove(signal);
            model.remove(entryOf(signal), signal);
        }
    }

    private void take(String where, int minPriority) {
        final Signal taken = queue.take(minPriority);
        assertThat(taken).as(where).isSameAs(model.take(minPriority));
        queued.remove(taken);
    }

    private void endService() {
        final long costNs = switch (random.nextInt(8)) {
            case 0 -> random.nextLong(300L);
            case 1 -> random.nextLong(5_000_000L);
            case 2 -> random.nextInt(50) == 0 ? 1L << random.nextInt(20, 36) : 10_000L;
            default -> random.nextLong(60_000L);
        };
        final long idleNs = random.nextInt(500) == 0 ? 1L << random.nextInt(20, 43) : random.nextLong(1_000L);
        final long nowNs = model.nowNs + costNs + idleNs;
        queue.endService(costNs, nowNs);
        model.endService(costNs, nowNs);
    }

    private void changePriority(int bands) {
        final ModelEntry entry = anyEntry();
        if (entry.parent == null) {
            return; // the root would limit all of them
        }
        entry.container.setPriority(random.nextInt(bands));
        model.priorityChanged(entry);
    }

    private void changeShare() {
        final ModelEntry entry = anyEntry();
        final int share = 1 << random.nextInt(21);
        entry.container.setShare(share);
        model.shareChanged(entry, share);
    }

    private void changeDecay() {
        final ModelEntry entry = anyEntry();
        final DecayByUse policy = random.nextInt(4) != 0
                ? null
                : new DecayByUse(1_000_000L + random.nextLong(20_000_000L), 7_919L, random.nextInt(3));
        entry.container.setDecay(policy);
        model.decayChanged(entry, policy);
    }

    private void changePrincipal(boolean withPrincipals) {
        if (!withPrincipals || random.nextInt(20) != 0) {
            return;
        }
        final ModelEntry top = anyEntry().top();
        if (top.parent == null) {
            return;
        }
        final int before = top.container.fixedShare();
        final int share = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(2_000);
        top.container.setFixedShare(share);
        if (share != before) {
            model.principalChanged(top);
        }
    }

    private void changeLive() {
        final int index = random.nextInt(places.size());
        final ModelEntry entry = model.entries.get(index);
        final boolean more = random.nextBoolean();
        if (random.nextInt(3) == 0) {
            if (more) {
                queue.timerStarted(new TestSignal(places.get(index)));
                model.timersChanged(entry, 1);
            } else if (entry.timers > 0) {
                queue.timerEnded(new TestSignal(places.get(index)));
                model.timersChanged(entry, -1);
            }
        } else if (more) {
            queue.expectFrom(new TestSignal(places.get(index)));
            model.liveChanged(entry, 1);
        } else if (entry.live > 0) {
            queue.expectNoMoreFrom(new TestSignal(places.get(index)));
            model.liveChanged(entry, -1);
        }
    }

    private void close() {
        final ModelEntry entry = anyEntry();
        if (closed < MOST_CLOSED && entry.parent != null && !entry.container.isClosed() && random.nextInt(100) == 0) {
            entry.container.close();
            model.closed(entry);
            closed++;
        }
    }

    /** Also below one whose ancestor was closed. */
    private void moveAny() {
        final ModelEntry entry = anyEntry();
        final ModelEntry newParent = anyEntry();
        final boolean mayMove = entry.parent != null
                && entry.container.fixedShare() == 0
                && !entry.container.isClosed()
                && !newParent.container.isClosed()
                && newParent != entry.parent;
        if (mayMove && !isBelow(newParent, entry)) {
            entry.container.setParent(newParent.container);
            model.moved(entry, newParent);
        }
    }

    private static boolean isBelow(ModelEntry entry, ModelEntry other) {
        return entry != null && (entry == other || isBelow(entry.parent, other));
    }

    private void compare(String where, int band) {
        assertThat(queue.size()).as(where).isEqualTo(queued.size());
        assertThat(queue.hasAtLeast(band)).as(where).isEqualTo(model.hasAtLeast(band));
        assertThat(queue.moreUrgentMayArrive()).as(where).isEqualTo(model.moreUrgentMayArrive());
        assertThat(queue.moreUrgentMayExpire()).as(where).isEqualTo(model.moreUrgentMayExpire());
        assertThat(queue.oldestPendingNs(band, model.nowNs)).as(where).isEqualTo(model.oldestPendingNs(band));
    }

    private ModelEntry anyEntry() {
        return model.entries.get(random.nextInt(model.entries.size()));
    }

    private ModelEntry entryOf(Signal signal) {
        return model.entries.get(places.indexOf(signal.place));
    }
}
