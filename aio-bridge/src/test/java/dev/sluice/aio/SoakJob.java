// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import java.io.IOException;
import java.nio.file.Path;

/** Asks what has no opcode: of the worker pool, and of a cache of open files. */
final class SoakJob extends SoakActor {
    private enum Doing {
        CALL,
        FAILING_CALL,
        LIST,
        CANONICAL_PATH,
        CACHED_FILE
    }

    private final RootDirectory root;
    private final OpenFileCache cache;
    private final String[] files;
    private final long sizeBytes;
    private final Path directory;
    private Doing doing;
    private long answer;

    /** {@code files} are paths of files below the root that have this size and stay. */
    SoakJob(SoakRun run, RootDirectory root, Path directory, OpenFileCache cache, String[] files, long sizeBytes) {
        super(run);
        this.root = root;
        this.directory = directory;
        this.cache = cache;
        this.files = files;
        this.sizeBytes = sizeBytes;
    }

    private String file() {
        return files[run.random.nextInt(files.length)];
    }

    @Override
    void next() {
        if (run.isStopping()) {
            end();
            return;
        }
        doing = Doing.values()[run.random.nextInt(Doing.values().length)];
        final BlockingWork work = run.io.blockingWork();
        switch (doing) {
            case CALL -> {
                answer = run.random.nextLong();
                final long given = answer;
                begun(work.call(() -> given, run.container(), this));
            }
            case FAILING_CALL ->
                begun(work.call(
                        () -> {
                            throw new IOException("as planned");
                        },
                        run.container(),
                        this));
            case LIST -> begun(work.list(root, ".", DirectoryPage.BEGIN, run.container(), this));
            case CANONICAL_PATH -> begun(work.canonicalPath(directory.resolve(file()), run.container(), this));
            case CACHED_FILE -> askCache(file());
        }
    }

    private void askCache(String path) {
        final CachedFile found = cache.find(path);
        if (found == null) {
            begun(cache.open(path, run.container(), this));
        } else {
            use(found);
        }
    }

    private void use(CachedFile found) {
        if (found.result() == 0) {
            assertThat(found.status().sizeBytes()).isEqualTo(sizeBytes);
        }
        found.release();
    }

    @Override
    void ended(Event event, int result) {
        if (doing == Doing.FAILING_CALL) {
            assertThat(result).isNegative();
        }
        if (result < 0) {
            return;
        }
        switch (doing) {
            case CALL -> assertThat(event.message()).isEqualTo(answer);
            case LIST -> assertThat(((DirectoryPage) event.message()).entries()).isNotEmpty();
            case CANONICAL_PATH -> assertThat((Path) event.message()).isRegularFile();
            case CACHED_FILE -> use((CachedFile) event.message());
            case FAILING_CALL -> {}
        }
    }
}
