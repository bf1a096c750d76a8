// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.AdmissionWindow;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A window that tunes itself, on a real disk that is made slow while it is in use. */
class LatencyTargetIT {
    private static final int LIMIT = 8;
    private static final int READ_BYTES = 4096;
    private static final int READS = 200;

    /** One after the other, so that each takes 100 ms and two at a time take 200. */
    private static final int SLOW_READS_PER_SECOND = 10;

    private static final long TARGET_NS = 150_000_000L;

    @TempDir
    Path directory;

    private final List<IoBuffer> buffers = new ArrayList<>();

    @Test
    void shouldWidenOnAFastDiskAndNarrowToOneReadOnASlowOne() throws Exception {
        AioFixture.writeFile(directory.resolve("blocks"), READS * READ_BYTES);
        SlowDisk.forgetPaths(); // and write it back
        try (AioFixture aio = new AioFixture(
                        AsyncIoOptions.defaults().withReadWindow(LIMIT).withReadLatencyTargetNs(TARGET_NS));
                RootDirectory root = RootDirectory.open(directory)) {
            final AsyncFile file = aio.open(root, "blocks", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
            read(aio, file, READS / 2);
            final AdmissionWindow window = file.file.admitted().reads();
            assertThat(window.limit()).isEqualTo(1);
            aio.run(READS / 2);
            assertThat(window.limit()).isEqualTo(LIMIT);

            SlowDisk.during(directory, SLOW_READS_PER_SECOND, () -> {
                read(aio, file, READS / 2);
                aio.runUntil(() -> window.limit() == 1);
            });
            assertThat(window.waitingCount()).as("reads still wait").isPositive();
            aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
            file.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
            buffers.forEach(IoBuffer::release);
            aio.assertNothingLeft();
        }
    }

    private void read(AioFixture aio, AsyncFile file, int count) {
        for (int i = 0; i < count; i++) {
            final IoBuffer buffer = aio.io.arena().tryLease(READ_BYTES);
            file.read(buffer, (long) buffers.size() * READ_BYTES, aio.normal, "read");
            buffers.add(buffer);
        }
    }
}
