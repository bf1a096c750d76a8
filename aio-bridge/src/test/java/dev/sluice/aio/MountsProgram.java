// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mounts over directories on the way to what is cached. To be run in a mount namespace of its own. */
final class MountsProgram {
    private MountsProgram() {}

    /** Fails unless each change is noticed; {@code arguments[0]} is a directory to work in. */
    public static void main(String[] arguments) throws Exception {
        final Path work = Path.of(arguments[0]);
        final Path directory = Files.createDirectories(work.resolve("root"));
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/file"), "below");
        Files.createDirectories(work.resolve("other/b"));
        Files.writeString(work.resolve("other/b/file"), "mounted over");
        try (CacheFixture served = new CacheFixture(directory, 8)) {
            assertThat(served.isCached("a/b/file")).isTrue();
            assertThat(served.isCached("a/b/missing")).isTrue();

            run(
                    "mount",
                    "--bind",
                    work.resolve("other").toString(),
                    directory.resolve("a").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("mounted over");
            served.assertAsFresh("a/b/missing");
            assertThat(served.isCached("a/b/file")).isTrue();

            run("umount", "--lazy", directory.resolve("a").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("below");

            run("mount", "-t", "tmpfs", "tmpfs", directory.resolve("a/b").toString());
            served.assertAsFresh("a/b/file");
            Files.writeString(directory.resolve("a/b/file"), "in memory");
            assertThat(served.ask("a/b/file").text()).isEqualTo("in memory");
            assertThat(served.isCached("a/b/file")).isTrue();
            run("umount", "--lazy", directory.resolve("a/b").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("below");

            run("mount", "-t", "proc", "proc", directory.resolve("a/b").toString());
            assertThat(served.isCached("a/b/version")).as("of the kernel").isFalse();
            run("umount", "--lazy", directory.resolve("a/b").toString());
            assertThat(served.isCached("a/b/file")).isTrue();
        }
        withNamesOfAnyBytes(work, directory);
        withContents(work, directory);
        overLayers(Files.createDirectory(work.resolve("layered")));
        System.out.println("noticed");
    }

    /** Goal: a name in the table of mounts that is no text hides no change. Method: such a mount, then another over a cached path. */
    private static void withNamesOfAnyBytes(Path work, Path directory) throws Exception {
        try (CacheFixture served = new CacheFixture(directory, 8)) {
            assertThat(served.isCached("a/b/file")).isTrue();
            for (final String name : List.of("latin-\\351", "return-\\r", "blank-\\040-\\n")) {
                run(
                        "sh",
                        "-c",
                        "d=\"$0/$(printf '" + name + "')\" && mkdir \"$d\" && mount -t tmpfs tmpfs \"$d\"",
                        work.toString());
                assertThat(served.ask("a/b/file").text()).isEqualTo("below");
            }
            run(
                    "mount",
                    "--bind",
                    work.resolve("other").toString(),
                    directory.resolve("a").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("mounted over");
            assertThat(served.isCached("a/b/file")).isTrue();
        }
        try (CacheFixture startedLater = new CacheFixture(directory, 8)) {
            assertThat(startedLater.isCached("a/b/file")).isTrue();
        }
        run("umount", "--lazy", directory.resolve("a").toString());
    }

    /** What is kept of a file is not served when something is mounted over it, and is when a bind mount of it is written to. */
    private static void withContents(Path work, Path directory) throws Exception {
        try (CacheFixture served = new CacheFixture(directory, 8).keepingContents(1 << 20)) {
            served.keep("a/b/file");
            run(
                    "mount",
                    "--bind",
                    work.resolve("other").toString(),
                    directory.resolve("a").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("mounted over");
            served.keep("a/b/file");
            Files.writeString(work.resolve("other/b/file"), "by another mount");
            assertThat(served.ask("a/b/file").text()).isEqualTo("by another mount");
            served.keep("a/b/file");
            storeAndAsk(served, "a/b/file", work.resolve("other/b/file"), "ABC");
            run("umount", "--lazy", directory.resolve("a").toString());
            assertThat(served.ask("a/b/file").text()).isEqualTo("below");
        }
    }

    /** Goal: a file in layers is not taken for one that nobody writes to. Method: writes, the copy to the upper layer, and stores to clean pages. */
    private static void overLayers(Path work) throws Exception {
        run("mount", "-t", "tmpfs", "tmpfs", work.toString());
        for (final String name : new String[] {"lower", "upper", "work", "merged"}) {
            Files.createDirectory(work.resolve(name));
        }
        Files.writeString(work.resolve("lower/file"), "from below");
        Files.writeString(work.resolve("lower/mapped"), "from below");
        run(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "lowerdir=" + work.resolve("lower") + ",upperdir=" + work.resolve("upper") + ",workdir="
                        + work.resolve("work"),
                work.resolve("merged").toString());
        final Path file = work.resolve("merged/file");
        try (CacheFixture served = new CacheFixture(work.resolve("merged"), 8).keepingContents(1 << 20)) {
            served.keep("file");
            Files.writeString(file, "in the upper layer");
            served.assertAsFresh("file");
            served.keep("file");
            Files.writeString(file, "again", java.nio.file.StandardOpenOption.APPEND);
            served.assertAsFresh("file");
            served.keep("mapped");
            try (SharedMapping mapping = new SharedMapping(work.resolve("merged/mapped"))) { // copies it up
                served.assertAsFresh("mapped");
                served.keep("mapped");
                mapping.store("A");
                assertThat(served.ask("mapped").text()).startsWith("A");
            }
            served.assertAsFresh("mapped");
        }
        run("umount", "--lazy", work.resolve("merged").toString());
        run("umount", "--lazy", work.toString());
    }

    static void storeAndAsk(CacheFixture served, String path, Path file, String stored) throws Exception {
        try (SharedMapping mapping = new SharedMapping(file)) {
            for (int i = 0; i < stored.length(); i++) {
                mapping.store(stored.substring(i, i + 1));
                assertThat(served.ask(path).text()).startsWith(stored.substring(i, i + 1));
            }
        }
    }

    private static void run(String... command) throws Exception {
        final Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
