package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: a window admits by band, then to who has used least for its share, then by arrival, never more than its limit,
 * with places kept for high bands. Method: random starts, completions and cancellations of no-ops against a list that is
 * sorted anew for each choice. Replay: -Dseed=N.
 */
class AdmissionWindowIT {
    private static final int LIMIT = 7;
    private static final int RESERVED = 2;
    private static final int STEPS = 20_000;

    private final List<NopOperation> submitted = new ArrayList<>();

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L};
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAdmitInTheOrderOfTheModel(long seed) {
        try (AioFixture aio = new AioFixture()) {
            final SplittableRandom random = new SplittableRandom(seed);
            final AdmissionWindow window = new AdmissionWindow(aio.io.port(), LIMIT, RESERVED);
            final List<ResourceContainer> containers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                final ResourceContainer container = aio.root.child("c" + i, random.nextInt(Priority.BANDS));
                container.setShare(256 << random.nextInt(4));
                containers.add(container);
            }
            final AsyncSocket target = aio.io.newSocket();
            final List<NopOperation> held = new ArrayList<>();
            final List<NopOperation> inFlight = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        final NopOperation operation = new NopOperation(aio.io, 1 + random.nextInt(10_000));
                        target.begin(operation, containers.get(random.nextInt(12)), null);
                        window.hold(operation);
                        held.add(operation);
                    }
                    case 2 -> {
                        if (!inFlight.isEmpty()) {
                            window.left(inFlight.remove(random.nextInt(inFlight.size())));
                        }
                    }
                    default -> {
                        if (!held.isEmpty()) {
                            final NopOperation cancelled = held.remove(random.nextInt(held.size()));
                            aio.io.port().cancel(cancelled);
                        }
                    }
                }
                submitted.clear();
                window.admit();
                final List<NopOperation> expected = model(held, inFlight);
                assertThat(submitted).as("seed=%d step=%d", seed, step).containsExactlyElementsOf(expected);
                assertThat(window.inFlight()).isEqualTo(inFlight.size()).isLessThanOrEqualTo(LIMIT);
                assertThat(window.heldCount()).isEqualTo(held.size());
                if (step % 100 == 0) {
                    aio.collect(aio.events.dequeueNextEvents(1_000_000, Priority.IDLE, 0L));
                }
            }
        }
    }

    private static List<NopOperation> model(List<NopOperation> held, List<NopOperation> inFlight) {
        final List<NopOperation> expected = new ArrayList<>();
        while (!held.isEmpty()) {
            held.sort(Comparator.comparingInt((NopOperation o) -> -o.band)
                    .thenComparingLong(o -> o.virtualTime)
                    .thenComparingLong(o -> o.sequence));
            final int usable = held.get(0).band >= Priority.HIGH ? LIMIT : LIMIT - RESERVED;
            if (inFlight.size() >= usable) {
                break;
            }
            final NopOperation next = held.remove(0);
            expected.add(next);
            inFlight.add(next);
        }
        return expected;
    }

    private final class NopOperation extends DiskOperation {
        private final int costBytes;

        NopOperation(AsyncIo io, int costBytes) {
            super(io);
            this.costBytes = costBytes;
        }

        @Override
        protected void prepare(Sqe sqe) {
            submitted.add(this);
            sqe.prepNop();
        }

        @Override
        protected void completed(int result, int flags) {
            end(result, flags);
        }

        @Override
        void finish(int result) {}

        @Override
        int costBytes() {
            return costBytes;
        }

        @Override
        int transferredBytes() {
            return 0;
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }

        @Override
        protected void released() {}
    }
}
