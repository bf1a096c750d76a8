// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.aio.memory.ControlGroupMemory;
import dev.sluice.aio.memory.ControlGroupMemory.Limit;
import dev.sluice.aio.memory.DefaultArena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of groups as the kernel shows them, of both versions, in folders of the test's. */
class ControlGroupMemoryTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path mountPoint;

    private void write(String file, String value) throws IOException {
        final Path path = mountPoint.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, value + "\n");
    }

    private List<String> mounted(String root, String kind) {
        return List.of(
                "23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
                "35 31 0:32 " + root + " " + mountPoint + " rw,relatime shared:9 - " + kind);
    }

    @Test
    void shouldFindTheSmallestLimitOfTheGroupAndThoseAboveIt() throws Exception {
        write("memory.max", "max");
        write("site/memory.max", String.valueOf(96 * MIB));
        write("site/memory.high", "max");
        write("site/app/memory.max", String.valueOf(256 * MIB));
        write("site/app/memory.high", String.valueOf(128 * MIB));
        write("site/other/memory.max", "4096");
        final List<String> mounts = mounted("/", "cgroup2 cgroup2 rw");

        assertThat(ControlGroupMemory.smallest(List.of("0::/site/app"), mounts))
                .isEqualTo(new Limit(96 * MIB, mountPoint.resolve("site/memory.max")));
        write("site/app/memory.high", String.valueOf(64 * MIB));
        assertThat(ControlGroupMemory.smallest(List.of("0::/site/app"), mounts))
                .isEqualTo(new Limit(64 * MIB, mountPoint.resolve("site/app/memory.high")));
        assertThat(ControlGroupMemory.smallest(List.of("0::/elsewhere"), mounts))
                .isNull();
    }

    @Test
    void shouldReadTheHierarchyOfMemoryInVersionOne() throws Exception {
        write("memory.limit_in_bytes", "9223372036854771712");
        write("app/memory.limit_in_bytes", String.valueOf(96 * MIB));
        final List<String> groups = List.of("8:pids:/app", "4:cpu,memory:/app", "0::/app");

        assertThat(ControlGroupMemory.smallest(groups, mounted("/", "cgroup cgroup rw,cpu,memory")))
                .isEqualTo(new Limit(96 * MIB, mountPoint.resolve("app/memory.limit_in_bytes")));
        assertThat(ControlGroupMemory.smallest(groups, mounted("/", "cgroup cgroup rw,pids")))
                .isNull();
    }

    /** As in a container: with a namespace the path is /, without one it is that of the host, of which only a part is mounted. */
    @Test
    void shouldFindTheGroupThatIsMountedAsTheRoot() throws Exception {
        write("memory.max", String.valueOf(32 * MIB));
        final Limit limit = new Limit(32 * MIB, mountPoint.resolve("memory.max"));

        assertThat(ControlGroupMemory.smallest(List.of("0::/"), mounted("/", "cgroup2 none rw")))
                .isEqualTo(limit);
        assertThat(ControlGroupMemory.smallest(List.of("0::/box/1"), mounted("/box/1", "cgroup2 none rw")))
                .isEqualTo(limit);
        assertThat(ControlGroupMemory.smallest(List.of("0::/../2"), mounted("/", "cgroup2 none rw")))
                .isEqualTo(limit);
        assertThat(ControlGroupMemory.smallest(List.of("0::/"), List.of("nonsense")))
                .isNull();
    }

    @Test
    void shouldLeaveTheArenaAnEighthOfTheLimit() {
        final Path file = Path.of("memory.max");

        assertThat(DefaultArena.bytes(null)).isEqualTo(256 * MIB);
        assertThat(DefaultArena.bytes(new Limit(2_048 * MIB, file))).isEqualTo(256 * MIB);
        assertThat(DefaultArena.bytes(new Limit(96 * MIB, file))).isEqualTo(12 * MIB);
        assertThat(DefaultArena.bytes(new Limit(4_096L, file))).isEqualTo(BufferArena.MAX_BLOCK_BYTES);
    }

    @Test
    void shouldRefuseBuffersOfMoreThanThereIs() {
        final Limit limit = new Limit(96 * MIB, Path.of("memory.max"));
        DefaultArena.check(96 * MIB, limit);
        DefaultArena.check(Long.MAX_VALUE, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DefaultArena.check(96 * MIB + 1, limit))
                .withMessage("arenaBytes must be at most 100663296, which memory.max allows: arenaBytes=100663297");

        final AsyncIoOptions defaults = AsyncIoOptions.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withArenaBytes(1L << 50))
                .withMessageMatching(
                        "arenaBytes must be at most \\d+, which /\\S+ allows: arenaBytes=1125899906842624");
        assertThatIllegalArgumentException().isThrownBy(() -> defaults.withArenaBytes(1L << 50, 0L));
    }
}
