// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread that renames a file of its own, to and fro, until it is closed. */
final class Renamer implements AutoCloseable {
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Path one;
    private final Path other;
    private final CompletableFuture<Long> renames;

    Renamer(Path directory, String name) throws IOException {
        one = Files.createFile(directory.resolve(name));
        other = directory.resolve(name + "-renamed");
        renames = CompletableFuture.supplyAsync(this::rename);
    }

    private long rename() {
        long count = 0L;
        try {
            while (!enough.get()) {
                Files.move(one, other, StandardCopyOption.ATOMIC_MOVE);
                Files.move(other, one, StandardCopyOption.ATOMIC_MOVE);
                count += 2L;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, and returns how often it has renamed. */
    long stop() {
        enough.set(true);
        return renames.join();
    }

    @Override
    public void close() throws IOException {
        stop();
        Files.deleteIfExists(one);
    }
}
