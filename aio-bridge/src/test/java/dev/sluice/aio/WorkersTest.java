// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernel workers, of which a simulated ring has no more than it was told: what finds none waits in the order of arrival. */
class WorkersTest implements SimulatedFaults {
    private static final long SLOW_NS = 1_000_000_000L;
    private static final long OPEN_NS = 1_000_000L;
    private static final int FLOOD = 200;

    @TempDir
    Path directory;

    private final SimulatedRing ring = new SimulatedRing(1L, 1024, 4096, this);
    private final List<IoBuffer> buffers = new ArrayList<>();
    private RootDirectory root;
    private AioFixture aio;
    private AsyncFile file;
    private Set<Integer> slow = Set.of(Opcode.WRITE, Opcode.FSYNC);

    @Override
    public long latencyNs(int opcode, SplittableRandom random) {
        return slow.contains(opcode) ? SLOW_NS : opcode == Opcode.OPENAT2 ? OPEN_NS : 0L;
    }

    @BeforeEach
    void open() throws Exception {
        root = RootDirectory.open(directory);
        aio = new AioFixture(EventQueue.over(ring, EventQueueOptions.defaults()), AsyncIoOptions.defaults());
        file = aio.open(root, "written", OpenOptions.READ_WRITE_CREATE);
        file.statx();
        aio.runOne();
    }

    @AfterEach
    void close() {
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        file.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        buffers.forEach(IoBuffer::release);
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    @Test
    void shouldOpenAtOnceWhileWritesAndSyncsWaitForASlowDisk() {
        for (int i = 0; i < FLOOD; i++) {
            final IoBuffer buffer = aio.io.arena().tryLease(1);
            buffers.add(buffer);
            file.write(buffer, i, aio.urgent, "write");
            file.fsync(aio.urgent, "fsync");
        }
        final AsyncFile opened = aio.io.newFile();
        final long startNs = ring.nanoTime();
        opened.open(root, "new", OpenOptions.READ_WRITE_CREATE, aio.bulk, "opened meanwhile");
        runUntilSeen("opened meanwhile");

        assertThat(ring.nanoTime() - startNs).isLessThan(2 * OPEN_NS);
        assertThat(ring.waitedForWorker()).isZero();
        opened.close();
    }

    /** What is given back must not wait for what is asked for. */
    @Test
    void shouldCloseAtOnceWhileOpensAndWritesWaitForASlowDisk() {
        final AsyncFile closed = aio.open(root, "closed", OpenOptions.READ_WRITE_CREATE);
        final AsyncFile discarded = aio.open(root, "discarded", OpenOptions.READ_WRITE_CREATE);
        slow = Set.of(Opcode.WRITE, Opcode.FSYNC, Opcode.OPENAT2);
        final List<AsyncFile> opening = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            file.fsync(aio.urgent, "fsync");
            opening.add(aio.io.newFile());
            opening.get(i).open(root, "new" + i, OpenOptions.READ_WRITE_CREATE, aio.urgent, "open");
        }
        final long startNs = ring.nanoTime();
        closed.declareInterest(aio.bulk, "closed meanwhile");
        closed.close();
        discarded.discard();
        runUntilSeen("closed meanwhile");
        aio.runUntil(() -> aio.io.pendingCloses() == 0);

        assertThat(ring.nanoTime() - startNs).isLessThan(OPEN_NS);
        assertThat(ring.waitedForWorker()).isZero();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        opening.forEach(AsyncFile::close);
    }

    @Test
    void shouldOpenAtOnceWhileClosesWaitForASlowDisk() {
        final List<AsyncFile> files = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            files.add(aio.open(root, "closed" + i, OpenOptions.READ_WRITE_CREATE));
        }
        slow = Set.of(Opcode.CLOSE);
        files.forEach(AsyncFile::discard);
        final AsyncFile opened = aio.io.newFile();
        final long startNs = ring.nanoTime();
        opened.open(root, "new", OpenOptions.READ_WRITE_CREATE, aio.bulk, "opened meanwhile");
        runUntilSeen("opened meanwhile");

        assertThat(ring.nanoTime() - startNs).isLessThan(2 * OPEN_NS);
        assertThat(ring.waitedForWorker()).isZero();
        slow = Set.of();
        opened.close();
    }

    private void runUntilSeen(Object attachment) {
        aio.runUntil(() -> aio.seen.stream().anyMatch(seen -> attachment.equals(seen.attachment())));
    }
}
