// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** A large file on the disk, of which the page cache can be made to have nothing; gone when it is closed. */
final class ColdFile implements AutoCloseable {
    private static final int MIB = 1 << 20;
    private static final int PART_OF_FREE_SPACE = 4;
    /** Pages that somebody looks at right now stay: one in so many may. */
    private static final int MAY_STAY = 100;

    private final Path path;
    private final long bytes;

    private ColdFile(Path path, long bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** Writes a file of at most {@code mostBytes}, and at most a quarter of the free space. */
    static ColdFile write(Path path, long mostBytes) throws IOException {
        final long free = Files.getFileStore(path.getParent()).getUsableSpace();
        final long bytes = Math.min(mostBytes, free / PART_OF_FREE_SPACE) / MIB * MIB;
        final byte[] content = new byte[MIB];
        new Random(bytes).nextBytes(content);
        final ColdFile file = new ColdFile(path, bytes);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long position = 0; position < bytes; position += MIB) {
                content[0] = (byte) (position / MIB);
                final ByteBuffer part = ByteBuffer.wrap(content);
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true); // only clean pages can be dropped
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        return file;
    }

    Path path() {
        return path;
    }

    /** Drops its pages from the page cache. */
    void makeCold() throws IOException {
        final int fd = Descriptors.open(path, OpenFlags.O_RDONLY);
        try {
            Descriptors.adviseDontNeed(fd);
            final long pages = bytes / NativeMemory.pageBytes();
            final long cached = Descriptors.cachedPages(fd, 0, bytes); // negative where the kernel does not tell
            if (cached > pages / MAY_STAY) {
                throw new IOException(
                        cached + " of " + pages + " pages of " + path + " stay in memory: --work must be on a disk");
            }
        } finally {
            Descriptors.close(fd);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
