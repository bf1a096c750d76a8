// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.disk.DiskLookup.Found;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what may go goes by band, then to who has used least for its share, then by arrival, never more than a window's
 * or a container's limit, with places kept for high bands. Method: random starts, completions, cancellations and changes
 * of priorities and limits, of no-ops: opens, and reads and writes of two disks, some of which need a worker, too, against a list that is sorted anew for each choice. Replay:
 * -Dseed=N.
 */
public class AdmissionWindowIT {
    private static final int LIMIT = 7;
    private static final int RESERVED = 2;
    private static final int DEVICE_LIMIT = 6;
    private static final int DISKS = 2;
    private static final int STEPS = 20_000;

    private final List<ResourceContainer> containers = new ArrayList<>();
    private final List<AdmissionWindow> windows = new ArrayList<>();
    private final List<NopOperation> held = new ArrayList<>();
    private final List<NopOperation> inFlight = new ArrayList<>();
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
            final Admission admission = new Admission(
                    aio.port(),
                    new LineOrder(),
                    new AdmissionLimits(DEVICE_LIMIT, 0L, LIMIT, RESERVED),
                    PageCache.OF_THE_KERNEL,
                    Disks.OF_THE_MACHINE,
                    aio.events::wakeup);
            windows.add(admission.workers());
            for (int disk = 0; disk < DISKS; disk++) {
                final DiskLine line = admission.lineOf(new Disk("disk" + disk, Found.NOT_KNOWN));
                windows.add(line.reads);
                windows.add(line.writes);
            }
            containers.add(aio.root);
            for (int i = 1; i < 16; i++) {
                final ResourceContainer container =
                        containers.get(random.nextInt(i)).child("c" + i, random.nextInt(Priority.BANDS));
                container.setShare(256 << random.nextInt(4));
                containers.add(container);
            }
            int reached = 0;
            for (int step = 0; step < STEPS; step++) {
                final ResourceContainer container = containers.get(random.nextInt(containers.size()));
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> {
                        if (held.size() < 200) {
                            final NopOperation operation =
                                    new NopOperation(aio.port(), container, 1 + random.nextInt(10_000));
                            aio.port().begin(operation, container, null);
                            operation.in = windows.get(random.nextInt(windows.size()));
                            operation.needsWorker = operation.in != windows.get(0) && random.nextInt(2) == 0;
                            operation.in.await(operation);
                            held.add(operation);
                        }
                    }
                    case 9, 10, 11, 12, 13, 14 -> {
                        if (!inFlight.isEmpty()) {
                            final NopOperation ended = inFlight.remove(random.nextInt(inFlight.size()));
                            ended.in.left(ended);
                        }
                    }
                    case 15, 16, 17 -> {
                        if (!held.isEmpty()) {
                            aio.port().cancel(held.remove(random.nextInt(held.size())));
                        }
                    }
                    case 18 -> container.setPriority(random.nextInt(Priority.BANDS));
                    default ->
                        container.setLimit(
                                Resource.DISK_OPERATIONS,
                                random.nextInt(3) == 0 ? ResourceContainer.NO_LIMIT : 1 + random.nextInt(5));
                }
                submitted.clear();
                admission.admit();
                assertThat(submitted).as("seed=%d step=%d", seed, step).containsExactlyElementsOf(model());
                assertThat(windows.stream().mapToInt(AdmissionWindow::inFlight).sum())
                        .isEqualTo(inFlight.size());
                assertThat(admission.waitingCount()).isEqualTo(held.size());
                reached += held.stream().anyMatch(operation -> hasPlace(operation) && isLimited(operation)) ? 1 : 0;
                if (step % 100 == 0) {
                    aio.collect(aio.events.dequeueNextEvents(1_000_000, Priority.IDLE, 0L));
                }
            }
            assertThat(reached)
                    .as("steps at which a container's limit held something back")
                    .isGreaterThan(STEPS / 10);
        }
    }

    /** What goes now, in its order: looks through all that wait for each of them. */
    private List<NopOperation> model() {
        final List<NopOperation> expected = new ArrayList<>();
        while (true) {
            held.sort(Comparator.comparingInt((NopOperation o) -> -o.charged.effectivePriority())
                    .thenComparing(o -> o.in.isOfWrites())
                    .thenComparingLong(o -> o.fairness())
                    .thenComparingLong(o -> o.number()));
            final Optional<NopOperation> next = held.stream()
                    .filter(operation -> hasPlace(operation) && !isLimited(operation))
                    .findFirst();
            if (next.isEmpty()) {
                return expected;
            }
            held.remove(next.get());
            expected.add(next.get());
            inFlight.add(next.get());
        }
    }

    private boolean hasPlace(NopOperation operation) {
        final AdmissionWindow window = operation.in;
        if (window == windows.get(0)) {
            return count(other -> other.in == window)
                    < LIMIT - (operation.charged.effectivePriority() < Priority.HIGH ? RESERVED : 0);
        }
        final DiskLine line = window.line();
        final long reads = count(other -> other.in == line.reads);
        final long writes = count(other -> other.in == line.writes);
        final boolean free = reads + writes < DEVICE_LIMIT;
        return (window.isOfWrites()
                        ? writes == 0 || (free && writes < DEVICE_LIMIT / 2)
                        : free || reads < DEVICE_LIMIT / 2)
                && (!operation.needsWorker || hasWorker(window));
    }

    private boolean hasWorker(AdmissionWindow window) {
        return count(other -> other.needsWorker) < LIMIT
                && count(other -> other.needsWorker && other.in.line() == window.line()) < LIMIT - RESERVED
                && (!window.isOfWrites()
                        || count(other -> other.needsWorker && other.in.isOfWrites()) < LIMIT - RESERVED);
    }

    private long count(Predicate<NopOperation> which) {
        return inFlight.stream().filter(which).count();
    }

    private boolean isLimited(NopOperation operation) {
        for (ResourceContainer c = operation.charged; c != null; c = c.parent()) {
            final ResourceContainer ancestor = c;
            if (count(other -> isBelow(other.charged, ancestor)) >= ancestor.limit(Resource.DISK_OPERATIONS)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBelow(ResourceContainer container, ResourceContainer ancestor) {
        ResourceContainer c = container;
        while (c != null && c != ancestor) {
            c = c.parent();
        }
        return c == ancestor;
    }

    private final class NopOperation extends TestOperation {
        private final int costBytes;

        /** As {@link #container()}, but also once the kernel has answered. */
        private final ResourceContainer charged;

        private boolean needsWorker;

        private AdmissionWindow in;

        NopOperation(OperationPort port, ResourceContainer charged, int costBytes) {
            super(port);
            this.charged = charged;
            this.costBytes = costBytes;
        }

        @Override
        protected boolean needsWorker() {
            return needsWorker;
        }

        @Override
        protected void prepare(Sqe sqe) {
            submitted.add(this);
            sqe.prepNop();
        }

        @Override
        protected int costBytes() {
            return costBytes;
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }
    }
}
