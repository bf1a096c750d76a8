// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A file to read from, and cold directories with a file each to open, on a disk within a disk: to throttle the outer one
 * holds up every read of the inner one.
 */
final class UrgentReadDisk implements AutoCloseable {
    /** Of an open in a cold directory: the directory's block, and one of the table that has its inode and, as a rule, the file's. */
    static final int READS_PER_OPEN = 2;

    private static final String BLOCKS = "blocks.bin";
    private static final int FILE_BYTES = 64 << 20;
    private static final long ROOM_BYTES = 32L << 20;
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_PER_DIRECTORY = 3;
    private static final int INODES = 64;
    private static final long SEED = 42;

    private final LoopDisk outer;
    private final LoopDisk inner;

    private UrgentReadDisk(LoopDisk outer, LoopDisk inner) {
        this.outer = outer;
        this.inner = inner;
    }

    static UrgentReadDisk make(Path workDirectory, int directories) throws IOException {
        final long bytes = FILE_BYTES + ROOM_BYTES + (long) directories * BLOCKS_PER_DIRECTORY * BLOCK_BYTES;
        Files.createDirectories(workDirectory);
        final LoopDisk outer = LoopDisk.format(
                workDirectory.resolve("urgent-read.img"),
                workDirectory.resolve("urgent-read-outer"),
                bytes + ROOM_BYTES,
                INODES);
        try {
            outer.mountWritable();
            final LoopDisk inner = LoopDisk.format(
                    outer.root().resolve("inner.img"),
                    workDirectory.resolve("urgent-read"),
                    bytes,
                    INODES + 2 * directories);
            final UrgentReadDisk disk = new UrgentReadDisk(outer, inner);
            try {
                disk.fill(directories);
                return disk;
            } catch (IOException | RuntimeException e) {
                inner.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            outer.close();
            throw e;
        }
    }

    private void fill(int directories) throws IOException {
        inner.readPastThePageCache();
        inner.mountWritable();
        final byte[] content = new byte[FILE_BYTES];
        new Random(SEED).nextBytes(content);
        Files.write(blocks(), content);
        for (int i = 0; i < directories; i++) {
            Files.createFile(Files.createDirectory(inner.root().resolve(Integer.toString(i)))
                    .resolve("f"));
        }
        makeCold();
    }

    /** With nothing of it in memory. */
    void makeCold() throws IOException {
        inner.mountCold();
    }

    /** The one to throttle. */
    String device() throws IOException {
        return outer.device();
    }

    Path blocks() {
        return inner.root().resolve(BLOCKS);
    }

    /** Has the directories. */
    Path root() {
        return inner.root();
    }

    @Override
    public void close() throws IOException {
        inner.close();
        outer.close();
    }
}
