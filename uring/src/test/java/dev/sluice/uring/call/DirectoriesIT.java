// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesIT {
    private static final int ROOM_BYTES = 280;

    @TempDir
    Path folder;

    @AutoClose
    private final NativeMemory memory = NativeMemory.map(ROOM_BYTES);

    private final ByteBuffer records = memory.buffer(0L, ROOM_BYTES);
    private int root;

    @BeforeEach
    void open() throws IOException {
        root = Descriptors.openDirectory(folder);
    }

    @AfterEach
    void close() {
        Descriptors.close(root);
    }

    @Test
    void shouldGoOnByAnotherDescriptorWhereTheLastEntrySays() throws Exception {
        final String longName = "x".repeat(255);
        Files.createFile(folder.resolve(longName));
        Files.createFile(folder.resolve("file"));
        Files.createDirectory(folder.resolve("folder"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("nowhere"));

        final Map<String, Integer> types = new HashMap<>();
        int reads = 0;
        long position = 0L;
        for (int lengthBytes = -1; lengthBytes != 0; reads++) {
            final int fd = Directories.openBelow(root, ".");
            assertThat(fd).isNotNegative();
            lengthBytes = Directories.read(fd, position, memory.address(), ROOM_BYTES);
            Descriptors.close(fd);
            assertThat(lengthBytes).isNotNegative();
            for (int at = 0; at < lengthBytes; at = Directories.next(records, at)) {
                assertThat(types.put(Directories.name(records, at), Directories.type(records, at)))
                        .isNull();
                position = Directories.position(records, at);
            }
        }

        assertThat(types)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        ".",
                        Directories.DT_DIR,
                        "..",
                        Directories.DT_DIR,
                        "file",
                        Directories.DT_REG,
                        "folder",
                        Directories.DT_DIR,
                        "link",
                        Directories.DT_LNK,
                        longName,
                        Directories.DT_REG));
        assertThat(reads).isGreaterThan(2);
    }

    @Test
    void shouldTellWhyThereIsNothingToRead() throws Exception {
        final int fd = Directories.openBelow(root, ".");

        assertThat(Directories.read(fd, 0L, memory.address(), 8)).isEqualTo(-Errno.EINVAL);

        Descriptors.close(fd);
        assertThat(Directories.read(fd, 0L, memory.address(), ROOM_BYTES)).isEqualTo(-Errno.EBADF);
        assertThat(Directories.openBelow(root, "..")).isEqualTo(-Errno.EXDEV);
        assertThat(Directories.openBelow(root, "absent")).isEqualTo(-Errno.ENOENT);
    }
}
