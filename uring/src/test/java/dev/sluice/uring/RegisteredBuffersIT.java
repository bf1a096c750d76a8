// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads and writes of registered buffers, which only the kernel has. */
class RegisteredBuffersIT {

    private static final int HOW = 0;
    private static final int PATH = 64;
    private static final int DATA = 4096;
    private static final long FAR = (5L << 32) + 123;

    @AutoClose
    private final RingTester tester = RingTester.open();

    @TempDir
    Path folder;

    private int fd;

    @BeforeEach
    void openFile() throws Exception {
        final int root = tester.closeLater(Descriptors.openDirectory(folder));
        OpenHow.write(tester.bytes, HOW, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_CLOEXEC, 0600, 0L);
        final long path = tester.name(PATH, "file");
        fd = tester.closeLater(tester.run(sqe -> sqe.prepOpenat2(root, path, tester.address(HOW))));
    }

    @Test
    void shouldReadAndWriteRegisteredBuffers() throws Exception {
        try (NativeMemory other = NativeMemory.map(4096)) {
            tester.ring.registration().registerBuffers(other, tester.memory);
            tester.put(DATA, "registered");

            assertThat(tester.run(sqe -> sqe.prepWriteFixed(fd, tester.address(DATA), 10, FAR, 1)))
                    .isEqualTo(10);
            assertThat(tester.run(sqe -> sqe.prepReadFixed(fd, other.address() + 1, 100, FAR + 2, 0)))
                    .isEqualTo(8);
            final byte[] read = new byte[8];
            other.buffer(1L, 8).get(0, read);
            assertThat(read).asString().isEqualTo("gistered");

            assertThat(tester.run(sqe -> sqe.prepReadFixed(fd, tester.address(DATA), 8, FAR, 0)))
                    .as("memory of another buffer")
                    .isEqualTo(-Errno.EFAULT);
            assertThat(tester.run(sqe -> sqe.prepReadFixed(fd, tester.address(DATA), 8, FAR, 2)))
                    .as("a number nobody registered")
                    .isEqualTo(-Errno.EFAULT);
            assertThatThrownBy(() -> tester.ring.registration().registerBuffers(other))
                    .isInstanceOf(RingException.class)
                    .hasMessage("io_uring_register(BUFFERS, 1) failed: EBUSY (16)");

            tester.ring.registration().unregisterBuffers();
            assertThat(tester.run(sqe -> sqe.prepReadFixed(fd, tester.address(DATA), 8, FAR, 1)))
                    .isEqualTo(-Errno.EFAULT);
            assertThatThrownBy(tester.ring.registration()::unregisterBuffers)
                    .hasMessage("io_uring_register(UNREGISTER_BUFFERS) failed: ENXIO (6)");
        }
    }

    @Test
    void shouldReadAndWriteBuffersOfATableThatIsFilledLater() {
        tester.put(DATA, "registered");
        assertThatThrownBy(() -> tester.ring.registration().registerBuffer(0, tester.memory.address(), 4_096))
                .hasMessage("io_uring_register(BUFFERS_UPDATE, 0, 4096 bytes) failed: ENXIO (6)");
        tester.ring.registration().registerBufferTable(3);
        assertThat(tester.run(sqe -> sqe.prepWriteFixed(fd, tester.address(DATA), 10, FAR, 1)))
                .as("an empty place")
                .isEqualTo(-Errno.EFAULT);

        try (NativeMemory other = NativeMemory.map(4_096)) {
            final int lengthBytes = (int) tester.memory.lengthBytes();
            tester.ring.registration().registerBuffer(1, tester.memory.address(), lengthBytes);
            tester.ring.registration().registerBuffer(0, other.address(), 4_096);
            assertThat(tester.run(sqe -> sqe.prepWriteFixed(fd, tester.address(DATA), 10, FAR, 1)))
                    .isEqualTo(10);
            assertThat(tester.run(sqe -> sqe.prepReadFixed(fd, other.address(), 100, FAR + 2, 0)))
                    .isEqualTo(8);
            final byte[] read = new byte[8];
            other.buffer(0L, 8).get(0, read);
            assertThat(read).asString().isEqualTo("gistered");

            assertThatThrownBy(() -> tester.ring.registration().registerBuffer(3, other.address(), 4_096))
                    .hasMessage("io_uring_register(BUFFERS_UPDATE, 3, 4096 bytes) failed: EINVAL (22)");
            assertThatThrownBy(() -> tester.ring.registration().registerBufferTable(1))
                    .hasMessage("io_uring_register(BUFFERS2, 1 empty) failed: EBUSY (16)");
            tester.ring.registration().unregisterBuffers();
        }
        tester.ring.registration().registerBufferTable(1);
    }

    @Test
    void shouldSayWhyBuffersCannotBeRegistered() {
        assertThatThrownBy(() -> tester.ring.registration().registerBuffers())
                .isInstanceOf(RingException.class)
                .hasMessage("io_uring_register(BUFFERS, 0) failed: EINVAL (22)");
    }
}
