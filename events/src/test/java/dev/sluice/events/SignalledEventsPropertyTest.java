package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: highest band first, containers of a band take turns, FIFO within a container, whatever is added, removed or
 * given another priority in between. Method: the same steps on lanes and on lists. Replay: -Dseed=N.
 */
class SignalledEventsPropertyTest {
    private static final int CONTAINERS = 40;
    private static final int STEPS = 200_000;

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L, 4L, 5L};
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithTheModel(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final SignalledEvents queue = new SignalledEvents();
        final Model model = new Model();
        final ResourceContainer root = ResourceContainer.root("root");
        final List<ContainerQueue> places = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            places.add(queue.placeOf(root.child("c" + i, random.nextInt(Priority.BANDS))));
        }
        final List<Signal> queued = new ArrayList<>();

        for (int step = 0; step < STEPS; step++) {
            final ContainerQueue place = places.get(random.nextInt(CONTAINERS));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    final Signal signal = new TestSignal();
                    signal.place = place;
                    queue.add(signal);
                    model.add(signal);
                    queued.add(signal);
                }
                case 3 -> {
                    if (!queued.isEmpty()) {
                        final Signal signal = queued.remove(random.nextInt(queued.size()));
                        queue.remove(signal);
                        model.remove(signal);
                    }
                }
                case 4 -> {
                    final int priority = random.nextInt(Priority.BANDS);
                    final int before = place.container.effectivePriority();
                    place.container.setPriority(priority);
                    if (priority != before) {
                        model.moved(place);
                    }
                }
                default -> {
                    final int minPriority = random.nextInt(Priority.BANDS) * random.nextInt(2);
                    final Signal taken = queue.take(minPriority);
                    assertThat(taken)
                            .as("seed=%d step=%d minPriority=%d", seed, step, minPriority)
                            .isSameAs(model.take(minPriority));
                    if (taken != null) {
                        queued.remove(taken);
                    }
                }
            }
            assertThat(queue.size()).as("seed=%d step=%d", seed, step).isEqualTo(queued.size());
        }
    }

    /** Containers in the order of their turn, with their FIFOs; the highest band is searched for each time. */
    private static final class Model {
        private final List<ContainerQueue> turns = new ArrayList<>();
        private final List<Deque<Signal>> fifos = new ArrayList<>();

        void add(Signal signal) {
            int index = turns.indexOf(signal.place);
            if (index < 0) {
                index = turns.size();
                turns.add(signal.place);
                fifos.add(new ArrayDeque<>());
            }
            fifos.get(index).add(signal);
        }

        void remove(Signal signal) {
            final int index = turns.indexOf(signal.place);
            fifos.get(index).remove(signal);
            dropIfEmpty(index);
        }

        void moved(ContainerQueue place) {
            final int index = turns.indexOf(place);
            if (index >= 0) {
                turns.add(turns.remove(index));
                fifos.add(fifos.remove(index));
            }
        }

        Signal take(int minPriority) {
            int best = -1;
            for (int i = 0; i < turns.size(); i++) {
                final int band = turns.get(i).container.effectivePriority();
                if (band >= minPriority
                        && (best < 0 || band > turns.get(best).container.effectivePriority())) {
                    best = i;
                }
            }
            if (best < 0) {
                return null;
            }
            final Signal signal = fifos.get(best).poll();
            turns.add(turns.remove(best));
            fifos.add(fifos.remove(best));
            dropIfEmpty(turns.size() - 1);
            return signal;
        }

        private void dropIfEmpty(int index) {
            if (fifos.get(index).isEmpty()) {
                turns.remove(index);
                fifos.remove(index);
            }
        }
    }
}
