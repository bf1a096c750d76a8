// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On which disk a file of this machine is found to be. */
class DiskOfFileIT extends FileTests {
    @AfterEach
    void end() {
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    private PhysicalDisk diskOf(RootDirectory in, String name) {
        final AsyncFile file = aio.open(in, name, OpenOptions.READ);
        final PhysicalDisk disk = file.disk();
        aio.close(file);
        return disk;
    }

    @Test
    void shouldBeTheSameForTwoFileSystemsOnImagesThatLieOnOneDisk() throws Exception {
        AioFixture.writeFile(directory.resolve("below"), 1);
        final Path one = Files.createDirectory(directory.resolve("one"));
        final Path other = Files.createDirectory(directory.resolve("other"));
        try (LoopFileSystem first = LoopFileSystem.make(one, 8L << 20);
                LoopFileSystem second = LoopFileSystem.make(other, 8L << 20)) {
            AioFixture.writeFile(first.root().resolve("file"), 1);
            AioFixture.writeFile(second.root().resolve("file"), 1);
            try (RootDirectory onFirst = RootDirectory.open(first.root());
                    RootDirectory onSecond = RootDirectory.open(second.root())) {
                assertThat(diskOf(onFirst, "file"))
                        .isEqualTo(diskOf(onSecond, "file"))
                        .isEqualTo(diskOf(root, "below"));
            }
        }
    }

    @Test
    void shouldBeAnotherForAFileSystemInMemory() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1);
        final PhysicalDisk disk = diskOf(root, "file");
        final Path memory = Files.createTempFile(Path.of("/dev/shm"), "sluice", "disk");
        try (RootDirectory inMemory = RootDirectory.open(memory.getParent())) {
            assertThat(diskOf(inMemory, memory.getFileName().toString())).isNotEqualTo(disk);
        } finally {
            Files.delete(memory);
        }
    }
}
