// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories below a root, listed page by page on the threads for blocking work. */
class DirectoryListingIT {
    private static final int MOST_ENTRIES = 32 * 1024 / 24;

    @TempDir
    Path directory;

    private AioFixture aio;
    private RootDirectory root;
    private Path served;

    @BeforeEach
    void open() throws IOException {
        served = Files.createDirectory(directory.resolve("served"));
        aio = new AioFixture();
        root = RootDirectory.open(served);
    }

    @AfterEach
    void close() {
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    private Seen list(String path, long from) {
        assertThat(aio.io.blockingWork().list(root, path, from, aio.normal, path))
                .isNotNegative();
        return aio.runOne();
    }

    private static DirectoryPage page(Seen seen) {
        assertThat(seen.message()).isInstanceOf(DirectoryPage.class);
        assertThat(seen.operation()).isEqualTo(Opcode.NOP);
        assertThat(seen.result()).isZero();
        return (DirectoryPage) seen.message();
    }

    @Test
    void shouldListNamesWithTypes() throws IOException {
        final Path listed = Files.createDirectories(served.resolve("a/b"));
        Files.createFile(listed.resolve("n\u00e4me"));
        Files.createDirectory(listed.resolve("folder"));
        Files.createSymbolicLink(listed.resolve("link"), Path.of("folder"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(listed.resolve("socket")));
        }

        final DirectoryPage page = page(list("a/b", DirectoryPage.BEGIN));

        assertThat(page.entries())
                .containsExactlyInAnyOrder(
                        new DirectoryEntry("n\u00e4me", DirectoryEntry.Type.FILE),
                        new DirectoryEntry("folder", DirectoryEntry.Type.DIRECTORY),
                        new DirectoryEntry("link", DirectoryEntry.Type.SYMBOLIC_LINK),
                        new DirectoryEntry("socket", DirectoryEntry.Type.OTHER));
        final DirectoryPage last = page(list("a/b", page.next()));
        assertThat(last.entries()).isEmpty();
        assertThat(last.next()).isEqualTo(DirectoryPage.END);
    }

    @Test
    void shouldListALargeDirectoryInBoundedPagesEachEntryOnce() throws IOException {
        final Set<String> names = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            names.add(
                    Files.createFile(served.resolve("entry-" + i)).getFileName().toString());
        }

        final List<String> listed = new ArrayList<>();
        int pages = 0;
        for (long from = DirectoryPage.BEGIN; from != DirectoryPage.END; pages++) {
            final DirectoryPage page = page(list(".", from));
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(MOST_ENTRIES);
            page.entries().forEach(entry -> listed.add(entry.name()));
            from = page.next();
        }

        assertThat(listed).containsExactlyInAnyOrderElementsOf(names);
        assertThat(pages).isGreaterThan(names.size() / MOST_ENTRIES);
    }

    @ParameterizedTest
    @CsvSource({
        ".., " + Errno.EXDEV,
        "folder/../.., " + Errno.EXDEV,
        "/, " + Errno.EXDEV,
        "escape, " + Errno.EXDEV,
        "loop, " + Errno.ELOOP,
        "absent, " + Errno.ENOENT,
        "'', " + Errno.ENOENT,
        "file, " + Errno.ENOTDIR
    })
    void shouldAnswerWithTheKernelsErrnoAndHoldNoDescriptor(String path, int errno) throws IOException {
        Files.createDirectory(served.resolve("folder"));
        Files.createFile(served.resolve("file"));
        Files.createSymbolicLink(served.resolve("escape"), directory);
        Files.createSymbolicLink(served.resolve("loop"), Path.of("loop"));
        list(".", DirectoryPage.BEGIN); // arms the wake-up, of which an emulated ring holds a duplicate
        final List<String> before = OpenDescriptors.now();

        final Seen seen = list(path, DirectoryPage.BEGIN);

        assertThat(seen.result()).isEqualTo(-errno);
        assertThat((FileSystemException) seen.message())
                .hasMessageContaining("openat2(\"" + path + "\") failed: " + Errno.name(errno));
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    @Test
    void shouldFailIfTheRootIsClosedBeforeItsTurn() throws Exception {
        final CountDownLatch closed = new CountDownLatch(1);
        for (int i = 0; i < BlockingWork.THREADS; i++) {
            aio.io
                    .blockingWork()
                    .call(
                            () -> {
                                closed.await();
                                return null;
                            },
                            aio.normal,
                            "occupied");
        }
        aio.io.blockingWork().list(root, ".", DirectoryPage.BEGIN, aio.normal, "list");

        root.close();
        closed.countDown();
        final Seen seen = aio.run(BlockingWork.THREADS + 1).stream()
                .filter(s -> s.attachment().equals("list"))
                .findFirst()
                .orElseThrow();

        assertThat(seen.result()).isEqualTo(-Errno.EIO);
        assertThat((IllegalStateException) seen.message()).hasMessageContaining("is closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> aio.io.blockingWork().list(root, ".", DirectoryPage.BEGIN, aio.normal, "list"));
    }

    @Test
    void shouldRefuseWhatIsNoPathOrNoPosition() {
        final BlockingWork work = aio.io.blockingWork();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> work.list(root, "a\0b", DirectoryPage.BEGIN, aio.normal, "list"))
                .withMessage("a path has no NUL, and a page begins at 0 or above: path=\"a\\0b\", from=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> work.list(root, ".", DirectoryPage.END, aio.normal, "list"))
                .withMessageEndingWith("from=-1");
    }
}
