// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.PageCache;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a read costs one enter wherever nothing is to be learnt from a second one, which tells whether the first has answered it.
 * Method: the page cache and the disk are simulated; a first read, by a worker, has read the map of the file.
 */
class ColdReadEntersTest {
    private static final int PAGE = NativeMemory.pageBytes();
    private static final int HOT = 0;

    /** Apart from the other, since what is remembered of reads is remembered of 64 KiB. */
    private static final int COLD = 64;

    private static final long DISK_READ_NS = 10_000_000L;

    @TempDir
    Path directory;

    private RootDirectory root;
    private AioFixture aio;
    private AsyncFile file;
    private IoBuffer buffer;

    @BeforeEach
    void openRoot() throws Exception {
        root = RootDirectory.open(directory);
    }

    private void open(AsyncIoOptions options, boolean kernelTells) {
        final SimulatedDisk disk = new SimulatedDisk(1L);
        disk.serve(1, DISK_READ_NS, 0.0);
        disk.ring.host().file("data", new byte[(COLD + 1) * PAGE]);
        disk.cache(HOT);
        final PageCache pageCache = kernelTells ? disk : (fd, offset, lengthBytes) -> -Errno.ENOSYS;
        aio = new AioFixture(EventQueue.over(disk.ring, EventQueueOptions.defaults()), options, pageCache);
        file = aio.open(root, "data", OpenOptions.READ);
        buffer = aio.io.arena().tryLease(PAGE);
        file.statx();
        aio.runOne();
        entersOfARead(COLD);
    }

    @AfterEach
    void close() {
        file.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        buffer.release();
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    private long entersOfARead(int page) {
        buffer.bytes().clear();
        final long enters = aio.events.counters().enters();
        file.read(buffer, (long) page * PAGE, aio.normal, "read");
        assertThat(aio.runOne().result()).isEqualTo(PAGE);
        return aio.events.counters().enters() - enters;
    }

    @Test
    void shouldWaitInTheEnterThatSubmitsAReadWhereTheKernelHasToldThatItIsCold() {
        open(AsyncIoOptions.defaults(), true);

        assertThat(entersOfARead(COLD)).isEqualTo(1L);
        assertThat(entersOfARead(HOT)).as("what is in memory").isEqualTo(1L);
        assertThat(entersOfARead(COLD)).as("after what was in memory").isEqualTo(1L);
    }

    @Test
    void shouldLearnFromASecondEnterWhereTheKernelDoesNotTell() {
        open(AsyncIoOptions.defaults(), false);

        assertThat(entersOfARead(COLD)).isEqualTo(2L);
    }

    @Test
    void shouldLearnFromASecondEnterWhetherTheDiskWasAskedWhereAWindowFollowsItsLatency() {
        open(AsyncIoOptions.defaults().withReadLatencyTargetNs(DISK_READ_NS), true);

        assertThat(entersOfARead(COLD)).isEqualTo(2L);
    }
}
