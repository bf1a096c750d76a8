// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was opened once is found again: what is kept, for how many, and how it goes. */
class OpenFileCacheIT extends CacheTests {
    private static final int MISSING_NAMES = 8;

    /** More than there are workers. */
    private static final int HANGING_OPENS = 20;

    private static final int ENTRIES = CacheFixture.ENTRIES;

    @Test
    void shouldFindWhatWasOpenedWithoutAskingTheKernelAgain() throws Exception {
        assertThat(served.cache.find("a/b/file")).isNull();
        final CachedFile first = served.open("a/b/file", served.aio.normal);
        final CachedFile second = served.cache.find("a/b/file");

        assertThat(second).isSameAs(first);
        assertThat(second.result()).isZero();
        assertThat(second.status().sizeBytes()).isEqualTo(7L);
        assertThat(second.status().modifiedSeconds())
                .isEqualTo(
                        Files.getLastModifiedTime(directory.resolve("a/b/file")).toMillis() / 1000L);
        assertThat(served.cache.hits()).isEqualTo(1L);
        assertThat(served.cache.misses()).isEqualTo(1L);
        assertThat(served.cache.entries()).isEqualTo(1);
        first.release();
        second.release();
        assertThatThrownBy(second::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("released once more than it was handed out: \"a/b/file\"");
    }

    @Test
    void shouldNotKeepWhatIsReachedByALink() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("a/b/file"));
        Files.createSymbolicLink(directory.resolve("a/c"), Path.of("b"));
        assertThat(served.isCached("link")).isFalse();
        assertThat(served.isCached("a/c/file")).isFalse();
        Files.createSymbolicLink(directory.resolve("out"), outside.resolve("secret"));
        Files.writeString(outside.resolve("secret"), "secret");
        assertThat(served.ask("out").result()).isEqualTo(-Errno.EXDEV);

        assertThat(served.isCached("top")).isTrue();
        Files.delete(directory.resolve("top"));
        Files.createSymbolicLink(directory.resolve("top"), Path.of("a/b/file"));
        served.assertAsFresh("top");
        assertThat(served.isCached("top")).isFalse();
    }

    @Test
    void shouldNotKeepWhatIsNoPlainPathOfARegularFile() throws Exception {
        for (final String path :
                List.of("a", "a/b", "a//b/file", "a/./b/file", "a/../top", "a/b/", ".", "a/b/file/x")) {
            assertThat(served.isCached(path)).as(path).isFalse();
            served.assertAsFresh(path);
        }
        assertThat(served.cache.entries()).isZero();
        assertThatThrownBy(() -> served.cache.open("", served.aio.normal, "open"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNotKeepWhatTheKernelDoesNotReportOn() throws Exception {
        try (CacheFixture ofKernel = new CacheFixture(Path.of("/proc/sys"), ENTRIES)) {
            assertThat(ofKernel.isCached("kernel/ostype")).isFalse();
            assertThat(ofKernel.isCached("kernel/nothing")).isFalse();
        }
    }

    @Test
    void shouldServeOneOpenToAllWhoWaitForIt() {
        for (int i = 0; i < 5; i++) {
            assertThat(served.cache.open("a/b/file", served.aio.normal, i)).isNotNegative();
        }
        final long cancelled = served.cache.open("a/b/file", served.aio.normal, "cancelled");
        final long urgent = served.cache.open("a/b/file", served.aio.urgent, "urgent");
        assertThat(served.aio.io.cancel(cancelled)).isTrue();
        assertThat(served.aio.io.cancel(cancelled)).isFalse();

        final List<Seen> seen = served.aio.run(7);

        assertThat(urgent).isNotNegative();
        assertThat(seen).extracting(Seen::operation).containsOnly(Opcode.OPENAT2);
        assertThat(seen).extracting(Seen::attachment).contains("urgent", "cancelled", 0, 1, 2, 3, 4);
        final CachedFile file = served.cache.find("a/b/file");
        int holders = 1;
        for (final Seen each : seen) {
            if (each.attachment().equals("cancelled")) {
                assertThat(each.result()).isEqualTo(-Errno.ECANCELED);
            } else {
                assertThat(each.result()).isZero();
                assertThat(CacheFixture.opened(each)).isSameAs(file);
                holders++;
            }
        }
        for (int i = 0; i < holders; i++) {
            file.release();
        }
        assertThat(served.cache.entries()).isEqualTo(1);
    }

    @Test
    void shouldOpenForTheOneWhoWaitsEvenIfEveryoneElseHasGone() {
        final long only = served.cache.open("a/b/file", served.aio.normal, "only");
        assertThat(served.aio.io.cancel(only)).isTrue();
        assertThat(served.aio.runOne().result()).isEqualTo(-Errno.ECANCELED);

        served.runUntil(() -> served.cache.entries() == 1);
        assertThat(served.isCached("a/b/file")).isTrue();
    }

    @Test
    void shouldKeepNoMoreThanItMay() throws Exception {
        for (int i = 0; i < 5 * ENTRIES; i++) {
            Files.createDirectory(directory.resolve("d" + i));
            Files.writeString(directory.resolve("d" + i + "/f"), "file " + i);
            assertThat(served.isCached("d" + i + "/f")).isTrue();
            assertThat(served.isCached("d" + i + "/missing")).isTrue();
            assertThat(served.cache.entries()).isLessThanOrEqualTo(ENTRIES + MISSING_NAMES);
        }
        served.aio.expectSilence(1_000_000L);
        // The watches' own, and one for each file; of the watches one for each file, its directory and the root.
        assertThat(served.aio.io.openDescriptors()).isLessThanOrEqualTo(1 + ENTRIES);
        assertThat(served.aio.events.counters().operationsUnderWay())
                .isLessThanOrEqualTo(2 + 2 * ENTRIES + MISSING_NAMES);
    }

    @Test
    void shouldMakeRoomByWhatNobodyHasWaitedForAnyMore() throws Exception {
        for (int i = 0; i < 2 * ENTRIES; i++) {
            Files.writeString(directory.resolve("f" + i), "x");
        }
        for (int i = 0; i < ENTRIES; i++) {
            final int kept = i + 1;
            final long only = served.cache.open("f" + i, served.aio.normal, "only");
            assertThat(served.aio.io.cancel(only)).isTrue();
            assertThat(served.aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
            served.aio.runUntil(() -> served.cache.entries() == kept);
        }
        for (int i = 0; i < 2 * ENTRIES; i++) {
            served.assertAsFresh("f" + i);
            assertThat(served.isCached("f" + i)).isTrue();
        }
        assertThat(served.cache.entries()).isEqualTo(ENTRIES);
    }

    @Test
    void shouldNotPushOutAFileForNamesThatDoNotExist() {
        served.ask("a/b/file");
        for (int i = 0; i < 10 * ENTRIES; i++) {
            served.ask("missing" + i);
            served.ask("missing0");
        }
        assertThat(served.cache.find("a/b/file")).isNotNull().satisfies(CachedFile::release);
        assertThat(served.cache.find("missing0")).as("asked for often").isNotNull();
        assertThat(served.cache.find("missing1")).as("asked for long ago").isNull();
        assertThat(served.cache.entries()).isEqualTo(1 + MISSING_NAMES);
    }

    /** Goal: a hung disk does not stop what is in memory. Method: opens that hang hold all workers, as those of a FIFO do. */
    @Test
    void shouldOpenWhatTheKernelHasInMemoryWhileAllWorkersHang() throws Exception {
        served.askTheKernel("a/b/file");
        served.askTheKernel("a/missing");
        final Path fifo = directory.resolve("fifo");
        AioFixture.makeFifo(fifo);
        final OpenOptions hanging = new OpenOptions(OpenFlags.O_WRONLY | OpenFlags.O_CREAT, 0600, 0L);
        final List<AsyncFile> hung = new ArrayList<>();
        for (int i = 0; i < HANGING_OPENS; i++) {
            hung.add(served.aio.io.newFile());
            hung.get(i).open(served.root, "fifo", hanging, served.aio.normal, "hung");
        }
        served.runUntil(() -> served.aio.io.waitingOperations() > 0);

        assertThat(served.isCached("a/b/file")).isTrue();
        assertThat(served.isCached("a/missing")).isTrue();

        try (FileChannel reader = FileChannel.open(fifo, StandardOpenOption.READ)) {
            assertThat(served.aio.run(HANGING_OPENS))
                    .extracting(Seen::attachment)
                    .containsOnly("hung");
            hung.forEach(AsyncFile::discard);
            assertThat(reader.isOpen()).isTrue();
        }
    }

    @Test
    void shouldMakeRoomByWhatWasUsedLongestAgo() throws Exception {
        for (int i = 0; i < ENTRIES; i++) {
            Files.writeString(directory.resolve("f" + i), "file " + i);
            served.ask("f" + i);
        }
        served.ask("f0");
        served.ask("top");

        assertThat(served.cache.find("f1")).isNull();
        final CachedFile kept = served.cache.find("f0");
        assertThat(kept).isNotNull();
        kept.release();
    }

    @Test
    void shouldNotCloseWhatIsInUse() throws Exception {
        final List<CachedFile> held = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            Files.writeString(directory.resolve("f" + i), "file " + i);
            held.add(served.open("f" + i, served.aio.normal));
        }
        assertThat(served.isCached("top")).as("no room").isFalse();
        Files.delete(directory.resolve("f0"));
        served.assertAsFresh("f0");
        assertThat(held.get(0).file().isOpen()).isTrue();
        assertThat(served.isCached("top")).as("room again").isTrue();

        for (final CachedFile file : held) {
            file.release();
        }
        served.aio.expectSilence(1_000_000L);
        assertThat(served.aio.io.openDescriptors()).isEqualTo(1 + ENTRIES);
        assertThat(held.get(0).file().isOpen()).isFalse();
    }

    @Test
    void shouldAllocateNothingToFind() {
        served.ask("a/b/file");
        served.ask("missing");
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        findOften(20_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        findOften(20_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000L);
    }

    private void findOften(int times) {
        for (int i = 0; i < times; i++) {
            served.cache.refresh();
            served.cache.find("a/b/file").release();
            served.cache.find("missing").release();
        }
    }

    @Test
    void shouldDeliverWhatIsBeingOpenedWhenItIsClosed() throws Exception {
        final CacheFixture closing = new CacheFixture(directory, ENTRIES);
        closing.cache.open("a/b/file", closing.aio.normal, "open");
        closing.cache.close();
        closing.runUntil(() -> closing.aio.seen.stream().anyMatch(seen -> seen.operation() == Opcode.OPENAT2)
                && closing.aio.seen.stream().anyMatch(seen -> seen.operation() == Opcode.CLOSE));
        for (final Seen seen : closing.aio.seen) {
            if (seen.operation() == Opcode.OPENAT2) {
                assertThat(seen.result()).isZero();
                CacheFixture.opened(seen).release();
            }
        }
        closing.aio.expectSilence(1_000_000L);
        closing.aio.assertNothingLeft();
        assertThatThrownBy(() -> closing.cache.find("top")).isInstanceOf(IllegalStateException.class);
        closing.aio.close();
        closing.root.close();
    }

    @Test
    void shouldBeForgottenByTheQueueOnceItIsClosed() throws Exception {
        final WeakReference<Object> closed = new WeakReference<>(closedWhileAFileIsHeld());

        await().pollInSameThread().untilAsserted(() -> {
            System.gc();
            assertThat(closed.get()).isNull();
        });
    }

    private Object closedWhileAFileIsHeld() throws Exception {
        final OpenFileCache closing =
                served.aio.io.files().newOpenFileCache(served.root, 1, served.aio.normal, "cache");
        closing.open("top", served.aio.normal, "open");
        final CachedFile held = CacheFixture.opened(served.aio.runOne());
        closing.close();
        served.aio.runUntil(() -> served.aio.seen.stream().anyMatch(seen -> seen.operation() == Opcode.CLOSE));
        final int open = served.aio.io.openDescriptors();
        held.release(); // closes the file after the cache
        served.aio.runUntil(() -> served.aio.io.openDescriptors() < open);
        served.aio.seen.clear();
        return closing.cache;
    }

    @Test
    void shouldLeaveNothingWhenTheQueueClosesFirst() throws Exception {
        final List<String> before = OpenDescriptors.now();
        final CacheFixture closing = new CacheFixture(directory, ENTRIES);
        closing.ask("top");
        closing.ask("missing");
        closing.cache.open("a/b/file", closing.aio.normal, "open");
        closing.cache.find("top");
        closing.aio.close();
        closing.root.close();
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }
}
