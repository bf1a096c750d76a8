// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.LoopDisk;
import dev.sluice.perf.load.Request;
import dev.sluice.perf.load.RequestSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The files on the throttled disk: one hot file, many cold ones whose names and inodes are kept warm, and many that are
 * alone in a cold directory. Each cold file is read once, then the disk is made cold again.
 */
final class ColdCorpus {
    static final int HOT_BYTES = 8 * 1024;
    static final int COLD_BYTES = 16 * 1024;
    static final String HOT_PATH = "/hot.bin";
    private static final int FILES_PER_DIRECTORY = 1000;
    private static final String STAMP = "corpus.txt";
    private static final long SEED = 42;
    private static final int MIB = 1024 * 1024;

    private final LoopDisk disk;
    private final int fileCount;
    private final int directoryCount;

    private ColdCorpus(LoopDisk disk, int fileCount, int directoryCount) {
        this.disk = disk;
        this.fileCount = fileCount;
        this.directoryCount = directoryCount;
    }

    /** Which of the cold files. */
    enum Kind {
        /** One disk read each: the data. */
        FILES("cold files"),
        /** Three disk reads each: the inodes of directory and file, which share a block; the directory; the data. */
        DIRECTORIES("cold directories");

        final String label;

        Kind(String label) {
            this.label = label;
        }

        String path(int index) {
            return this == FILES
                    ? String.format(
                            Locale.ROOT,
                            "/files/%03d/%03d.bin",
                            index / FILES_PER_DIRECTORY,
                            index % FILES_PER_DIRECTORY)
                    : String.format(Locale.ROOT, "/directories/%06d/page.bin", index);
        }
    }

    /** Makes the corpus, or takes over a kept one of the same size. */
    static ColdCorpus prepare(Path workDirectory, int fileCount, int directoryCount) throws IOException {
        Files.createDirectories(workDirectory);
        final Path image = workDirectory.resolve("disk.img");
        final Path mountPoint = workDirectory.resolve("disk");
        final String stamp = "files=" + fileCount + " directories=" + directoryCount + " bytes=" + COLD_BYTES;
        if (Files.exists(image)) {
            final LoopDisk kept = LoopDisk.attach(image, mountPoint);
            if (isStamped(kept, stamp)) {
                return new ColdCorpus(kept, fileCount, directoryCount);
            }
            kept.close();
        }
        final int inodes = fileCount + 2 * directoryCount + fileCount / FILES_PER_DIRECTORY + 2000;
        final int blockBytes = 4096;
        final long sizeBytes = (long) fileCount * COLD_BYTES
                + (long) directoryCount * (COLD_BYTES + blockBytes)
                + (long) inodes * blockBytes / LoopDisk.INODES_PER_BLOCK;
        final LoopDisk disk = LoopDisk.format(image, mountPoint, sizeBytes * 5 / 4 + 64L * MIB, inodes);
        final ColdCorpus corpus = new ColdCorpus(disk, fileCount, directoryCount);
        try {
            disk.mountWritable();
            corpus.fill();
            Files.writeString(disk.root().resolve(STAMP), stamp);
            disk.unmount();
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
        return corpus;
    }

    private static boolean isStamped(LoopDisk disk, String stamp) throws IOException {
        disk.mountCold();
        final Path file = disk.root().resolve(STAMP);
        return Files.exists(file) && Files.readString(file).equals(stamp);
    }

    private void fill() throws IOException {
        final Random random = new Random(SEED);
        final byte[] content = new byte[COLD_BYTES];
        random.nextBytes(content);
        Files.write(disk.root().resolve(HOT_PATH.substring(1)), Arrays.copyOf(content, HOT_BYTES));
        for (int i = 0; i < fileCount; i++) {
            final Path file = at(Kind.FILES.path(i));
            if (i % FILES_PER_DIRECTORY == 0) {
                Files.createDirectories(file.getParent());
            }
            content[0] = (byte) i;
            Files.write(file, content);
        }
        Files.createDirectories(disk.root().resolve("directories"));
        for (int i = 0; i < directoryCount; i++) {
            final Path file = at(Kind.DIRECTORIES.path(i));
            createDirectoryAtBlockStart(file.getParent(), i);
            content[0] = (byte) i;
            Files.write(file, content);
        }
    }

    /** The next inode is the file's: both are in one block if the directory's is the first of its block. */
    private void createDirectoryAtBlockStart(Path directory, int index) throws IOException {
        Files.createDirectory(directory);
        if (inode(directory) % LoopDisk.INODES_PER_BLOCK != 1) { // inodes are numbered from 1
            Files.delete(directory);
            final Path filler = disk.root().resolve("directories").resolve("filler-" + index);
            Files.createFile(filler);
            Files.createDirectory(directory);
        }
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    private Path at(String path) {
        return disk.root().resolve(path.substring(1));
    }

    LoopDisk disk() {
        return disk;
    }

    byte[] hotContent() throws IOException {
        return Files.readAllBytes(at(HOT_PATH));
    }

    /** Everything cold, but the hot file, the names and inodes of the cold files, and the list of cold directories. */
    void makeCold() throws IOException {
        disk.mountCold();
        hotContent();
        try (Stream<Path> walk = Files.walk(disk.root().resolve("files"))) {
            final long found = walk.filter(Files::isRegularFile).count(); // looks at every inode
            if (found != fileCount) {
                throw new IOException(found + " cold files, expected " + fileCount);
            }
        }
        try (Stream<Path> entries = Files.list(disk.root().resolve("directories"))) {
            final long found = entries.count(); // reads the names, leaves the inodes
            if (found < directoryCount) {
                throw new IOException(found + " cold directories, expected " + directoryCount);
            }
        }
    }

    /** Hands out each cold file once. */
    ColdPaths paths(Kind kind) {
        return new ColdPaths(kind, kind == Kind.FILES ? fileCount : directoryCount);
    }

    /** Cold files of one kind, one after the other. */
    static final class ColdPaths implements RequestSource {
        private final Kind kind;
        private final int count;
        private final AtomicInteger next = new AtomicInteger();

        private ColdPaths(Kind kind, int count) {
            this.kind = kind;
            this.count = count;
        }

        @Override
        public boolean next(Request request) {
            final int index = next.getAndIncrement();
            if (index >= count) {
                return false;
            }
            request.put(Request.get(kind.path(index))).expect(Request.OK, COLD_BYTES);
            return true;
        }
    }
}
