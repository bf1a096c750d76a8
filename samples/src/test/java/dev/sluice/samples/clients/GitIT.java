// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository that lies there as files. */
class GitIT {
    private static final int LARGE_BYTES = 3_000_000;

    @TempDir
    Path folder;

    private Path www;
    private Path work;
    private Path source;
    private Path bare;

    private Tool git(Path directory) throws IOException {
        return Tool.needed("git", directory)
                .with("HOME", work.toString())
                .with("GIT_CONFIG_NOSYSTEM", "1")
                .with("GIT_TERMINAL_PROMPT", "0");
    }

    private void commit(String name) throws IOException, InterruptedException {
        TestFiles.writeRandom(source, name, LARGE_BYTES);
        git(source).run("add", name);
        git(source).run("-c", "user.name=n", "-c", "user.email=e@test", "commit", "-q", "-m", "Add " + name);
    }

    /** With a large pack, and one object for each of the last commit. */
    private void makeRepository() throws IOException, InterruptedException {
        www = Files.createDirectory(folder.resolve("www"));
        work = Files.createDirectory(folder.resolve("work"));
        source = work.resolve("source");
        bare = www.resolve("project.git");
        git(source).run("init", "-q");
        commit("large");
        commit("second");
        git(work).run("clone", "-q", "--bare", "source", bare);
        git(bare).run("repack", "-q", "-a", "-d");
        commit("loose");
        git(source).run("push", "-q", bare, "HEAD");
        git(bare).run("update-server-info");
    }

    @Test
    void shouldBeClonedFrom() throws Exception {
        makeRepository();
        try (TappedServer server = TappedServer.of(www)) {
            git(work).run("clone", "-q", server.url("/project.git"), "copy");

            git(work.resolve("copy")).run("fsck", "--full", "--strict");
            for (final String name : new String[] {"large", "second", "loose"}) {
                assertThat(work.resolve("copy").resolve(name)).hasSameBinaryContentAs(source.resolve(name));
            }
            assertThat(server.exchanges())
                    .extracting(Exchange::status)
                    .contains(200, 404); // no loose object is in the pack
        }
    }

    @Test
    void shouldGoOnWithAPackThatWasBegun() throws Exception {
        makeRepository();
        final Path pack = pack();
        final Path copy = work.resolve("copy");
        git(work).run("init", "-q", "copy");
        final Path begun = copy.resolve(".git/objects/pack").resolve(pack.getFileName() + ".temp");
        Files.copy(pack, begun, StandardCopyOption.REPLACE_EXISTING);
        try (RandomAccessFile file = new RandomAccessFile(begun.toFile(), "rw")) {
            file.setLength(LARGE_BYTES);
        }
        try (TappedServer server = TappedServer.of(www)) {
            git(copy).run("fetch", "-q", server.url("/project.git"));

            git(copy).run("fsck", "--full", "--strict", "FETCH_HEAD");
            assertThat(server.exchanges("/project.git/objects/pack/" + pack.getFileName()))
                    .singleElement()
                    .satisfies(exchange -> {
                        assertThat(exchange.field("Range")).isEqualTo("bytes=" + LARGE_BYTES + "-");
                        assertThat(exchange.status()).isEqualTo(206);
                    });
        }
    }

    private Path pack() throws IOException {
        try (Stream<Path> files = Files.list(bare.resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
