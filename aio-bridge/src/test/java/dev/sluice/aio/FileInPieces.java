// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes a file whose blocks are apart from each other on the disk. */
final class FileInPieces {
    static final int BLOCK = 4096;

    private FileInPieces() {}

    /** How long it becomes: a few neighbours stay together, in what the filler left over. */
    static int blocks(int extents) {
        return extents * 13 / 10;
    }

    /** Fills the disk, frees every other block of a part of it, and writes a file, which gets those. */
    static void write(LoopFileSystem fileSystem, String name, int extents) throws Exception {
        final int blocks = blocks(extents);
        try (FileChannel filler = FileChannel.open(
                fileSystem.root().resolve("filler"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fill(filler);
            filler.force(true);
        }
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile filler = aio.open(root, "filler", new OpenOptions(OpenFlags.O_RDWR, 0, 0L));
            final int punch = AllocateMode.FALLOC_FL_PUNCH_HOLE | AllocateMode.FALLOC_FL_KEEP_SIZE;
            final int spare = 64 + blocks / 64; // for the maps of both files
            for (int i = 0; i < blocks + spare; i++) {
                filler.allocate(punch, 2L * i * BLOCK, BLOCK, aio.normal, "punch");
                assertThat(aio.runOne().result()).isZero();
            }
            filler.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
        LoopFileSystem.run("sync", "--file-system", fileSystem.root().toString());
        final Path pieces = AioFixture.writeFile(fileSystem.root().resolve(name), blocks * BLOCK);
        LoopFileSystem.run("sync", pieces.toString());
        final String count = LoopFileSystem.run("filefrag", pieces.toString());
        assertThat(Integer.parseInt(count.replaceAll(".*: (\\d+) extents? found", "$1")))
                .as(count)
                .isGreaterThanOrEqualTo(extents);
    }

    private static void fill(FileChannel filler) {
        final ByteBuffer blocks = ByteBuffer.allocate(64 * BLOCK);
        boolean full = false;
        while (!full) {
            try {
                filler.write(blocks.clear());
            } catch (IOException e) { // no space left
                full = true;
            }
        }
    }
}
