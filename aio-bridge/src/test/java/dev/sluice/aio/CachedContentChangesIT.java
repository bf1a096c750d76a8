// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.call.CopyRange;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whichever way a file is changed by, the answer to who asks after that is not the content that was kept. */
class CachedContentChangesIT extends CacheTests {
    private static final String PATH = "a/b/file";

    /** Something that changes the file. */
    interface Way {
        void change(Path file) throws Exception;
    }

    private Path file;

    @BeforeEach
    void keepContents() {
        served.keepingContents(1 << 20);
        file = directory.resolve(PATH);
    }

    private void assertNoticed(Way way) throws Exception {
        served.keep(PATH);
        final String before = served.ask(PATH).text();
        way.change(file);
        final CacheFixture.Answer after = served.ask(PATH);
        assertThat(after.text()).isNotEqualTo(before);
        assertThat(after).isEqualTo(served.askTheKernel(PATH));
        served.assertAsFresh(PATH);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    private static void write(Path path, String text) throws IOException {
        try (FileChannel channel = open(path)) {
            channel.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 0L);
        }
    }

    private static void run(String... command) throws Exception {
        final Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Test
    void shouldNoticeWrites() throws Exception {
        assertNoticed(path -> write(path, "CONTENT"));
        assertNoticed(path -> Files.writeString(path, " and more", StandardOpenOption.APPEND));
        assertNoticed(path -> Files.writeString(path, "truncated first"));
        assertNoticed(path -> run("sh", "-c", "echo by another process > " + path));
    }

    /** Goal: not only the close of the writer's descriptor tells. Method: it stays open, and the file was kept before. */
    @Test
    void shouldNoticeEachWriteOfWhoHasTheFileOpen() throws Exception {
        served.keep(PATH);
        try (FileChannel channel = open(file)) {
            for (int i = 0; i < 100; i++) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) ('a' + i % 26)}), 0L);
                served.assertAsFresh(PATH);
                served.assertAsFresh(PATH);
            }
            assertThat(served.isEverKept(PATH))
                    .as("while it is open for writing")
                    .isFalse();
        }
        served.keep(PATH);
    }

    @Test
    void shouldNoticeChangesOfTheSize() throws Exception {
        assertNoticed(path -> run("truncate", "-s", "3", path.toString())); // open, ftruncate
        assertNoticed(path -> {
            try (FileChannel channel = open(path)) {
                channel.truncate(2L);
            }
        });
        assertNoticed(path -> run("fallocate", "-l", "100", path.toString()));
        assertNoticed(path -> {
            write(path, "x".repeat(8192));
            run("fallocate", "--punch-hole", "-o", "0", "-l", "4096", path.toString());
        });
    }

    @Test
    void shouldNoticeWhatIsCopiedWithinTheKernel() throws Exception {
        final Path source = outside.resolve("source");
        Files.writeString(source, "copied");
        assertNoticed(path -> {
            final int in = Descriptors.open(source, OpenFlags.O_RDONLY);
            final int out = Descriptors.open(path, OpenFlags.O_WRONLY);
            assertThat(CopyRange.copy(in, 0L, out, 0L, 6)).isEqualTo(6);
            served.assertAsFresh(PATH);
            Descriptors.close(in);
            Descriptors.close(out);
        });
        assertNoticed(path -> run("sh", "-c", "cat " + source + " >> " + path)); // splice, or copy_file_range
        final Path other = directory.resolve("other");
        Files.writeString(other, "cloned");
        final Process clone = new ProcessBuilder("cp", "--reflink=always", other.toString(), file.toString())
                .redirectErrorStream(true)
                .start();
        clone.getInputStream().readAllBytes();
        clone.waitFor(); // refused where nothing is shared
        served.assertAsFresh(PATH);
    }

    @Test
    void shouldNoticeWritesByOtherNames() throws Exception {
        final Path link = Files.createLink(outside.resolve("elsewhere"), file);
        assertNoticed(path -> write(link, "by link"));
        try (FileChannel readOnly = FileChannel.open(file)) {
            assertThat(readOnly.isOpen()).isTrue();
            final int fd = Descriptors.open(file, OpenFlags.O_RDONLY);
            assertNoticed(path -> write(Path.of("/proc/self/fd/" + fd), "BY FD"));
            Descriptors.close(fd);
        }
    }

    @Test
    void shouldNoticeThatTheNameIsAnothers() throws Exception {
        assertNoticed(path -> {
            Files.writeString(outside.resolve("new"), "replaced");
            Files.move(outside.resolve("new"), path, StandardCopyOption.REPLACE_EXISTING);
        });
        served.keep(PATH);
        Files.delete(file);
        served.assertAsFresh(PATH);
    }

    @Test
    void shouldNoticeChangesInARenameStorm() throws Exception {
        try (Renamer renamer = new Renamer(directory.resolve("a/b"), "busy")) {
            for (int i = 0; i < 20; i++) {
                final int version = i;
                assertNoticed(path -> Files.writeString(path, "version " + version));
            }
            assertThat(renamer.stop()).isGreaterThan(100L);
        }
    }

    /** By a mapping that was there before the file was asked for: nothing tells of it but that it is there. */
    @Test
    void shouldKeepNothingThatIsMappedToBeWritten() throws Exception {
        try (SharedMapping mapping = new SharedMapping(file)) {
            mapping.store("A");
            served.ask(PATH);
            assertThat(served.isEverKept(PATH)).isFalse();
            for (int i = 0; i < 26; i++) {
                mapping.store(Character.toString('A' + i));
                assertThat(served.ask(PATH).text()).startsWith(Character.toString('A' + i));
            }
        }
        served.keep(PATH);
        served.assertAsFresh(PATH);
    }

    /** Each store before the question is in the answer, also in a page that is dirty already, of which no time tells. */
    @Test
    void shouldNoticeStoresOfAMappingThatIsMadeLater() throws Exception {
        served.keep(PATH);
        try (SharedMapping mapping = new SharedMapping(file)) {
            for (int i = 0; i < 1_000; i++) {
                final String stored = Character.toString('A' + i % 26);
                mapping.store(stored);
                assertThat(served.ask(PATH).text()).startsWith(stored);
            }
        }
        served.keep(PATH);
        assertThat(served.ask(PATH).text()).isEqualTo(Files.readString(file));
    }

    @Test
    void shouldNoticeStoresOfAMappingThatHasGoneBefore() throws Exception {
        for (int i = 0; i < 10; i++) {
            final String stored = Character.toString('A' + i);
            assertNoticed(path -> {
                try (SharedMapping mapping = new SharedMapping(path)) {
                    mapping.store(stored);
                }
            });
        }
    }

    /** Stores while the ring is not entered, between two questions of one turn, cannot be known to who asked before. */
    @Test
    void shouldNoticeStoresByAnotherNameOfTheFile() throws Exception {
        final Path link = Files.createLink(outside.resolve("elsewhere"), file);
        served.keep(PATH);
        try (SharedMapping mapping = new SharedMapping(link)) {
            mapping.store("Z");
            assertThat(served.ask(PATH).text()).startsWith("Z");
            mapping.store("Y");
            assertThat(served.ask(PATH).text()).startsWith("Y");
        }
    }

    @Test
    void shouldNoticeMappingsOfAFileSystemOnALoopDevice() throws Exception {
        try (LoopFileSystem loop = LoopFileSystem.make(outside, 32L << 20)) {
            Files.writeString(loop.root().resolve("mapped"), "content");
            try (CacheFixture there = new CacheFixture(loop.root(), 8).keepingContents(1 << 20)) {
                there.keep("mapped");
                try (SharedMapping mapping = new SharedMapping(loop.root().resolve("mapped"))) {
                    for (final String stored : new String[] {"A", "B", "C"}) {
                        mapping.store(stored);
                        assertThat(there.ask("mapped").text()).startsWith(stored);
                    }
                }
                there.keep("mapped");
                there.assertAsFresh("mapped");
            }
        }
    }

    @Test
    void shouldNoticeWritesByIoSubmit() throws Exception {
        assumeTrue(KernelAio.isThere(), "no io_submit here");
        final Path path = file;
        try (KernelAio aio = new KernelAio(path);
                NativeMemory memory = NativeMemory.map(4096)) {
            for (int i = 0; i < 20; i++) {
                memory.buffer(0L, 4096).put(0, (byte) ('A' + i));
                aio.write(memory.address(), 1);
                assertThat(served.ask(PATH).text()).startsWith(Character.toString('A' + i));
            }
            assertThat(served.isEverKept(PATH)).isFalse();
        }
        served.keep(PATH);
        try (KernelAio aio = new KernelAio(path);
                NativeMemory memory = NativeMemory.map(4096)) {
            memory.buffer(0L, 4096).put(0, (byte) 'z').put(1, (byte) 'y');
            aio.write(memory.address(), 2);
            served.assertAsFresh(PATH);
        }
    }

    /** Who only reads, however often he opens the file, costs it nothing but to be shown again. */
    @Test
    void shouldKeepWhatOthersRead() throws Exception {
        served.keep(PATH);
        for (int i = 0; i < 10; i++) {
            Files.readString(file);
            assertThat(served.cache.contents()).isEqualTo(1);
            assertThat(served.isKept(PATH)).isTrue();
        }
    }
}
