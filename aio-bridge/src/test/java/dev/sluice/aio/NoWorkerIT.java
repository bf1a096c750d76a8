// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that has no thread for a worker: it answers ECANCELED, though nobody has cancelled. */
@Tag("kernel-ring")
class NoWorkerIT {
    @TempDir
    Path directory;

    private FaultingRing ring;
    private AioFixture aio;
    private RootDirectory root;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(directory.resolve("file"), "content");
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        aio = new AioFixture(ring.asRing());
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        root.close();
        aio.close();
    }

    @Test
    void shouldTellAnOpenThatWasNotBegunFromOneThatWasCancelled() {
        final AsyncFile file = aio.io.newFile();
        ring.arm(FaultingRing.ALL_OPENS, 2, result -> -Errno.ECANCELED, false);
        ring.expect(2, true);

        file.open(root, "file", OpenOptions.READ, aio.normal, "open");

        assertThat(aio.runOne()).isEqualTo(new AioFixture.Seen("open", Opcode.OPENAT2, -Errno.ENOWORKER, 0));
        ring.disarm();
        final long id = file.open(root, "file", OpenOptions.READ, aio.normal, "again");
        aio.io.cancel(id);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        aio.assertNothingLeft();
    }

    @Test
    void shouldTellAReadThatWasNotBegunFromOneThatWasCancelled() {
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(4096);
        ring.arm(file.read(buffer, 0L, aio.normal, "read"), 1, result -> -Errno.ECANCELED, false);

        assertThat(aio.runOne()).isEqualTo(new AioFixture.Seen("read", Opcode.READ, -Errno.ENOWORKER, 0));
        final long id = file.read(buffer, 0L, aio.normal, "again");
        ring.arm(id, 1, result -> -Errno.ECANCELED, false);
        aio.io.cancel(id);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        buffer.release();
        aio.close(file);
        aio.assertNothingLeft();
    }

    @Test
    void shouldNameItInMessages() {
        assertThat(Errno.describe("open", "file", Errno.ENOWORKER)).contains("ENOWORKER (4096)");
    }
}
