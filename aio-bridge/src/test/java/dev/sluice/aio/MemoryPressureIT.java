// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.PressureTrigger.Tasks;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real pressure, of a child that reads a file through a control group with less memory than the file has. */
class MemoryPressureIT {
    private static final Path MEMORY_GROUPS = Path.of("/sys/fs/cgroup/memory");
    private static final long WINDOW_US = 2_000_000L;

    @TempDir
    Path directory;

    @AutoClose
    private final AioFixture aio = new AioFixture();

    @Test
    void shouldReportPressureOnceAWindowForAsLongAsItLasts() throws Exception {
        assumeTrue(Files.isWritable(MemoryPressure.SYSTEM), "needs " + MemoryPressure.SYSTEM);
        assumeTrue(
                Files.isWritable(MEMORY_GROUPS.resolve("cgroup.procs")),
                "needs root and the v1 memory controller at " + MEMORY_GROUPS + " to run short of memory");
        final PressureTrigger trigger = new PressureTrigger(Tasks.SOME, 1_000L, WINDOW_US);
        final MemoryPressure pressure =
                aio.io.process().watchMemoryPressure(MemoryPressure.SYSTEM, trigger, aio.urgent, "pressure");
        final Path group = Files.createDirectory(
                MEMORY_GROUPS.resolve("sluice-test-" + ProcessHandle.current().pid()));
        Process child = null;
        try {
            Files.writeString(group.resolve("memory.limit_in_bytes"), "16M");
            child = new ProcessBuilder(
                            "sh",
                            "-c",
                            "echo $$ > \"$1/cgroup.procs\" && dd if=/dev/zero of=\"$2\" bs=1M count=64 status=none"
                                    + " && for i in $(seq 1 1000); do cat \"$2\" > /dev/null; done",
                            "sh",
                            group.toString(),
                            directory.resolve("large").toString())
                    .inheritIO()
                    .start();
            final Seen first = aio.runOne();
            final long firstNs = System.nanoTime();
            final Seen second = aio.runOne();

            assertThat(System.nanoTime() - firstNs).isGreaterThan(WINDOW_US * 1_000L / 2L);
            assertThat(first).isEqualTo(second);
            assertThat(first.attachment()).isEqualTo("pressure");
            assertThat(first.operation()).isEqualTo(Opcode.POLL_ADD);
            assertThat(aio.events.keyOf(pressure.fd()).interestOps()).isEqualTo(2); // POLLPRI
            assertThat(aio.root.usage().descriptors()).isEqualTo(1L);
        } finally {
            if (child != null) {
                child.destroyForcibly().onExit().join();
            }
            deleteOnceEmpty(group);
        }
        pressure.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0);
        aio.assertNothingLeft();
    }

    /** The last {@code cat} goes on until it has read its file. */
    private void deleteOnceEmpty(Path group) throws IOException {
        aio.runUntil(() -> {
            try {
                return Files.readAllLines(group.resolve("cgroup.procs")).isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Files.delete(group);
    }

    @Test
    void shouldCloseItsDescriptorWithTheQueue() throws Exception {
        assumeTrue(Files.isWritable(MemoryPressure.SYSTEM), "needs " + MemoryPressure.SYSTEM);
        final PressureTrigger trigger = new PressureTrigger(Tasks.FULL, WINDOW_US, WINDOW_US);
        final MemoryPressure pressure =
                aio.io.process().watchMemoryPressure(MemoryPressure.SYSTEM, trigger, aio.normal, "pressure");
        final Path link = Path.of("/proc/self/fd", String.valueOf(pressure.fd()));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(MemoryPressure.SYSTEM);

        aio.close();

        assertThat(Files.exists(link) && Files.readSymbolicLink(link).equals(MemoryPressure.SYSTEM))
                .isFalse();
    }

    @Test
    void shouldSayWhatIsMissingOrRefused() throws Exception {
        final PressureTrigger trigger = new PressureTrigger(Tasks.SOME, 150_000L, WINDOW_US);
        final Path absent = directory.resolve("memory.pressure");
        assertThatThrownBy(() -> aio.io.process().watchMemoryPressure(absent, trigger, aio.normal, "pressure"))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("open(\"" + absent + "\") failed: ENOENT (2)")
                .hasMessageContaining("CONFIG_PSI")
                .hasMessageContaining("psi=1");
        Files.createFile(absent);
        assertThatThrownBy(() -> aio.io.process().watchMemoryPressure(absent, trigger, aio.normal, "pressure"))
                .as("a regular file, which is no trigger")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("regular file");
        assertThat(Files.readString(absent)).isEqualTo("some 150000 2000000\0");
        assertThat(aio.io.openDescriptors()).isZero();
        final Path full = Path.of("/dev/full");
        assertThatThrownBy(() -> aio.io.process().watchMemoryPressure(full, trigger, aio.normal, "pressure"))
                .hasMessageContaining("write(\"/dev/full\", \"some 150000 2000000\") failed: ENOSPC (28)");
    }

    @Test
    void shouldRefuseTimesThatTheKernelDoesNotTake() {
        assertThatThrownBy(() -> new PressureTrigger(Tasks.SOME, 1_000L, 499_999L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("windowUs must be 500000..10000000: windowUs=499999");
        assertThatThrownBy(() -> new PressureTrigger(Tasks.SOME, 1_000L, 10_000_001L))
                .hasMessageEndingWith("windowUs=10000001");
        assertThatThrownBy(() -> new PressureTrigger(Tasks.SOME, 500_001L, 500_000L))
                .hasMessage("stallUs must be above 0 and at most windowUs: stallUs=500001, windowUs=500000");
        assertThatThrownBy(() -> new PressureTrigger(Tasks.FULL, 0L, 500_000L)).hasMessageContaining("stallUs=0,");
        assertThat(new PressureTrigger(Tasks.FULL, 500_000L, 500_000L).line()).isEqualTo("full 500000 500000");
    }
}
