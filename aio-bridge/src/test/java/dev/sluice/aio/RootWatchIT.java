// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** It is told when the path of a root has come to lead elsewhere, and only then. */
class RootWatchIT extends FileTests {
    private static final long QUIET_NS = 100_000_000L;

    private Path releases;
    private Path link;

    @BeforeEach
    void makeReleases() throws IOException {
        releases = Files.createDirectory(directory.resolve("releases"));
        for (final String name : List.of("1", "2", "3")) {
            Files.createDirectory(releases.resolve(name));
        }
        link = directory.resolve("current");
        linkTo("releases/1");
    }

    @Test
    void shouldTellOfALinkThatLeadsElsewhere() throws IOException {
        try (RootDirectory first = RootDirectory.open(link)) {
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            linkTo(releases.resolve("2").toString());
            assertLeadsTo("2");
            linkTo("releases/../releases/./3");
            assertLeadsTo("3");
            Files.move(releases.resolve("3"), releases.resolve("4"));
            assertLeadsNowhere();
            Files.createSymbolicLink(releases.resolve("3"), Path.of("4"));
            assertLeadsTo("4");
            close(watch);
        }
    }

    @Test
    void shouldTellOfNoOtherChange() throws IOException {
        try (RootDirectory first = RootDirectory.open(link)) {
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            Files.createFile(directory.resolve("file"));
            Files.createFile(releases.resolve("1/file"));
            Files.delete(releases.resolve("2"));
            linkTo("releases/1");
            linkTo(releases.resolve("1").toString());
            aio.expectSilence(QUIET_NS);
            close(watch);
        }
    }

    @Test
    void shouldTellWhatWasChangedBeforeItWasWatched() throws IOException {
        try (RootDirectory first = RootDirectory.open(link)) {
            linkTo("releases/2");
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            assertLeadsTo("2");
            close(watch);
        }
    }

    @Test
    void shouldTellTheLatestOfManyBesideABusyDirectory() throws IOException {
        try (RootDirectory first = RootDirectory.open(link);
                Renamer renamer = new Renamer(directory, "busy")) {
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            for (int i = 0; i < 500; i++) {
                linkTo("releases/" + (2 + i % 2));
            }
            linkTo("releases/2");
            final long device = device(releases.resolve("2"));
            final long inode = inode(releases.resolve("2"));
            aio.runUntil(() -> !aio.seen.isEmpty() && lastSeen().root.isSameAs(device, inode));
            aio.expectSilence(QUIET_NS);
            aio.seen.forEach(seen -> ((RootDirectory) seen.message()).close());
            assertThat(renamer.stop()).isGreaterThan(100L);
            close(watch);
        }
    }

    @Test
    void shouldBeForgottenByTheQueueOnceItIsClosed() throws IOException {
        final WeakReference<Object> closed = new WeakReference<>(closedWatch());

        await().pollInSameThread().untilAsserted(() -> {
            System.gc();
            assertThat(closed.get()).isNull();
        });
    }

    private Object closedWatch() throws IOException {
        try (RootDirectory first = RootDirectory.open(link)) {
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            close(watch);
            return watch.descriptor;
        }
    }

    @Test
    void shouldFollowALinkWhoseNameIsNoText() throws IOException {
        final Path odd = directory.resolve("caf\u00e9");
        Files.createSymbolicLink(odd, Path.of("releases/1"));
        try (RootDirectory first = RootDirectory.open(odd)) {
            final RootWatch watch = aio.io.files().watchRoot(first, aio.normal, "root");
            Files.move(
                    Files.createSymbolicLink(directory.resolve("made"), Path.of("releases/2")),
                    odd,
                    StandardCopyOption.ATOMIC_MOVE);
            assertLeadsTo("2");
            close(watch);
        }
    }

    @Test
    void shouldLeaveNothingWhenTheQueueClosesFirst() throws IOException {
        final List<String> before = OpenDescriptors.now();
        final AioFixture closing = new AioFixture();
        try (RootDirectory first = RootDirectory.open(link)) {
            closing.io.files().watchRoot(first, closing.normal, "root");
            linkTo("releases/2");
            closing.reapOnly();
            linkTo("releases/3");
            closing.close();
        }
        await().untilAsserted(() -> assertThat(OpenDescriptors.since(before)).isEmpty()); // the walk may be under way
    }

    private void linkTo(String target) throws IOException {
        final Path made = Files.createSymbolicLink(directory.resolve("made"), Path.of(target));
        Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private void assertLeadsTo(String release) throws IOException {
        final Seen seen = aio.runOne();
        assertThat(seen.attachment()).isEqualTo("root");
        assertThat(seen.operation()).isEqualTo(Opcode.NOP);
        assertThat(seen.flags()).isEqualTo(CqeFlags.F_MORE);
        assertThat(seen.result()).isZero();
        final RootDirectory found = (RootDirectory) seen.message();
        assertThat(found.root.isSameAs(device(releases.resolve(release)), inode(releases.resolve(release))))
                .as("leads to %s", release)
                .isTrue();
        found.close();
    }

    private RootDirectory lastSeen() {
        return (RootDirectory) aio.seen.get(aio.seen.size() - 1).message();
    }

    private void assertLeadsNowhere() {
        final Seen seen = aio.runOne();
        assertThat(seen.result()).isEqualTo(-Errno.ENOENT);
        assertThat(seen.message()).isNull();
    }

    private static long inode(Path path) throws IOException {
        try (RootDirectory opened = RootDirectory.open(path)) {
            return opened.root.inode();
        }
    }

    private static long device(Path path) throws IOException {
        try (RootDirectory opened = RootDirectory.open(path)) {
            return opened.root.device();
        }
    }

    private void close(RootWatch watch) {
        aio.seen.clear();
        watch.close();
        assertThat(aio.run(2)).extracting(Seen::operation).containsExactly(Opcode.POLL_ADD, Opcode.CLOSE);
        aio.assertNothingLeft();
    }
}
