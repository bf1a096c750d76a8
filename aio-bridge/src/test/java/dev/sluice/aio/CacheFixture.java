// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A cache over a directory, and what a client would be told of a path by way of it. */
final class CacheFixture implements AutoCloseable {
    static final int ENTRIES = 8;
    private static final int MOST_BYTES = 4096;

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
    final AioFixture aio = new AioFixture();
    final RootDirectory root;
    final OpenFileCache cache;

    CacheFixture(Path directory, int maxEntries) throws IOException {
        this.directory = directory;
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
        final Answer answer = Answer.of(file.status(), text(file.file()));
        file.release();
        return answer;
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
        file.read(buffer, 0L, aio.normal, "read");
        assertThat(aio.runOne().result()).isNotNegative();
        buffer.bytes().flip();
        final String text = StandardCharsets.UTF_8.decode(buffer.bytes()).toString();
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
