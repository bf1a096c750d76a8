// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of files as the kernel reports them: each an event, in order, at the priority of its watch. */
class FileWatchesIT {
    private static final Path MAX_QUEUED = Path.of("/proc/sys/fs/inotify/max_queued_events");

    @TempDir
    Path directory;

    private RootDirectory root;
    private AioFixture aio;
    private FileWatches watches;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(directory.resolve("file"), "content");
        root = RootDirectory.open(directory);
        aio = new AioFixture();
        watches = aio.io.files().newFileWatches(aio.normal, "watches");
    }

    @AfterEach
    void close() throws IOException {
        if (watches.isOpen()) {
            closeWatches();
        }
        aio.assertNothingLeft();
        aio.close();
        root.close();
        assertThat(instances()).isZero();
    }

    /** How many inotify instances this process has. */
    private static long instances() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().endsWith("inotify");
                        } catch (IOException e) {
                            return false; // the listing's own, gone by now
                        }
                    })
                    .count();
        }
    }

    private void closeWatches() {
        watches.close();
        aio.runUntil(
                () -> aio.io.openDescriptors() == 0 && aio.events.counters().signalled() == 0);
    }

    private FileWatch watchFile(String name, int mask, Object attachment) {
        final AsyncFile file = aio.open(root, name, OpenOptions.READ.withFlags(OpenFlags.O_PATH));
        final FileWatch watch = watches.newWatch();
        assertThat(watch.start(file, mask, aio.normal, attachment)).isNotNegative();
        file.close();
        aio.runOne();
        aio.seen.clear();
        return watch;
    }

    private FileWatch watchDirectory(int mask, ResourceContainer container, Object attachment) {
        final FileWatch watch = watches.newWatch();
        assertThat(watch.start(root, mask, container, attachment)).isNotNegative();
        return watch;
    }

    private static FileChange change(Seen seen) {
        assertThat(seen.flags()).isEqualTo(CqeFlags.F_MORE);
        assertThat(((FileChange) seen.message()).mask()).isEqualTo(seen.result());
        return (FileChange) seen.message();
    }

    private static void assertLast(Seen seen, Object attachment, int result) {
        assertThat(seen.attachment()).isEqualTo(attachment);
        assertThat(seen.result()).isEqualTo(result);
        assertThat(seen.flags() & CqeFlags.F_MORE).isZero();
        assertThat(seen.message()).isNull();
    }

    @Test
    void shouldReportEachChangeInOrderWithNameAndCookie() throws Exception {
        watchDirectory(
                Inotify.IN_CREATE | Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_DELETE, aio.normal, "dir");

        Files.createFile(directory.resolve("n\u00e4me"));
        Files.createDirectory(directory.resolve("sub"));
        Files.move(directory.resolve("n\u00e4me"), directory.resolve("moved"));
        Files.delete(directory.resolve("moved"));
        final List<Seen> seen = aio.run(5);

        assertThat(seen).extracting(Seen::attachment).containsOnly("dir");
        final int cookie = change(seen.get(2)).cookie();
        assertThat(cookie).isNotZero();
        assertThat(seen)
                .extracting(FileWatchesIT::change)
                .containsExactly(
                        new FileChange(Inotify.IN_CREATE, 0, "n\u00e4me"),
                        new FileChange(Inotify.IN_CREATE | Inotify.IN_ISDIR, 0, "sub"),
                        new FileChange(Inotify.IN_MOVED_FROM, cookie, "n\u00e4me"),
                        new FileChange(Inotify.IN_MOVED_TO, cookie, "moved"),
                        new FileChange(Inotify.IN_DELETE, 0, "moved"));
    }

    @Test
    void shouldHandOutByPriorityAndChargeTheWatchsContainer() throws Exception {
        watchDirectory(Inotify.IN_CREATE, aio.bulk, "bulk");
        watchDirectory(Inotify.IN_CREATE, aio.urgent, "urgent");

        Files.createFile(directory.resolve("a"));
        Files.createFile(directory.resolve("b"));

        assertThat(aio.run(4)).extracting(Seen::attachment).containsExactly("urgent", "urgent", "bulk", "bulk");
        aio.expectSilence(1_000_000L); // charged when the next event is asked for
        assertThat(aio.urgent.usage().events()).isEqualTo(2L);
        assertThat(aio.bulk.usage().events()).isEqualTo(2L);
    }

    @Test
    void shouldFollowTheFileWhenItIsRenamedAndNotItsName() throws Exception {
        final FileWatch watch = watchFile("file", Inotify.IN_MODIFY | Inotify.IN_MOVE_SELF, "file");

        Files.move(directory.resolve("file"), directory.resolve("renamed"));
        Files.writeString(directory.resolve("file"), "another one");
        Files.writeString(directory.resolve("renamed"), "changed");

        assertThat(aio.run(2))
                .extracting(Seen::result)
                .containsExactly(
                        Inotify.IN_MOVE_SELF, Inotify.IN_MODIFY); // truncated and written: the same twice, merged
        assertThat(watch.isActive()).isTrue();
    }

    @Test
    void shouldEndWhenTheFileIsReplacedOrRemoved() throws Exception {
        final FileWatch watch = watchFile("file", Inotify.IN_ATTRIB | Inotify.IN_DELETE_SELF, "file");

        Files.writeString(directory.resolve("new"), "new content");
        Files.move(directory.resolve("new"), directory.resolve("file"), StandardCopyOption.REPLACE_EXISTING);
        final List<Seen> seen = aio.run(3);

        assertThat(change(seen.get(0)).mask()).isEqualTo(Inotify.IN_ATTRIB);
        assertThat(change(seen.get(1)).mask()).isEqualTo(Inotify.IN_DELETE_SELF);
        assertLast(seen.get(2), "file", Inotify.IN_IGNORED);
        assertThat(watch.isActive()).isFalse();
        assertThat(watch.cancel()).isFalse();
        assertThat(watch.pendingChanges()).isZero();
    }

    @Test
    void shouldReportTheRemovalOfAFileThatIsStillOpenAndEndWithItsLastDescriptor() throws Exception {
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        watches.newWatch().start(file, Inotify.IN_ATTRIB | Inotify.IN_DELETE_SELF, aio.normal, "file");

        Files.delete(directory.resolve("file"));
        assertThat(change(aio.runOne()).mask()).isEqualTo(Inotify.IN_ATTRIB);
        aio.expectSilence(5_000_000L);
        file.close();

        aio.run(3);
        assertThat(aio.seen).extracting(Seen::result).contains(Inotify.IN_DELETE_SELF, Inotify.IN_IGNORED);
    }

    @Test
    void shouldServeSeveralWatchesOfOneFileEachWithWhatItAskedFor() throws Exception {
        final FileWatch first = watchDirectory(Inotify.IN_CREATE, aio.normal, "first");
        final FileWatch second = watchDirectory(Inotify.IN_CREATE | Inotify.IN_DELETE, aio.normal, "second");
        final FileWatch third = watchDirectory(Inotify.IN_DELETE, aio.normal, "third");

        Files.createFile(directory.resolve("a"));
        assertThat(aio.run(2)).extracting(Seen::attachment).containsExactlyInAnyOrder("first", "second");
        assertThat(second.cancel()).isTrue();
        assertLast(aio.runOne(), "second", -Errno.ECANCELED);
        Files.delete(directory.resolve("a"));
        assertThat(aio.runOne().attachment()).isEqualTo("third");
        assertThat(third.cancel()).isTrue();
        aio.runOne();
        Files.createFile(directory.resolve("b"));
        assertThat(aio.runOne().attachment()).isEqualTo("first");
        assertThat(first.cancel()).isTrue();
        assertLast(aio.runOne(), "first", -Errno.ECANCELED);
        Files.createFile(directory.resolve("c"));
        aio.expectSilence(5_000_000L);

        assertThat(second.start(root, Inotify.IN_CREATE, aio.normal, "again")).isNotNegative();
        Files.createFile(directory.resolve("d"));
        assertThat(aio.runOne().attachment()).isEqualTo("again");
    }

    @Test
    void shouldKnowWithoutWaitingWhetherAnythingHasChanged() throws Exception {
        final FileWatch watch = watchFile("file", Inotify.IN_MODIFY, "file");

        assertThat(watches.drainNow()).isZero();
        assertThat(watch.pendingChanges()).isZero();
        Files.writeString(directory.resolve("file"), "changed");
        assertThat(watch.pendingChanges()).as("nobody looked").isZero();
        assertThat(watches.drainNow()).isPositive();
        final int changes = watch.pendingChanges();
        assertThat(changes).isPositive();

        aio.run(changes);
        aio.expectSilence(5_000_000L);
        assertThat(watch.pendingChanges()).isZero();
        assertThat(watches.drainNow()).isZero();
    }

    @Test
    void shouldTellEveryWatchOnceWhenTheKernelLostChanges() throws Exception {
        final FileWatch wide = watchDirectory(Inotify.IN_CREATE, aio.normal, "wide");
        watchDirectory(Inotify.IN_DELETE, aio.normal, "narrow");
        watchFile("file", Inotify.IN_MODIFY, "file");
        wide.cancel(); // the kernel goes on to note what nobody wants any more
        aio.runOne();
        aio.seen.clear();
        final int maxQueued = Integer.parseInt(Files.readAllLines(MAX_QUEUED).get(0));
        assumeTrue(maxQueued <= 1 << 16, "fs.inotify.max_queued_events is too large to be filled: " + maxQueued);

        for (int i = 0; i <= maxQueued; i++) {
            Files.createFile(directory.resolve("f" + i));
        }

        assertThat(watches.drainNow()).isZero();
        assertThat(aio.run(2)).allMatch(seen -> change(seen).isOverflow());
        assertThat(aio.seen).extracting(Seen::attachment).containsExactlyInAnyOrder("narrow", "file");
        aio.expectSilence(5_000_000L);
        Files.delete(directory.resolve("f0"));
        assertThat(change(aio.runOne()).name()).isEqualTo("f0");
    }

    @Test
    void shouldKeepABoundedNumberOfChangesAndSayThatItLostSome() throws Exception {
        final FileWatch watch = watchDirectory(Inotify.IN_CREATE, aio.bulk, "dir");

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < FileWatches.MAX_PENDING / 2 + 10; i++) {
                Files.createFile(directory.resolve(round + "-" + i));
            }
            watches.drainNow();
        }

        assertThat(watch.pendingChanges()).isEqualTo(FileWatches.MAX_PENDING + 1);
        final List<Seen> seen = aio.run(FileWatches.MAX_PENDING + 1);
        assertThat(seen.stream().filter(s -> change(s).isOverflow())).hasSize(1);
        aio.expectSilence(5_000_000L);
        assertThat(watch.pendingChanges()).isZero();
        Files.createFile(directory.resolve("last"));
        assertThat(change(aio.runOne()).name()).isEqualTo("last");
    }

    @Test
    void shouldEndEveryWatchAndThenItselfWhenClosed() {
        watchDirectory(Inotify.IN_CREATE, aio.normal, "dir");
        watchFile("file", Inotify.IN_MODIFY, "file");

        closeWatches();

        assertThat(aio.seen)
                .extracting(Seen::attachment)
                .hasSize(4)
                .contains("dir", "file")
                .endsWith("watches", "watches");
        assertThat(aio.seen.subList(0, 3)).extracting(Seen::result).containsOnly(-Errno.ECANCELED);
        assertThat(aio.seen.get(3).result()).isZero();
        assertThatThrownBy(() -> watches.drainNow()).isInstanceOf(IllegalStateException.class);
        final FileWatch late = watches.newWatch();
        assertThatThrownBy(() -> late.start(root, Inotify.IN_CREATE, aio.normal, "late"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldLeaveNothingWhenTheQueueClosesFirst() throws Exception {
        watchDirectory(Inotify.IN_CREATE, aio.normal, "dir");
        Files.createFile(directory.resolve("unseen"));
        assertThat(watches.drainNow()).isEqualTo(1);

        aio.close();

        assertThat(watches.isOpen()).isFalse();
        root.close();
        assertThat(instances()).isZero();
        open();
        assertThat(instances()).isEqualTo(1L);
    }

    @Test
    void shouldReportWhatTheKernelRefuses() throws IOException {
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final FileWatch watch = watches.newWatch();
        assertThatThrownBy(() -> watch.start(file, Inotify.IN_Q_OVERFLOW, aio.normal, "watch"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mask must combine bits of IN_ALL_EVENTS (0xfff): mask=0x4000");
        assertThatThrownBy(() -> watch.start(file, 0, aio.normal, "watch")).hasMessageEndingWith("mask=0x0");
        file.close();
        aio.runOne();
        assertThatThrownBy(() -> watch.start(file, Inotify.IN_MODIFY, aio.normal, "watch"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(watch.isActive()).isFalse();

        assertThat(watch.start(root, Inotify.IN_CREATE, aio.normal, "watch")).isNotNegative();
        assertThatThrownBy(() -> watch.start(root, Inotify.IN_CREATE, aio.normal, "watch"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("begun twice");
        assertThat(aio.events.counters().operationsUnderWay()).isEqualTo(2);
    }

    @Test
    void shouldComeInTheOrderOfChangesAlsoWhenSomeWereDrainedByHand() throws Exception {
        watchDirectory(Inotify.IN_CREATE, aio.root.child("watch", Priority.NORMAL), "dir");

        for (int i = 0; i < 30; i++) {
            Files.createFile(directory.resolve("f" + i));
            if (i % 3 == 0) {
                watches.drainNow();
            } else if (i % 3 == 1) {
                aio.reapOnly();
            }
        }

        final List<Seen> seen = aio.run(30);
        for (int i = 0; i < 30; i++) {
            assertThat(change(seen.get(i)).name()).isEqualTo("f" + i);
        }
    }
}
