// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A cache over a directory, and what a client would be told of a path by way of it. */
final class CacheFixture implements AutoCloseable {
    static final int ENTRIES = 8;
    private static final int MOST_BYTES = 2 * OpenFileCache.MAX_CONTENT_BYTES;

    /** What is to be seen of a path: how opening it ends, and of what is open the file, its attributes and content. */
    record Answer(
            int result, long inode, int mode, long sizeBytes, long modifiedSeconds, int modifiedNanos, String text) {
        static Answer error(int result) {
            return new Answer(result, 0L, 0, 0L, 0L, 0, "");
        }

        static Answer of(FileStatus status, String text) {
            return new Answer(
                    0,
                    status.inode(),
                    status.mode(),
                    status.isRegularFile() ? status.sizeBytes() : 0L,
                    status.isRegularFile() ? status.modifiedSeconds() : 0L,
                    status.isRegularFile() ? status.modifiedNanos() : 0,
                    text);
        }
    }

    final Path directory;
    final AioFixture aio;
    final ResourceContainer contents;
    final RootDirectory root;
    final OpenFileCache cache;

    CacheFixture(Path directory, int maxEntries) throws IOException {
        this(directory, maxEntries, new AioFixture());
    }

    CacheFixture(Path directory, int maxEntries, AioFixture aio) throws IOException {
        this.directory = directory;
        this.aio = aio;
        contents = aio.root.child("contents", Priority.LOW);
        root = RootDirectory.open(directory);
        cache = aio.io.files().newOpenFileCache(root, maxEntries, aio.normal, "cache");
    }

    /** Of {@link #ENTRIES} entries, over the directory {@code root} with the files {@code a/b/file} and {@code top}. */
    static CacheFixture withFiles(Path outside) throws IOException {
        final Path directory = Files.createDirectory(outside.resolve("root"));
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/file"), "content");
        Files.writeString(directory.resolve("top"), "top");
        return new CacheFixture(directory, ENTRIES);
    }

    /** From now on with contents of small files, too. */
    CacheFixture keepingContents(long maxBytes) {
        cache.keepContents(maxBytes, contents);
        return this;
    }

    /** Opens what is not cached; what is returned is to be released. */
    CachedFile open(String path, ResourceContainer container) {
        assertThat(cache.open(path, container, "open")).isNotNegative();
        return opened(aio.runOne());
    }

    static CachedFile opened(Seen seen) {
        return (CachedFile) seen.message();
    }

    /** What a request is answered that comes after all that was done before. */
    Answer ask(String path) {
        aio.reapOnly(); // the request is received
        CachedFile file = cache.find(path);
        if (file == null) {
            assertThat(cache.open(path, aio.normal, "open")).isNotNegative();
            final Seen seen = aio.runOne();
            if (seen.result() < 0) {
                return Answer.error(seen.result());
            }
            file = opened(seen);
        }
        if (file.result() < 0) {
            return Answer.error(file.result());
        }
        final SharedBlock content = file.content();
        final Answer answer = Answer.of(file.status(), content == null ? text(file.file()) : textOf(content));
        file.release();
        return answer;
    }

    /** What is sent to who asks now. */
    static String textOf(SharedBlock content) {
        final IoBuffer view = content.view();
        final String text = UTF_8.decode(view.bytes().duplicate()).toString();
        view.release();
        return text;
    }

    /** Asks until the content is kept; the change of the file that was last must be some time ago. */
    void keep(String path) {
        final long startNs = System.nanoTime();
        while (!isKept(path)) {
            assertThat(System.nanoTime() - startNs).as("kept: %s", path).isLessThan(AioFixture.LIMIT_NS);
        }
    }

    /** Asks for it, and tells whether the answer was a content that is kept. */
    boolean isKept(String path) {
        final long hits = cache.contentHits();
        ask(path);
        return cache.contentHits() > hits;
    }

    /** Asks so often that it would be kept if it could be. */
    boolean isEverKept(String path) {
        final long endNs = System.nanoTime() + 100_000_000L;
        boolean kept = false;
        for (int i = 0; !kept && (i < 100 || System.nanoTime() < endNs); i++) {
            kept = isKept(path);
        }
        return kept;
    }

    /** What opening the path anew comes to. */
    Answer askTheKernel(String path) {
        final AsyncFile file = aio.io.newFile();
        file.open(root, path, OpenOptions.READ, aio.normal, "fresh");
        final int result = aio.runOne().result();
        if (result < 0) {
            return Answer.error(result);
        }
        final Answer answer = Answer.of(file.status(), text(file));
        file.close();
        aio.runOne();
        return answer;
    }

    private String text(AsyncFile file) {
        if (!file.status().isRegularFile() || file.status().sizeBytes() == 0L) {
            return "";
        }
        final IoBuffer buffer = aio.io.arena().tryLease(MOST_BYTES);
        file.readFully(buffer, 0L, aio.normal, "read");
        assertThat(aio.runOne().result()).isNotNegative();
        buffer.bytes().flip();
        final String text = UTF_8.decode(buffer.bytes()).toString();
        buffer.release();
        return text;
    }

    /** Asks twice, so that it is cached if it can be, and tells whether it is. */
    boolean isCached(String path) {
        final Answer first = ask(path);
        final long hits = cache.hits();
        assertThat(ask(path)).isEqualTo(first);
        return cache.hits() > hits;
    }

    void assertAsFresh(String path) {
        assertThat(ask(path)).as(path).isEqualTo(askTheKernel(path));
    }

    void runUntil(BooleanSupplier enough) {
        aio.runUntil(enough);
    }

    /** Closes the cache and checks that nothing of it is left. */
    @Override
    public void close() {
        assertThat(cache.close()).isNotNegative();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        aio.assertNothingLeft();
        assertThat(cache.entries()).isZero();
        aio.close();
        root.close();
    }
}
