// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.MixedFilePages;
import dev.sluice.perf.host.LoopDisk;
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

/** A file on a disk of its own; of each chunk one page is in memory, the others are not. */
final class MixedFileDisk implements AutoCloseable {
    private static final long ROOM_BYTES = 32L << 20;
    private static final int INODES = 64;
    private static final long SEED = 42;

    /** The kernel may have read a little around a page: so many for each that was asked for. */
    private static final int MOST_AROUND = 4;

    private final LoopDisk disk;
    private final int chunks;

    private MixedFileDisk(LoopDisk disk, int chunks) {
        this.disk = disk;
        this.chunks = chunks;
    }

    static MixedFileDisk make(Path workDirectory, int chunks) throws IOException {
        Files.createDirectories(workDirectory);
        final LoopDisk disk = LoopDisk.format(
                workDirectory.resolve("mixed-file.img"),
                workDirectory.resolve("mixed-file"),
                ROOM_BYTES + chunks * chunkBytes(),
                INODES);
        try {
            disk.mountWritable();
            final MixedFileDisk made = new MixedFileDisk(disk, chunks);
            final byte[] chunk = new byte[Math.toIntExact(chunkBytes())];
            new Random(SEED).nextBytes(chunk);
            try (FileChannel channel =
                    FileChannel.open(made.file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int i = 0; i < chunks; i++) {
                    final ByteBuffer part = ByteBuffer.wrap(chunk);
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                }
            }
            return made;
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static long chunkBytes() {
        return (long) MixedFilePages.CHUNK * NativeMemory.pageBytes();
    }

    /** Has nothing in memory but the hot pages. From a process that is not throttled. */
    void warmHotPages() throws IOException {
        disk.mountCold();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ)) {
            final ByteBuffer page = ByteBuffer.allocateDirect(NativeMemory.pageBytes());
            for (int i = 0; i < chunks; i++) {
                channel.read(page.clear(), (long) MixedFilePages.hot(i) * NativeMemory.pageBytes());
            }
        }
        final int fd = Descriptors.open(file(), OpenFlags.O_RDONLY);
        try {
            final long cached =
                    Descriptors.cachedPages(fd, 0, chunks * chunkBytes()); // negative where the kernel does not tell
            if (cached > (long) MOST_AROUND * chunks) {
                throw new IOException(cached + " pages are in memory though " + chunks + " were read");
            }
        } finally {
            Descriptors.close(fd);
        }
    }

    /** The one to throttle. */
    String device() throws IOException {
        return disk.device();
    }

    Path file() {
        return disk.root().resolve("mixed.bin");
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
