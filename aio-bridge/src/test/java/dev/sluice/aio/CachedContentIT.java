// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Resource;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contents of small files are kept beside the open files: which, for how many, and how they go. */
class CachedContentIT extends CacheTests {
    private static final int BLOCK_BYTES = 4096;
    private static final long MAX_BYTES = 16 * BLOCK_BYTES;
    private static final int SCANNED = 10_000;
    private static final long SETTLED_NS = 30_000_000L;

    @BeforeEach
    void keepContents() {
        served.keepingContents(MAX_BYTES);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    /** Asks without the ring. */
    private static SharedBlock contentOf(CacheFixture of, String path) {
        final CachedFile file = of.cache.find(path);
        final SharedBlock content = file.content();
        file.release();
        return content;
    }

    @Test
    void shouldKeepWhatIsAskedForAgain() {
        served.keep("a/b/file");

        assertThat(served.cache.contents()).isEqualTo(1);
        assertThat(served.cache.contentBytes()).isEqualTo(BLOCK_BYTES);
        assertThat(served.contents.inUse(Resource.BUFFER_BYTES)).isEqualTo(BLOCK_BYTES);
        served.aio.reapOnly();
        final SharedBlock content = contentOf(served, "a/b/file");
        assertThat(content).isNotNull().isSameAs(contentOf(served, "a/b/file"));
        assertThat(CacheFixture.textOf(content)).isEqualTo("content");
        assertThatIllegalStateException().isThrownBy(content::release).withMessageContaining("cache's");
        served.assertAsFresh("a/b/file");
    }

    @Test
    void shouldNotReadWhatIsAskedForOnce() throws Exception {
        served.ask("top");
        served.aio.expectSilence(SETTLED_NS);
        assertThat(served.cache.contentBytes()).isZero();
        assertThat(served.isKept("top")).isFalse();
        assertThat(served.cache.contentBytes()).as("the second time").isEqualTo(BLOCK_BYTES);
    }

    @Test
    void shouldHandOutAContentWithoutAnythingOfTheRing() {
        served.keep("a/b/file");
        served.aio.reapOnly();
        final long enters = served.aio.events.counters().enters();
        for (int i = 0; i < 1_000; i++) {
            assertThat(CacheFixture.textOf(contentOf(served, "a/b/file"))).isEqualTo("content");
        }
        assertThat(served.aio.events.counters().enters()).isEqualTo(enters);
        served.aio.expectSilence(1_000_000L);
    }

    @Test
    void shouldKeepFilesUpToTheBound() throws Exception {
        try (CacheFixture large = new CacheFixture(directory, 8).keepingContents(1 << 20)) {
            write("largest", "x".repeat(OpenFileCache.MAX_CONTENT_BYTES));
            write("larger", "x".repeat(OpenFileCache.MAX_CONTENT_BYTES + 1));
            write("empty", "");
            large.keep("largest");
            large.assertAsFresh("largest");
            assertThat(large.isEverKept("larger")).isFalse();
            large.assertAsFresh("larger");
            assertThat(large.isEverKept("empty")).isFalse();
            large.assertAsFresh("empty");
            assertThat(large.isKept("largest")).isTrue();
        }
    }

    @Test
    void shouldKeepNothingThatNeedsMoreThanThereIs() throws Exception {
        try (CacheFixture small = new CacheFixture(directory, 8).keepingContents(BLOCK_BYTES)) {
            write("large", "x".repeat(BLOCK_BYTES + 1));
            assertThat(small.isEverKept("large")).isFalse();
            small.keep("top");
            small.keep("a/b/file");
            assertThat(small.isKept("top")).isFalse();
            assertThat(small.cache.contentBytes()).isEqualTo(BLOCK_BYTES);
        }
    }

    @Test
    void shouldKeepNoMoreThanItMay() throws Exception {
        final int files = 64;
        for (int i = 0; i < files; i++) {
            write("f" + i, "file " + i);
        }
        try (CacheFixture wide = new CacheFixture(directory, files).keepingContents(MAX_BYTES)) {
            for (int i = 0; i < files; i++) {
                wide.keep("f" + i);
                assertThat(wide.cache.contentBytes()).isLessThanOrEqualTo(MAX_BYTES);
                assertThat(wide.contents.inUse(Resource.BUFFER_BYTES)).isLessThanOrEqualTo(MAX_BYTES);
            }
            assertThat(wide.cache.contents()).isEqualTo((int) (MAX_BYTES / BLOCK_BYTES));
        }
    }

    /** Goal: a look at everything once or twice costs nobody what he has. Method: more files than there is room for, each asked for twice. */
    @Test
    void shouldKeepWhatIsHotWhileManyFilesAreLookedAt() throws Exception {
        for (int i = 0; i < SCANNED; i++) {
            write("s" + i, "scanned " + i);
        }
        for (final String hot : List.of("top", "a/b/file")) {
            served.keep(hot);
            assertThat(served.isKept(hot)).isTrue();
        }
        for (int i = 0; i < SCANNED; i++) {
            served.ask("s" + i);
            assertThat(served.ask("s" + i).text()).isEqualTo("scanned " + i);
        }
        final long misses = served.cache.misses();
        assertThat(served.isKept("top")).isTrue();
        assertThat(served.isKept("a/b/file")).isTrue();
        assertThat(served.cache.misses()).isEqualTo(misses);
    }

    @Test
    void shouldKeepWhatIsHotInAStormOfMissingNames() {
        served.keep("top");
        for (int i = 0; i < 3; i++) {
            served.ask("missing");
        }
        for (int i = 0; i < SCANNED; i++) {
            served.ask("missing" + i);
            served.ask("missing" + i);
        }
        final long misses = served.cache.misses();
        assertThat(served.isKept("top")).isTrue();
        served.ask("missing");
        assertThat(served.cache.misses())
                .as("a missing name that is asked for often")
                .isEqualTo(misses);
    }

    @Test
    void shouldLeaveWhatIsBeingSentAsItIs() throws Exception {
        served.keep("a/b/file");
        served.aio.reapOnly();
        final IoBuffer view = contentOf(served, "a/b/file").view();

        Files.writeString(directory.resolve("a/b/file"), "CHANGED");
        served.assertAsFresh("a/b/file");
        assertThat(served.cache.contents()).isZero();
        assertThat(served.contents.inUse(Resource.BUFFER_BYTES)).isEqualTo(BLOCK_BYTES);
        served.cache.changeRoot(served.root);
        assertThat(view.bytes().get(0)).isEqualTo((byte) 'c');
        view.release();
        assertThat(served.contents.inUse(Resource.BUFFER_BYTES)).isZero();
    }

    @Test
    void shouldLeaveWhatIsBeingSentWhenItIsClosed() throws Exception {
        final CacheFixture closing = new CacheFixture(directory, 8).keepingContents(MAX_BYTES);
        closing.keep("top");
        closing.aio.reapOnly();
        final CachedFile file = closing.cache.find("top");
        final IoBuffer view = file.content().view();
        closing.cache.close();
        assertThat(file.content()).isNull();
        file.release();
        closing.aio.runUntil(() -> closing.aio.seen.stream().anyMatch(seen -> seen.operation() == Opcode.CLOSE));
        assertThat(view.bytes().get(0)).isEqualTo((byte) 't');
        view.release();
        closing.aio.runUntil(closing.aio::isIdle);
        closing.aio.assertNothingLeft();
        closing.aio.close();
        closing.root.close();
    }

    /** What was dropped and is still being sent takes room. */
    @Test
    void shouldNotTakeMoreBecauseOfSendsThatAreSlow() throws Exception {
        final List<IoBuffer> views = new ArrayList<>();
        for (int i = 0; i < MAX_BYTES / BLOCK_BYTES; i++) {
            served.keep("top");
            views.add(contentOf(served, "top").view());
            write("top", "version " + i);
        }
        assertThat(served.contents.inUse(Resource.BUFFER_BYTES)).isEqualTo(MAX_BYTES);
        assertThat(served.isEverKept("top")).isFalse();
        served.assertAsFresh("top");
        views.forEach(IoBuffer::release);
        served.keep("top");
    }

    @Test
    void shouldGiveBackWhenMemoryIsShort() throws Exception {
        served.keep("top");
        served.keep("a/b/file");
        final IoBuffer sent = contentOf(served, "top").view();
        final List<IoBuffer> all = new ArrayList<>();
        IoBuffer buffer;
        while ((buffer = served.aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES)) != null) {
            all.add(buffer);
        }
        while ((buffer = served.aio.io.arena().tryLease(BLOCK_BYTES)) != null) {
            all.add(buffer);
        }
        served.aio.io.arena().lease(BLOCK_BYTES, served.aio.normal, "waits");
        assertThat(served.aio.runOneAtOnce().attachment()).isEqualTo("waits");
        final IoBuffer leased =
                (IoBuffer) served.aio.seen.get(served.aio.seen.size() - 1).message();
        leased.release();
        assertThat(served.cache.contents()).as("what is being sent").isEqualTo(1);
        sent.release();
        served.aio.reapOnly();
        assertThat(served.cache.contents()).isZero();
        assertThat(contentOf(served, "top")).isNull();
        assertThat(served.cache.contentBytes()).as("not while it is short").isZero();
        all.forEach(IoBuffer::release);
        served.keep("top");
    }

    @Test
    void shouldDropWhatChangesWhileItIsRead() throws Exception {
        for (int i = 0; i < 10; i++) {
            served.aio.reapOnly();
            served.ask("top");
            served.aio.expectSilence(SETTLED_NS);
            assertThat(contentOf(served, "top")).as("the read begins").isNull();
            write("top", "new " + i);
            served.aio.reapOnly(); // it is carried out
            write("top", "newer " + i);
            assertThat(served.ask("top").text()).isEqualTo("newer " + i);
        }
    }

    @Test
    void shouldCloseWhileItReads() throws Exception {
        final CacheFixture closing = new CacheFixture(directory, 8).keepingContents(MAX_BYTES);
        closing.ask("top");
        closing.aio.expectSilence(SETTLED_NS);
        assertThat(contentOf(closing, "top")).isNull();
        assertThat(closing.cache.contentBytes()).isEqualTo(BLOCK_BYTES);
        closing.close();
    }

    @Test
    void shouldCloseTheQueueWhileItReads() throws Exception {
        final CacheFixture closing = new CacheFixture(directory, 8).keepingContents(MAX_BYTES);
        closing.ask("top");
        closing.aio.expectSilence(SETTLED_NS);
        assertThat(contentOf(closing, "top")).isNull();
        assertThat(closing.cache.contentBytes()).isEqualTo(BLOCK_BYTES);
        closing.aio.close();
        closing.root.close();
    }

    @Test
    void shouldGiveADescriptorBackThatSomebodyAwaits() throws Exception {
        final AsyncIoOptions few = AsyncIoOptions.defaults().withDescriptors(5L, 0L);
        try (CacheFixture tight = new CacheFixture(directory, 8, new AioFixture(few)).keepingContents(MAX_BYTES)) {
            tight.keep("top");
            final List<AsyncFile> others = new ArrayList<>();
            while (tight.cache.contents() > 0) {
                others.add(tight.aio.open(tight.root, "a/b/file", OpenOptions.READ));
            }
            assertThat(others).isNotEmpty();
            others.forEach(tight.aio::close);
        }
    }

    @Test
    void shouldAllocateNothingToFindAContent() throws Exception {
        final AioFixture unchecked = new AioFixture(AsyncIoOptions.defaults().withCheckedBuffers(false));
        try (CacheFixture plain = new CacheFixture(directory, 8, unchecked).keepingContents(MAX_BYTES)) {
            plain.keep("a/b/file");
            final com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            findOften(plain, 20_000);
            final long before = threads.getCurrentThreadAllocatedBytes();
            findOften(plain, 20_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000L);
        }
    }

    private static void findOften(CacheFixture plain, int times) {
        int found = 0;
        for (int i = 0; i < times; i++) {
            plain.cache.refresh();
            final CachedFile file = plain.cache.find("a/b/file");
            found += file.content() == null ? 0 : 1;
            file.release();
        }
        assertThat(found).isEqualTo(times);
    }

    @Test
    void shouldRefuseMisuse() {
        assertThatIllegalStateException().isThrownBy(() -> served.cache.keepContents(1L, served.contents));
        assertThatIllegalArgumentException().isThrownBy(() -> served.cache.keepContents(0L, served.contents));
    }
}
