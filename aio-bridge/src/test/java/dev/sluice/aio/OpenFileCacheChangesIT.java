// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.cache.FileCache;
import dev.sluice.uring.linux.Errno;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was opened once is no longer found when it has changed: after each change the answer is that of a fresh open. */
class OpenFileCacheChangesIT extends CacheTests {
    private static final Path MAX_QUEUED = Path.of("/proc/sys/fs/inotify/max_queued_events");

    private static final long BUSY_NS = 500_000_000L;
    private static final int BUSY_CHANGES = 2_000;

    private Path file() {
        return directory.resolve("a/b/file");
    }

    private void assertNoticed(String path) {
        final long hits = served.cache.hits();
        served.assertAsFresh(path);
        assertThat(served.cache.hits()).as("dropped: %s", path).isEqualTo(hits);
        assertThat(served.isCached(path)).as("cached again: %s", path).isTrue();
    }

    @Test
    void shouldKnowWhatDoesNotExistUntilItDoes() throws Exception {
        assertThat(served.isCached("missing")).isTrue();
        assertThat(served.isCached("a/missing/file")).isTrue();
        final CachedFile missing = served.cache.find("missing");
        assertThat(missing.result()).isEqualTo(-Errno.ENOENT);
        assertThatThrownBy(missing::file).isInstanceOf(IllegalStateException.class);
        missing.release();

        Files.writeString(directory.resolve("missing"), "here");
        assertNoticed("missing");
        Files.createDirectory(directory.resolve("a/missing"));
        assertNoticed("a/missing/file");
        Files.writeString(directory.resolve("a/missing/file"), "here");
        assertNoticed("a/missing/file");
    }

    @Test
    void shouldNoticeThatContentAndAttributesChange() throws Exception {
        assertThat(served.isCached("a/b/file")).isTrue();

        Files.writeString(file(), " and more", StandardOpenOption.APPEND);
        assertNoticed("a/b/file");
        Files.writeString(file(), "CONTENT", StandardOpenOption.WRITE);
        assertNoticed("a/b/file");
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(3L);
        }
        assertNoticed("a/b/file");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));
        assertNoticed("a/b/file");
        Files.setLastModifiedTime(file(), java.nio.file.attribute.FileTime.fromMillis(0L));
        assertNoticed("a/b/file");
        Files.setPosixFilePermissions(directory.resolve("a"), PosixFilePermissions.fromString("rwx------"));
        assertNoticed("a/b/file");
    }

    @Test
    void shouldNoticeThatTheNameStandsForSomethingElse() throws Exception {
        assertThat(served.isCached("a/b/file")).isTrue();

        Files.writeString(directory.resolve("a/b/new"), "replaced");
        Files.move(directory.resolve("a/b/new"), file(), StandardCopyOption.REPLACE_EXISTING);
        assertNoticed("a/b/file");
        Files.move(file(), directory.resolve("a/b/gone"));
        assertNoticed("a/b/file");
        assertThat(served.isCached("a/b/gone")).isTrue();
        Files.delete(directory.resolve("a/b/gone"));
        assertNoticed("a/b/gone");
        Files.writeString(file(), "recreated");
        assertNoticed("a/b/file");
        Files.delete(file());
        Files.writeString(file(), "at once");
        assertNoticed("a/b/file");
    }

    @Test
    void shouldNoticeWhatHappensToADirectoryAbove() throws Exception {
        assertThat(served.isCached("a/b/file")).isTrue();

        Files.move(directory.resolve("a"), directory.resolve("moved"));
        assertNoticed("a/b/file");
        assertThat(served.isCached("moved/b/file")).isTrue();
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(file(), "another one");
        assertNoticed("a/b/file");
        Files.move(directory.resolve("moved"), outside.resolve("moved"));
        assertNoticed("moved/b/file");
    }

    @Test
    void shouldNoticeAChangeByAnotherNameOfTheFile() throws Exception {
        Files.createLink(outside.resolve("other"), file());
        Files.createLink(directory.resolve("second"), file());
        assertThat(served.isCached("a/b/file")).isTrue();
        assertThat(served.isCached("second")).isTrue();

        Files.writeString(outside.resolve("other"), "by another name");

        assertNoticed("a/b/file");
        assertNoticed("second");
    }

    @Test
    void shouldLetGoOfWhatWasDeletedWithoutBeingAsked() throws Exception {
        served.ask("top");
        assertThat(served.aio.io.openDescriptors()).isEqualTo(2);
        Files.delete(directory.resolve("top"));
        served.runUntil(() -> served.aio.io.openDescriptors() == 1);
    }

    @Test
    void shouldDropEverythingWhenChangesWereLost() throws Exception {
        final int queued = Integer.parseInt(Files.readString(MAX_QUEUED).strip());
        assumeTrue(queued <= 1 << 16, MAX_QUEUED + " is " + queued + ": too many changes to lose one");
        assertThat(served.isCached("a/b/file")).isTrue();
        final Path other = directory.resolve("a/x");
        final Path another = directory.resolve("a/y");
        Files.createFile(other);
        for (int i = 0; i < queued / 2 + 1; i++) { // two changes each, not to be merged
            Files.move(i % 2 == 0 ? other : another, i % 2 == 0 ? another : other);
        }
        Files.writeString(file(), "lost");

        assertNoticed("a/b/file");
    }

    @Test
    void shouldLeaveAnIdleQueueAloneBesideABusyDirectory() throws Exception {
        assertThat(served.isCached("a/b/file")).isTrue();
        try (Renamer renamer = new Renamer(directory.resolve("a"), "busy")) {
            final long before = served.aio.events.counters().enters();
            served.aio.expectSilence(BUSY_NS);
            assertThat(renamer.stop()).isGreaterThan(1_000L);
            assertThat(served.aio.events.counters().enters() - before)
                    .isLessThan(10L * BUSY_NS / FileCache.LONGEST_UNREAD_NS);
        }
        assertThat(served.isCached("a/b/file")).isTrue();
        Files.delete(file());
        served.runUntil(() -> served.aio.io.openDescriptors() == 1); // it is looked at again when nobody asks
    }

    @Test
    void shouldKnowEachChangeBesideABusyDirectory() throws Exception {
        assertThat(served.isCached("a/b/file")).isTrue();
        try (Renamer renamer = new Renamer(directory.resolve("a"), "busy")) {
            for (int i = 0; i < BUSY_CHANGES; i++) {
                Files.writeString(file(), "content " + i);
                assertThat(served.ask("a/b/file").text()).isEqualTo("content " + i);
                assertThat(served.ask("a/b/file").text()).isEqualTo("content " + i);
            }
            assertThat(renamer.stop()).isGreaterThan(1_000L);
        }
        assertThat(served.cache.hits()).as("of those asked for again").isGreaterThan(BUSY_CHANGES / 2);
    }

    @Test
    void shouldReadChangesWhenTheRingWasEnteredOrWhenAsked() throws Exception {
        served.ask("top");
        served.aio.reapOnly();
        served.cache.find("top").release();
        Files.writeString(directory.resolve("top"), "changed since");
        final CachedFile same = served.cache.find("top");
        assertThat(same).as("no request can have come").isNotNull();
        same.release();
        served.cache.refresh();
        assertThat(served.cache.find("top")).isNull();
    }

    @Test
    void shouldNotHandAnOpenThatIsOutOfDateToWhoAsksLater() throws Exception {
        assertThat(served.isCached("a/b/missing")).isTrue(); // so that the directories are watched
        served.cache.open("a/b/file", served.aio.normal, "before");
        served.aio.reapOnly(); // the kernel has opened it

        Files.writeString(directory.resolve("a/b/new"), "replaced");
        Files.move(directory.resolve("a/b/new"), file(), StandardCopyOption.REPLACE_EXISTING);
        served.cache.refresh();
        served.cache.open("a/b/file", served.aio.normal, "after");
        final List<Seen> seen = served.aio.run(2);

        for (final Seen each : seen) {
            final CachedFile file = CacheFixture.opened(each);
            if (each.attachment().equals("after")) {
                assertThat(file.status().inode()).isEqualTo(Files.getAttribute(file(), "unix:ino"));
            }
            file.release();
        }
    }
}
