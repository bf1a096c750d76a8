// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: what is renamed elsewhere makes no path fail that goes up and down inside its root. Method: two threads rename files of their own
 * without end, in memory where there is a file system for it, which is when the kernel gives up on such a path most often.
 */
class RenamesIT extends FileTests {
    private static final int TIMES = 5_000;
    private static final String UP_AND_DOWN = "a/../a/../a/../a/../a/../a/../a/../";

    private Path elsewhere;
    private List<Renamer> renamers;

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectory(directory.resolve("a"));
        Files.createDirectory(directory.resolve("b"));
        Files.writeString(directory.resolve("b/file"), "file");
        Files.createSymbolicLink(directory.resolve("link"), Path.of(UP_AND_DOWN + "b/file"));
        final Path inMemory = Path.of("/dev/shm");
        elsewhere = Files.createTempDirectory(Files.isWritable(inMemory) ? inMemory : directory, "sluice-renames");
        renamers = List.of(new Renamer(elsewhere, "1"), new Renamer(elsewhere, "2"));
    }

    @AfterEach
    void end() throws IOException {
        for (final Renamer renamer : renamers) {
            renamer.close();
        }
        Files.delete(elsewhere);
    }

    @Test
    void shouldOpenWhatALinkLeadsTo() {
        final AsyncFile file = aio.io.newFile();
        for (int i = 0; i < TIMES; i++) {
            file.open(root, "link", OpenOptions.READ, aio.normal, "open");
            assertThat(aio.runOne().result()).as("open %d", i).isNotNegative();
            file.discard();
            aio.seen.clear();
        }
    }

    @Test
    void shouldOperateOnNames() {
        final FileStatus status = new FileStatus();
        for (int i = 0; i < TIMES; i++) {
            aio.io.paths().statx(root, "link", true, status, aio.normal, "statx");
            assertThat(aio.runOne().result()).as("statx %d", i).isZero();
            final String path = UP_AND_DOWN + "b";
            final String newPath = UP_AND_DOWN + "c";
            aio.io.paths().rename(root, path, newPath, 0, aio.normal, "rename");
            assertThat(aio.runOne().result()).as("rename %d", i).isZero();
            aio.io.paths().rename(root, newPath, path, 0, aio.normal, "rename");
            assertThat(aio.runOne().result()).as("rename back %d", i).isZero();
            aio.seen.clear();
        }
    }

    @Test
    void shouldListADirectory() {
        for (int i = 0; i < TIMES; i++) {
            aio.io.blockingWork().list(root, UP_AND_DOWN + "b", DirectoryPage.BEGIN, aio.normal, "list");
            final Seen listed = aio.runOne();
            assertThat(listed.result()).as("list %d: %s", i, listed.message()).isZero();
            aio.seen.clear();
        }
    }
}
