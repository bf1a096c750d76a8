// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copier on real trees. */
class TreeCopyIT {
    @TempDir
    Path directory;

    private Path from;
    private Path to;

    @BeforeEach
    void makeDirectories() throws IOException {
        from = Files.createDirectory(directory.resolve("from"));
        to = Files.createDirectory(directory.resolve("to"));
    }

    /** What it says, which is read to its end; it exits with {@code status} then. */
    private List<String> copy(int status) throws Exception {
        try (Program program = Program.start("copy", from.toString(), to.toString())) {
            final List<String> lines = program.restOfLines();
            assertThat(program.awaitExit()).as("%s", lines).isEqualTo(status);
            return lines;
        }
    }

    private static Object mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", java.nio.file.LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    void shouldCopyFilesDirectoriesLinksAndModes() throws Exception {
        final byte[] large = new byte[1_000_003];
        new Random(1L).nextBytes(large);
        Files.createDirectories(from.resolve("a/b/c"));
        Files.write(from.resolve("a/large"), large);
        Files.createFile(from.resolve("a/b/empty"));
        Files.writeString(from.resolve("run"), "#!/bin/sh\n");
        Files.setAttribute(from.resolve("run"), "unix:mode", 04755);
        Files.setAttribute(from.resolve("a/b/empty"), "unix:mode", 0400);
        Files.createLink(from.resolve("a/b/large too"), from.resolve("a/large"));
        Files.createSymbolicLink(from.resolve("a/link"), Path.of("../run"));
        Files.createSymbolicLink(from.resolve("dangling"), Path.of("/no/such/file"));
        Files.setAttribute(from.resolve("a/b"), "unix:mode", 0550);

        assertThat(copy(0)).last().isEqualTo("9 copied, 0 failed");

        assertThat(Files.readAllBytes(to.resolve("a/large"))).isEqualTo(large);
        assertThat(Files.isSameFile(to.resolve("a/large"), to.resolve("a/b/large too")))
                .isTrue();
        assertThat(Files.size(to.resolve("a/b/empty"))).isZero();
        assertThat(Files.readSymbolicLink(to.resolve("a/link"))).isEqualTo(Path.of("../run"));
        assertThat(Files.readSymbolicLink(to.resolve("dangling"))).isEqualTo(Path.of("/no/such/file"));
        for (final String path : List.of("a", "a/b", "a/b/c", "a/b/empty", "a/large", "run")) {
            assertThat(mode(to.resolve(path))).as(path).isEqualTo(mode(from.resolve(path)));
        }
        Files.setAttribute(from.resolve("a/b"), "unix:mode", 0750); // so that it can be removed
        Files.setAttribute(to.resolve("a/b"), "unix:mode", 0750);
    }

    @Test
    void shouldEndWhenItCopiesADirectoryIntoItself() throws Exception {
        Files.createDirectories(from.resolve("a/b"));
        Files.writeString(from.resolve("a/b/file"), "text");
        to = from.resolve("a/b"); // met after it has begun to fill

        assertThat(copy(0)).contains("a/b: not into itself").last().isEqualTo("1 copied, 0 failed");

        assertThat(from.resolve("a/b/a")).isEmptyDirectory();
    }

    @Test
    void shouldCopyTheRestAndNameWhatItCouldNot() throws Exception {
        Files.writeString(from.resolve("good"), "good");
        Files.writeString(from.resolve("taken"), "new");
        Files.writeString(to.resolve("taken"), "kept");
        Files.writeString(from.resolve("unreadable"), "secret");
        Files.setAttribute(from.resolve("unreadable"), "unix:mode", 0);
        assertThat(new ProcessBuilder("mkfifo", from.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        final boolean readable = Files.isReadable(from.resolve("unreadable")); // as it is for root

        final List<String> said = copy(1);

        assertThat(said).contains("taken: create: EEXIST", "fifo: neither a file, a directory nor a link");
        if (readable) {
            assertThat(mode(to.resolve("unreadable"))).isEqualTo(0);
            assertThat(said).last().isEqualTo("2 copied, 2 failed");
        } else {
            assertThat(said).contains("unreadable: open: EACCES").last().isEqualTo("1 copied, 3 failed");
        }
        assertThat(to.resolve("good")).hasContent("good");
        assertThat(to.resolve("taken")).hasContent("kept");
    }

    @Test
    void shouldCopyAWideTree() throws Exception {
        for (int i = 0; i < 20; i++) {
            final Path each = Files.createDirectory(from.resolve("d" + i));
            for (int j = 0; j < 150; j++) {
                Files.writeString(each.resolve("f" + j), i + " " + j);
            }
        }

        assertThat(copy(0)).last().isEqualTo("3020 copied, 0 failed");
        assertThat(to.resolve("d19/f149")).hasContent("19 149");
    }
}
