// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.makeCold;
import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.operation.LastClose;
import dev.sluice.containers.Priority;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Files on the real kernel. */
class AsyncFileIT extends FileTests {

    /** Its close costs nothing but the enter that comes anyway; what is larger than 64 KiB, or has no name, goes to a worker. */
    @Test
    void shouldCloseASmallFileThatHasANameAtOnce() throws Exception {
        AioFixture.writeFile(directory.resolve("small"), 64 << 10);
        final AsyncFile file = aio.open(root, "small", OpenOptions.READ);
        file.status();
        assertThat(file.file.closeMayWait()).isFalse();
        file.discard();
        aio.reapOnly();
        assertThat(aio.events.counters().operationsUnderWay()).isZero();

        AioFixture.writeFile(directory.resolve("large"), (64 << 10) + 1);
        final AsyncFile large = aio.open(root, "large", OpenOptions.READ);
        assertThat(large.file.closeMayWait()).isTrue();
        large.discard();
        final AsyncFile nameless = aio.open(root, "small", OpenOptions.READ);
        Files.delete(directory.resolve("small"));
        assertThat(nameless.file.closeMayWait()).isTrue();
        nameless.discard();
        final AsyncFile written = aio.open(root, "new", OpenOptions.READ_WRITE_CREATE);
        assertThat(written.file.closeMayWait()).isTrue();
        aio.close(written);
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        aio.assertNothingLeft();
    }

    /** A worker takes longer to close a large file than the loop to open it: the descriptors of a process would be used up. */
    @Test
    void shouldNotOpenAndDiscardLargeFilesFasterThanTheyAreClosed() throws Exception {
        AioFixture.writeFile(directory.resolve("large"), 128 << 10);
        final AsyncFile[] files = new AsyncFile[32];
        Arrays.setAll(files, i -> aio.io.newFile());
        int mostPending = 0;
        for (int i = 0; i < 500; i++) {
            for (final AsyncFile file : files) {
                file.open(root, "large", OpenOptions.READ, aio.normal, "open");
            }
            assertThat(aio.run(files.length)).allMatch(seen -> seen.result() >= 0);
            for (final AsyncFile file : files) {
                file.discard();
            }
            mostPending = Math.max(mostPending, aio.io.pendingCloses());
        }

        assertThat(mostPending).isLessThanOrEqualTo(LastClose.MOST_PENDING + 64);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        aio.assertNothingLeft();
    }

    @Test
    void shouldShowThatAFileHasGrownOnlyOnceItsStatusIsAskedForAnew() throws Exception {
        final Path path = AioFixture.writeFile(directory.resolve("growing"), 100);
        final AsyncFile file = aio.open(root, "growing", OpenOptions.READ);
        assertThat(file.status().sizeBytes()).isEqualTo(100L);
        AioFixture.writeFile(path, 200);
        assertThat(file.status().sizeBytes()).isEqualTo(100L);

        file.statx();
        aio.runOne();

        assertThat(file.status().sizeBytes()).isEqualTo(200L);
        file.close();
        aio.runOne();
    }

    @Test
    void shouldWriteReadAskForTheStatusAndClose() throws Exception {
        final AsyncFile file = aio.open(root, "new", OpenOptions.READ_WRITE_CREATE);
        final IoBuffer buffer = aio.io.arena().tryLease(100);
        buffer.bytes().put(new byte[] {1, 2, 3, 4, 5}).flip();

        file.write(buffer, 10L, aio.urgent, "write");
        assertThat(aio.runOne()).isEqualTo(new Seen("write", Opcode.WRITE, 5, 0));
        assertThat(buffer.bytes().hasRemaining()).isFalse();
        file.statx();
        assertThat(aio.runOne().result()).isZero();
        assertThat(file.status().sizeBytes()).isEqualTo(15L);
        assertThat(file.status().isRegularFile()).isTrue();

        buffer.bytes().clear();
        file.read(buffer, 8L, aio.bulk, "read");
        assertThat(aio.runOne()).isEqualTo(new Seen("read", Opcode.READ, 7, 0));
        assertThat(buffer.bytes().flip()).isEqualTo(java.nio.ByteBuffer.wrap(new byte[] {0, 0, 1, 2, 3, 4, 5}));
        buffer.bytes().clear();
        file.read(buffer, 15L, aio.bulk, "end");
        assertThat(aio.runOne().result()).as("the end of the file").isZero();

        buffer.release();
        aio.close(file);
        aio.assertNothingLeft();
        assertThat(aio.urgent.usage().diskOperations()).isEqualTo(1);
        assertThat(aio.bulk.usage().diskBytes()).isEqualTo(7);
        assertThat(Files.size(directory.resolve("new"))).isEqualTo(15L);
    }

    @Test
    void shouldReadBeyondFourGibibytes() throws Exception {
        final long position = 5L << 30;
        try (RandomAccessFile sparse =
                new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
            sparse.seek(position);
            sparse.write(77);
        }
        final AsyncFile file = aio.open(root, "sparse", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(16);

        file.read(buffer, position);

        assertThat(aio.runOne().result()).isEqualTo(1);
        assertThat(buffer.bytes().get(0)).isEqualTo((byte) 77);
        assertThat(file.status().sizeBytes()).isEqualTo(position + 1);
        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldTransferAtMost256KiBAtATime() throws Exception {
        writeFile(directory.resolve("file"), 300_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);

        file.read(buffer, 0L);
        assertThat(aio.runOne().result()).isEqualTo(256 * 1024);
        buffer.bytes().clear();
        file.read(buffer, 256L * 1024);
        assertThat(aio.runOne().result()).isEqualTo(300_000 - 256 * 1024);

        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldOpenNothingOutsideItsRoot() throws Exception {
        Files.writeString(directory.resolve("inside"), "x");
        Files.createDirectory(directory.resolve("sub"));
        Files.createSymbolicLink(directory.resolve("sub/up"), Path.of("../inside"));
        Files.createSymbolicLink(directory.resolve("leaves"), Path.of("../../../../../../../../etc/passwd"));
        Files.createSymbolicLink(directory.resolve("absolute"), Path.of("/etc/passwd"));

        for (final String path : new String[] {"..", "../x", "sub/../../x", "/etc/passwd", "leaves", "absolute"}) {
            aio.io.newFile().open(root, path, OpenOptions.READ, aio.normal, path);
            assertThat(aio.runOne().result()).as(path).isEqualTo(-Errno.EXDEV);
        }
        for (final String path : new String[] {"sub/up", "sub/../inside", "./inside"}) {
            aio.close(aio.open(root, path, OpenOptions.READ));
        }
        Files.delete(directory.resolve("leaves")); // or JUnit warns of links that leave its directory
        Files.delete(directory.resolve("absolute"));
        aio.assertNothingLeft();
    }

    @Test
    void shouldReportWhatTheKernelSaysOfAPath() {
        final AsyncFile file = aio.io.newFile();
        file.open(root, "missing", OpenOptions.READ, aio.normal, "open");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOENT);
        assertThat(file.isOpen()).isFalse();

        file.open(root, "x".repeat(300), OpenOptions.READ, aio.normal, "open");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENAMETOOLONG);
        aio.assertNothingLeft();
    }

    @Test
    void shouldOpenNamesOutsideAscii() throws Exception {
        Files.writeString(directory.resolve("größe-文"), "x");
        aio.close(aio.open(root, "größe-文", OpenOptions.READ));
    }

    @Test
    void shouldRefuseMisuseAndLoseNothing() throws Exception {
        writeFile(directory.resolve("file"), 10);
        final AsyncFile file = aio.io.newFile();
        assertThatIllegalArgumentException().isThrownBy(() -> file.open(root, "", OpenOptions.READ, aio.normal, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.open(root, "a\0b", OpenOptions.READ, aio.normal, null))
                .withMessageContaining("a\\0b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.open(root, "x".repeat(5000), OpenOptions.READ, aio.normal, null))
                .withMessageContaining("5000");
        assertThatIllegalStateException().isThrownBy(file::close).withMessageContaining("not open");
        final RootDirectory closed = RootDirectory.open(directory);
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> file.open(closed, "file", OpenOptions.READ, aio.normal, null))
                .withMessageContaining("is closed");

        file.open(root, "file", OpenOptions.READ, aio.normal, null);
        assertThatIllegalStateException()
                .isThrownBy(() -> file.open(root, "file", OpenOptions.READ, aio.normal, null))
                .withMessageContaining("being opened");
        aio.runOne();
        assertThatIllegalStateException()
                .isThrownBy(() -> file.open(root, "file", OpenOptions.READ, aio.normal, null))
                .withMessageContaining("already stands for descriptor");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffer, -1L))
                .withMessageContaining("position=-1");
        buffer.bytes().position(buffer.bytes().limit());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffer, 0L))
                .withMessageContaining("remaining=0");
        buffer.bytes().clear();
        file.read(buffer, 0L);
        assertThatIllegalStateException().isThrownBy(buffer::release).withMessageContaining("belongs to the kernel");
        assertThatIllegalStateException().isThrownBy(() -> file.read(buffer, 0L));
        aio.runOne();
        buffer.release();
        assertThatIllegalStateException().isThrownBy(buffer::release).withMessageContaining("twice");
        aio.close(file);
        aio.assertNothingLeft();
    }

    /** A cold page and a socket become ready; the urgent container's event is served first. */
    @Test
    void shouldMergeDiskAndSocketEventsByContainerPriority() throws Exception {
        final Path path = writeFile(directory.resolve("cold"), 16_384);
        final AsyncFile file = aio.open(root, "cold", OpenOptions.READ);
        final int[] pair = Descriptors.socketPair();
        final IoBuffer page = aio.io.arena().tryLease(16_384);
        try (NativeMemory memory = NativeMemory.map(1L)) {
            for (final boolean diskIsUrgent : new boolean[] {false, true}) {
                makeCold(file, path);
                page.bytes().clear();
                file.read(page, 0L, diskIsUrgent ? aio.urgent : aio.bulk, "disk");
                aio.events.declareInterest(
                        pair[0], InterestOps.READABLE, diskIsUrgent ? aio.bulk : aio.urgent, "socket");
                assertThat(Descriptors.write(pair[1], memory.address(), 1)).isEqualTo(1);
                while (aio.events.counters().signalled() < 2) { // both have happened, nothing is handed out
                    aio.events.dequeueNextEvents(1, Priority.MAX, 1_000_000L);
                }

                final var order = aio.run(2).stream().map(Seen::attachment).toList();

                if (diskIsUrgent) {
                    assertThat(order).containsExactly("disk", "socket");
                } else {
                    assertThat(order).containsExactly("socket", "disk");
                }
                assertThat(Descriptors.read(pair[0], memory.address(), 1)).isEqualTo(1);
            }
        }
        aio.events.revokeInterest(aio.events.keyOf(pair[0]));
        Descriptors.close(pair[0]);
        Descriptors.close(pair[1]);
        page.release();
        aio.close(file);
    }

    @Test
    void shouldReadAFileThatWasOpenedNonBlocking() throws Exception {
        final Path path = writeFile(directory.resolve("file"), 5_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_NONBLOCK));
        makeCold(file, path);
        final IoBuffer buffer = aio.io.arena().tryLease(5_000);

        file.read(buffer, 0L);

        assertThat(aio.runOne().result()).isEqualTo(5_000);
        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldCancelWhatIsUnderWayAndReportTheCloseLast() throws Exception {
        writeFile(directory.resolve("file"), 50_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer[] buffers = new IoBuffer[10];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = aio.io.arena().tryLease(4_096);
            file.read(buffers[i], i * 4_096L, aio.normal, "read");
        }

        file.close();
        assertThat(file.isOpen()).isFalse();

        final var seen = aio.run(buffers.length + 1);
        assertThat(seen.get(buffers.length)).isEqualTo(new Seen("open", Opcode.CLOSE, 0, 0));
        assertThat(seen.subList(0, buffers.length)).allMatch(s -> s.operation() == Opcode.READ);
        for (final IoBuffer buffer : buffers) {
            buffer.release();
        }
        aio.assertNothingLeft();
    }

    @Test
    void shouldCloseADiscardedFileWithoutAnEventAndOpenAnotherAtOnce() throws Exception {
        writeFile(directory.resolve("first"), 10);
        writeFile(directory.resolve("second"), 20);
        final AsyncFile file = aio.open(root, "first", OpenOptions.READ);
        assertThat(isOpenHere("first")).isTrue();

        file.discard();
        assertThat(file.isOpen()).isFalse();
        file.open(root, "second", OpenOptions.READ, aio.normal, "second");
        assertThat(aio.runOne().attachment()).isEqualTo("second");
        assertThat(file.status().sizeBytes()).isEqualTo(20L);

        file.discard();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        assertThat(aio.seen).hasSize(2);
        assertThat(isOpenHere("first") || isOpenHere("second")).isFalse();
        aio.assertNothingLeft();
    }

    @Test
    void shouldNotDiscardAFileThatIsInUse() throws Exception {
        writeFile(directory.resolve("file"), 10);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        file.read(buffer, 0L);

        assertThatIllegalStateException().isThrownBy(file::discard).withMessageContaining("close()");

        aio.runOne();
        buffer.release();
        file.discard();
        assertThatIllegalStateException().isThrownBy(file::discard).withMessageContaining("not open");
    }

    @Test
    void shouldCloseDiscardedFilesWithTheQueue() throws Exception {
        writeFile(directory.resolve("file"), 10);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        assertThat(isOpenHere("file")).isTrue();

        file.discard();
        aio.close();

        assertThat(isOpenHere("file")).isFalse();
    }

    /** By name, since a number may be in use again, by whatever thread. */
    private boolean isOpenHere(String name) throws Exception {
        final Path path = directory.resolve(name).toRealPath();
        for (final String number : AioFixture.openDescriptors()) {
            final Path descriptor = Path.of("/proc/self/fd/" + number);
            if (path.equals(targetOf(descriptor))) {
                return true;
            }
        }
        return false;
    }

    private static Path targetOf(Path descriptor) throws Exception {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (NoSuchFileException e) {
            return null; // closed meanwhile
        }
    }
}
