// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: where the memory of a control group is full of what a slow disk has to write, and the kernel waits for that before it gives any to the
 * loop, a turn that took long is told with its owner. Method: {@link ReclaimProgram} in a group with little memory.
 */
@Timeout(110)
@Tag("kernel-ring")
class ReclaimIT {
    private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory");
    private static final Path THROTTLE = Path.of("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device");
    private static final int WRITTEN_PER_SECOND = 4 << 20;
    private static final long LONG_US = 50_000L;
    private static final Pattern PHASE =
            Pattern.compile("([\\w-]+): rounds=(\\d+) longest_us=(\\d+) told_us=(\\d+) stalls=(\\d+) last=(.*)");

    @TempDir
    Path directory;

    private final Path group =
            MEMORY.resolve("sluice-reclaim-" + ProcessHandle.current().pid());
    private LoopFileSystem disk;
    private String device;

    @BeforeEach
    void make() throws Exception {
        assumeTrue(
                Files.isWritable(MEMORY.resolve("cgroup.procs")) && Files.isWritable(THROTTLE),
                "needs root and the v1 memory and blkio controllers");
        disk = LoopFileSystem.makeOfTwo(directory, 512L << 20);
        device = Files.readString(Path.of("/sys/block", disk.lowestDevice().replace("/dev/", ""), "dev"))
                .strip();
        AioFixture.writeFile(directory.resolve("large"), 64 << 20);
        AioFixture.writeFile(directory.resolve("small"), 4096);
        LoopFileSystem.run("sync", "--file-system", directory.toString());
        Files.createDirectory(group);
        limitWrites(WRITTEN_PER_SECOND);
    }

    private void limitWrites(int bytesPerSecond) throws IOException {
        Files.writeString(THROTTLE, device + " " + bytesPerSecond);
    }

    @AfterEach
    void end() throws Exception {
        if (device != null) {
            limitWrites(0);
            Awaitility.await()
                    .until(() -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
            Files.delete(group);
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void shouldTellHowLongTheLoopWaitedForMemory() throws Exception {
        Files.writeString(group.resolve("memory.limit_in_bytes"), "192M");
        final List<String> command =
                new ArrayList<>(List.of("sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-Xmx48m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(
                ReclaimProgram.class.getName(), disk.root().resolve("file").toString(), directory.toString()));
        final Process program =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            final String output = new String(program.getInputStream().readAllBytes(), UTF_8);
            final List<String> phases =
                    output.lines().filter(line -> PHASE.matcher(line).matches()).toList();
            assertThat(phases).as(output).hasSize(5).allMatch(phase -> longestUs(phase) > 0L);
            final List<String> stopped =
                    phases.stream().filter(phase -> longestUs(phase) > LONG_US).toList();
            if (!stopped.isEmpty()) {
                // Not each: while it collects garbage the JVM waits for memory, too, and that is nobody's turn.
                assertThat(stopped).as(output).anySatisfy(ReclaimIT::assertIsTold);
            }
        } finally {
            program.destroyForcibly();
            limitWrites(0); // what it has begun to write has to end before it can
            program.waitFor();
        }
    }

    private static long longestUs(String phase) {
        return Long.parseLong(matched(phase).group(3));
    }

    private static void assertIsTold(String phase) {
        final Matcher matcher = matched(phase);
        assertThat(Long.parseLong(matcher.group(4))).as(phase).isGreaterThan(longestUs(phase) / 2L);
        assertThat(Long.parseLong(matcher.group(5))).as(phase).isPositive();
        assertThat(matcher.group(6)).as(phase).startsWith("Stall[");
    }

    private static Matcher matched(String phase) {
        final Matcher matcher = PHASE.matcher(phase);
        assertThat(matcher.matches()).as(phase).isTrue();
        return matcher;
    }
}
