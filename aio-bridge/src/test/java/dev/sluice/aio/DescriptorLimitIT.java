// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What would open one descriptor more than the queue or its container may have waits for it, in the order of containers. */
class DescriptorLimitIT extends DescriptorLimitTests {
    @Test
    void shouldHaveOpensWaitAtTheLimitOfAContainerAndHoldUpNobodyElse() {
        startUnbounded();
        final ResourceContainer visitor = aio.normal.child("visitor");
        aio.normal.setLimit(Resource.DESCRIPTORS, 2L);
        final AsyncFile first = ask("file0", visitor);
        ask("file1", aio.normal);
        final AsyncFile third = ask("file2", visitor);
        ask("file3", aio.bulk);
        expectOpened("file0", "file1", "file3");
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.descriptors().waiting()).isEqualTo(1);
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isEqualTo(2L);
        assertThat(third.isOpen()).isFalse();

        first.discard();
        expectSoon("file2");
        assertThat(aio.normal.usage().descriptors()).isEqualTo(2L);
    }

    @Test
    void shouldGiveTheBoundOfTheQueueByBandAndKeepTheReserveForHighOnes() {
        start(3L, 1L);
        final AsyncFile first = ask("file0", aio.normal);
        ask("file1", aio.bulk);
        expectOpened("file0", "file1");
        ask("file2", aio.bulk);
        ask("file3", aio.normal);
        aio.expectSilence(SILENCE_NS);
        final AsyncFile urgent = ask("file4", aio.urgent);
        expectOpened("file4");

        first.discard();
        aio.expectSilence(SILENCE_NS); // the reserve was free, and is again
        urgent.discard();
        expectSoon("file3");
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.descriptors().waiting()).isEqualTo(1);
        aio.seen.clear();
        opened.get(1).close();
        assertThat(aio.run(2)).extracting(Seen::operation).containsExactlyInAnyOrder(Opcode.CLOSE, Opcode.OPENAT2);
    }

    @Test
    void shouldEndAWaitByCancellationByDeadlineAndByTheEndOfTheQueue() {
        start(1L, 0L);
        ask("file0", aio.normal);
        expectOpened("file0");
        final long cancelled = open(newFile(), "file1", aio.normal);
        final long late = open(newFile(), "file2", aio.normal);
        assertThat(aio.io.cancel(cancelled)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("file1", Opcode.OPENAT2, -Errno.ECANCELED, 0));
        assertThat(aio.io.cancelAfter(late, 1_000_000L)).isTrue();
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ETIME);
        assertThat(aio.io.descriptors().waiting()).isZero();

        open(newFile(), "file3", aio.normal);
        aio.events.close();
        opened.clear();
        assertThat(aio.root.inUse(Resource.DESCRIPTORS)).isZero();
        aio = null;
    }

    @Test
    void shouldGoOnAtOnceWhenALimitIsRaised() {
        startUnbounded();
        aio.normal.setLimit(Resource.DESCRIPTORS, 1L);
        ask("file0", aio.normal);
        expectOpened("file0");
        ask("file1", aio.normal);
        aio.expectSilence(SILENCE_NS);
        aio.normal.setLimit(Resource.DESCRIPTORS, 2L);
        expectSoon("file1");
    }

    @Test
    void shouldCountADescriptorUntilAWorkerHasClosedIt() {
        startUnbounded();
        final AsyncFile written = newFile();
        written.open(root, "new", OpenOptions.READ_WRITE_CREATE, aio.normal, "new");
        expectOpened("new");
        written.discard();
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isEqualTo(1L);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isZero();
    }

    @Test
    void shouldGiveBackWhatACancelledOpenGotLate() {
        start(1L, 0L);
        for (int i = 0; i < 50; i++) {
            final long id = newFile().open(root, "new" + i, OpenOptions.READ_WRITE_CREATE, aio.normal, "new");
            aio.reapOnly();
            aio.io.cancel(id);
            final Seen seen = aio.runOne();
            aio.runUntil(aio::isIdle);
            if (seen.result() >= 0) {
                opened.get(opened.size() - 1).close();
                aio.runOne();
            }
            assertThat(aio.io.descriptors().inUse()).isZero();
        }
    }

    @Test
    void shouldMoveTheCountWithTheInterest() {
        startUnbounded();
        final AsyncFile file = ask("file0", aio.normal);
        expectOpened("file0");
        file.declareInterest(aio.bulk, "moved");
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isZero();
        assertThat(aio.bulk.inUse(Resource.DESCRIPTORS)).isEqualTo(1L);
        file.close();
        file.declareInterest(aio.urgent, "while it is being closed");
        assertThat(aio.runOne().operation()).isEqualTo(Opcode.CLOSE);
        assertThat(aio.root.inUse(Resource.DESCRIPTORS)).isZero();
    }

    @Test
    void shouldHaveOperationsOnNamesWaitForTheDirectoriesThatTheyOpen() throws IOException {
        start(2L, 0L);
        final AsyncFile file = ask("file0", aio.normal);
        expectOpened("file0");
        aio.io.paths().makeDirectory(root, "needs-none", 0755, aio.normal, "made");
        assertThat(aio.runOne()).isEqualTo(new Seen("made", Opcode.MKDIRAT, 0, 0));
        Files.writeString(directory.resolve("a/b/file"), "x");
        aio.io.paths().rename(root, "a/b/file", "c/file", 0, aio.normal, "renamed");
        aio.expectSilence(SILENCE_NS);
        file.discard();
        assertThat(aio.runOne()).isEqualTo(new Seen("renamed", Opcode.RENAMEAT, 0, 0));
        assertThat(aio.io.descriptors().inUse()).isZero();
    }

    @Test
    void shouldHaveTheCacheGiveBackWhatNobodyUses() {
        start(6L, 0L);
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
        for (int i = 0; i < 3; i++) {
            cache.open("file" + i, aio.normal, "cached");
            CacheFixture.opened(aio.runOne()).release();
        }
        final CachedFile held = cache.find("file1");
        assertThat(aio.io.descriptors().inUse()).isEqualTo(5L);
        ask("file5", aio.bulk);
        expectOpened("file5");
        ask("file6", aio.bulk);
        expectSoon("file6");
        assertThat(cache.find("file0")).as("used longest ago").isNull();
        ask("file7", aio.bulk);
        expectSoon("file7");
        ask("file8", aio.bulk);
        aio.expectSilence(SILENCE_NS); // what is left is held
        held.release();
        expectSoon("file8");
        assertThat(cache.entries()).isZero();
        cache.close();
        aio.runUntil(aio::isIdle);
    }

    @Test
    void shouldKeepNothingWhileSomebodyWaits() {
        start(4L, 0L);
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
        cache.open("file0", aio.normal, "held");
        final CachedFile held = CacheFixture.opened(aio.runOne());
        aio.normal.setLimit(Resource.DESCRIPTORS, 4L);
        cache.open("file1", aio.normal, "alone");
        final CachedFile alone = CacheFixture.opened(aio.runOne());
        ask("file2", aio.normal);
        aio.expectSilence(SILENCE_NS);
        alone.release();
        expectSoon("file2");
        held.release();
        cache.close();
        aio.runUntil(aio::isIdle);
    }

    @Test
    void shouldCountListenersAndWatchesWithoutWaiting() {
        start(1L, 0L);
        listen(aio.normal);
        opened.add(aio.io.files().newFileWatches(aio.normal, "watches"));
        assertThat(aio.io.descriptors().inUse()).isEqualTo(2L);
    }
}
