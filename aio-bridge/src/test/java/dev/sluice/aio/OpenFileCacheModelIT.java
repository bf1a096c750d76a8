// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever was done to the files, the cache answers as a fresh open and stat. Method: random steps in a small tree,
 * and after each some paths asked of both. Replay: -Dseed=N.
 */
class OpenFileCacheModelIT {
    private static final int STEPS = 1_500;
    private static final int ENTRIES = 12;
    private static final int MISSING_NAMES = 8;
    private static final int ASKED = 6;

    /** Blocks for some of the files that there may be. */
    private static final long KEPT_BYTES = 5 * 4096;

    private static final long SETTLED_NS = 40_000_000L;
    private static final int SELDOM = 40;
    private static final int TRIES = 8;
    private static final String[] NAMES = {"a", "b", "c"};

    @TempDir
    Path outside;

    private Path directory;
    private SplittableRandom random;
    private long keptBytes;
    private final List<SharedMapping> mappings = new ArrayList<>();

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, 2L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAnswerAsAFreshOpen(long seed) throws IOException {
        answersAsAFreshOpen(seed, Files.createDirectory(outside.resolve("root")));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAnswerAsAFreshOpenWhileOtherNamesAreRenamed(long seed) throws IOException {
        final Path busy = Files.createDirectory(outside.resolve("root"));
        try (Renamer renamer = new Renamer(busy, "busy")) {
            answersAsAFreshOpen(seed, busy);
            assertThat(renamer.stop()).isGreaterThan(STEPS);
        }
    }

    /** Contents, too: some times so long without a change that they are kept, and files that are mapped to be written. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAnswerAsAFreshOpenWithContents(long seed) throws IOException {
        keptBytes = KEPT_BYTES;
        answersAsAFreshOpen(seed, Files.createDirectory(outside.resolve("root")));
    }

    private void answersAsAFreshOpen(long seed, Path root) throws IOException {
        System.out.println("OpenFileCacheModelIT: -Dseed=" + seed);
        random = new SplittableRandom(seed);
        directory = root;
        final List<CachedFile> held = new ArrayList<>();
        try (CacheFixture served = new CacheFixture(directory, ENTRIES)) {
            if (keptBytes > 0) {
                served.keepingContents(keptBytes);
            }
            int done = 0;
            for (int step = 0; step < STEPS; step++) {
                done += trySteps() ? 1 : 0;
                for (int i = 0; i < ASKED; i++) {
                    final String path = path();
                    assertThat(served.ask(path))
                            .as("%s after step %d, seed %d", path, step, seed)
                            .isEqualTo(served.askTheKernel(path));
                }
                holdOrRelease(served, held);
                if (keptBytes > 0) {
                    mapAndKeep(served, seed);
                }
                assertThat(served.cache.entries()).isLessThanOrEqualTo(ENTRIES + MISSING_NAMES);
            }
            assertThat(done).as("steps that could be done").isGreaterThan(STEPS / 2);
            assertThat(served.cache.hits()).isGreaterThan(STEPS);
            assertThat(served.cache.changes()).isGreaterThan(STEPS / 10);
            held.forEach(CachedFile::release);
            if (keptBytes > 0) {
                assertThat(served.cache.contentHits()).isGreaterThan(STEPS / 10);
                for (final SharedMapping mapping : mappings) {
                    mapping.close();
                }
                mappings.clear();
            }
        }
    }

    private void mapAndKeep(CacheFixture served, long seed) throws IOException {
        if (!mappings.isEmpty() && random.nextInt(2) == 0) {
            mappings.get(random.nextInt(mappings.size())).store(Integer.toString(random.nextInt(10)));
        }
        switch (random.nextInt(SELDOM)) {
            case 0, 1 -> askUntilSettled(served, seed);
            case 2 -> {
                final Path mapped = file();
                if (Files.isRegularFile(mapped) && Files.size(mapped) > 0L) {
                    mappings.add(new SharedMapping(mapped));
                }
            }
            case 3, 4 -> {
                if (!mappings.isEmpty()) {
                    mappings.remove(random.nextInt(mappings.size())).close();
                }
            }
            default -> {}
        }
    }

    private void askUntilSettled(CacheFixture served, long seed) {
        final long endNs = System.nanoTime() + SETTLED_NS;
        while (System.nanoTime() < endNs) {
            final String path = path();
            assertThat(served.ask(path)).as("%s, seed %d", path, seed).isEqualTo(served.askTheKernel(path));
            served.ask(path);
            served.ask(path);
        }
    }

    private void holdOrRelease(CacheFixture served, List<CachedFile> held) {
        if (held.size() < ENTRIES && random.nextInt(4) == 0) {
            final CachedFile found = served.cache.find(path());
            if (found != null && found.result() != -Errno.ENOENT) {
                held.add(found);
            }
        } else if (!held.isEmpty() && random.nextInt(3) == 0) {
            held.remove(random.nextInt(held.size())).release();
        }
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private String path() {
        final StringBuilder path = new StringBuilder(name());
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            path.append('/').append(name());
        }
        return path.toString();
    }

    private Path file() {
        return directory.resolve(path());
    }

    private boolean trySteps() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (tryStep()) {
                return true;
            }
        }
        return false;
    }

    /** Does one thing; false if the tree is such that it cannot be done, as often with names by chance. */
    private boolean tryStep() throws IOException {
        try {
            step();
            return true;
        } catch (FileSystemException e) {
            return false;
        }
    }

    private void step() throws IOException {
        switch (random.nextInt(14)) {
            case 0, 1 -> Files.writeString(file(), "x".repeat(random.nextInt(100)));
            case 2 -> Files.writeString(file(), "more", StandardOpenOption.APPEND);
            case 3 -> {
                try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                    channel.truncate(random.nextInt(10));
                }
            }
            case 4 -> Files.delete(file());
            case 5 -> deleteWithAllBelow(file());
            case 6 -> Files.move(file(), file(), StandardCopyOption.ATOMIC_MOVE); // replaces, too
            case 7 -> Files.move(file(), file());
            case 8, 9 -> Files.createDirectory(file());
            case 10 -> Files.createSymbolicLink(file(), Path.of(random.nextBoolean() ? name() : "../" + name()));
            case 11 -> Files.createLink(file(), file());
            case 12 ->
                Files.setPosixFilePermissions(
                        file(), PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-xr-x" : "rwx------"));
            default -> {
                Files.move(file(), outside.resolve("kept"), StandardCopyOption.ATOMIC_MOVE);
                Files.move(outside.resolve("kept"), file(), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static void deleteWithAllBelow(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            final List<Path> below;
            try (Stream<Path> entries = Files.list(path)) {
                below = entries.toList();
            }
            for (final Path each : below) {
                deleteWithAllBelow(each);
            }
        }
        Files.delete(path);
    }
}
