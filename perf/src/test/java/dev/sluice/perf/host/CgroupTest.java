// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    @TempDir
    Path root;

    @Test
    void shouldReadWhatVersion1Prints() throws IOException {
        final Path blkio = Files.createDirectories(root.resolve("blkio"));
        final Path cpuacct = Files.createDirectories(root.resolve("cpuacct"));
        final Cgroup group = CgroupV1.create(root, "g");
        Files.writeString(
                blkio.resolve("g/blkio.throttle.io_serviced"),
                "254:0 Read 12\n254:0 Total 12\n7:0 Read 345\n7:0 Write 1\n7:0 Total 346\nTotal 358\n");
        Files.writeString(cpuacct.resolve("g/cpuacct.usage"), "1234567890\n");

        group.limitReads("7:0", 100);

        assertThat(blkio.resolve("g/blkio.throttle.read_iops_device")).hasContent("7:0 100");
        assertThat(group.readCount("7:0")).isEqualTo(345);
        assertThat(group.readCount("7:1")).isZero();
        assertThat(group.cpuNs()).isEqualTo(1_234_567_890L);
        assertThat(group.procsFiles())
                .containsExactly(blkio.resolve("g/cgroup.procs"), cpuacct.resolve("g/cgroup.procs"));
    }

    @Test
    void shouldReadWhatVersion2Prints() throws IOException {
        final Cgroup group = CgroupV2.create(root, "g");
        Files.writeString(root.resolve("g/io.stat"), """
                254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0
                7:0 rbytes=1413120 wbytes=0 rios=345 wios=0 dbytes=0 dios=0
                """);
        Files.writeString(root.resolve("g/cpu.stat"), "usage_usec 1234567\nuser_usec 1\nsystem_usec 2\n");

        group.limitReads("7:0", 100);

        assertThat(root.resolve("cgroup.subtree_control")).hasContent("+io");
        assertThat(root.resolve("g/io.max")).hasContent("7:0 riops=100");
        assertThat(group.readCount("7:0")).isEqualTo(345);
        assertThat(group.readCount("7:1")).isZero();
        assertThat(group.cpuNs()).isEqualTo(1_234_567_000L);
    }

    @Test
    void shouldSayWhatIsMissingInAFileOfVersion2() throws IOException {
        final Cgroup group = CgroupV2.create(root, "g");
        Files.writeString(root.resolve("g/cpu.stat"), "user_usec 1\n");

        assertThatThrownBy(group::cpuNs).isInstanceOf(IOException.class).hasMessageContaining("usage_usec");
    }

    @Test
    void shouldCountTheCpuTimeOfAProcessBornInside() throws IOException {
        final List<String> missing = Requirements.missing();
        assumeTrue(missing.isEmpty(), missing::toString);
        try (Cgroup group =
                Cgroup.create("sluice-perf-test-" + ProcessHandle.current().pid())) {
            final StringBuilder script = new StringBuilder();
            group.procsFiles()
                    .forEach(procs -> script.append("echo $$ > ").append(procs).append("; "));
            Commands.run("sh", "-c", script + "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");

            assertThat(group.cpuNs()).isGreaterThan(10_000_000L);
        }
    }
}
