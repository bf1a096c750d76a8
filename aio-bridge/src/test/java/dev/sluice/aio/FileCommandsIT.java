// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands, whole transfers and direct I/O of files on the real kernel. */
class FileCommandsIT extends FileTests {
    private static final long BEYOND_FOUR_GIB = (5L << 30) + 12_288;

    private AsyncFile create(String path) {
        return aio.open(root, path, OpenOptions.READ_WRITE_CREATE);
    }

    private long sizeOf(AsyncFile file) {
        file.statx();
        assertThat(aio.runOne().result()).isZero();
        return file.status().sizeBytes();
    }

    private void assumeKnown(int opcode) {
        assumeTrue(aio.io.port().features().supports(opcode), "the ring has no " + Opcode.name(opcode));
    }

    @Test
    void shouldSyncDataWithAndWithoutMetadata() {
        assumeKnown(Opcode.FSYNC);
        final AsyncFile file = create("file");
        final IoBuffer buffer = aio.io.arena().tryLease(100);
        file.write(buffer, 0L, aio.normal, "write");
        aio.runOne();

        file.fsync(aio.urgent, "fsync");
        assertThat(aio.runOne()).isEqualTo(new Seen("fsync", Opcode.FSYNC, 0, 0));
        file.fdatasync(aio.bulk, "fdatasync");
        assertThat(aio.runOne()).isEqualTo(new Seen("fdatasync", Opcode.FSYNC, 0, 0));

        assertThat(aio.urgent.usage().diskOperations()).isEqualTo(1);
        assertThat(aio.urgent.usage().diskWaitNs()).isPositive();
        assertThat(aio.bulk.usage().diskOperations()).isEqualTo(1);
        buffer.release();
        aio.close(file);
        aio.assertNothingLeft();
    }

    /** The bridge is asked before its queue has ever looked at the ring: not since the clock began. */
    @Test
    void shouldChargeWaitsFromAskingAlsoBeforeTheFirstTurn() {
        final long startNs = System.nanoTime();
        try (AioFixture unturned = new AioFixture()) {
            final AsyncFile file = unturned.io.newFile();
            file.open(root, "new", OpenOptions.READ_WRITE_CREATE, unturned.normal, "open");
            unturned.runOne();

            assertThat(unturned.normal.usage().diskWaitNs()).isBetween(1L, System.nanoTime() - startNs);
            unturned.close(file);
        }
    }

    @Test
    void shouldAllocateAndPunchBeyondFourGibibytes() throws Exception {
        assumeKnown(Opcode.FALLOCATE);
        final AsyncFile file = create("file");

        file.allocate(0, BEYOND_FOUR_GIB, 8_192, aio.normal, "allocate");
        assertThat(aio.runOne()).isEqualTo(new Seen("allocate", Opcode.FALLOCATE, 0, 0));
        assertThat(sizeOf(file)).isEqualTo(BEYOND_FOUR_GIB + 8_192);

        final IoBuffer buffer = aio.io.arena().tryLease(8_192);
        buffer.bytes().limit(8_192).put(0, (byte) 1).put(4_096, (byte) 2);
        file.writeFully(buffer, BEYOND_FOUR_GIB, aio.normal, "write");
        assertThat(aio.runOne()).isEqualTo(new Seen("write", Opcode.WRITE, 8_192, 0));
        final int punch = AllocateMode.FALLOC_FL_PUNCH_HOLE | AllocateMode.FALLOC_FL_KEEP_SIZE;
        file.allocate(punch, BEYOND_FOUR_GIB, 4_096, aio.normal, "punch");
        assertThat(aio.runOne().result()).isZero();

        buffer.bytes().flip();
        file.readFully(buffer, BEYOND_FOUR_GIB, aio.normal, "read");
        assertThat(aio.runOne()).isEqualTo(new Seen("read", Opcode.READ, 8_192, 0));
        assertThat(buffer.bytes().get(0)).as("punched out").isZero();
        assertThat(buffer.bytes().get(4_096)).isEqualTo((byte) 2);
        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldTruncateToMoreAndLess() {
        assumeKnown(Opcode.FTRUNCATE);
        final AsyncFile file = create("file");

        file.truncate(BEYOND_FOUR_GIB, aio.normal, "longer");
        assertThat(aio.runOne()).isEqualTo(new Seen("longer", Opcode.FTRUNCATE, 0, 0));
        assertThat(sizeOf(file)).isEqualTo(BEYOND_FOUR_GIB);
        file.truncate(3L, aio.normal, "shorter");
        assertThat(aio.runOne().result()).isZero();
        assertThat(sizeOf(file)).isEqualTo(3L);
        aio.close(file);
    }

    @Test
    void shouldReadAheadWhatIsSaidToBeNeeded() throws Exception {
        assumeKnown(Opcode.FADVISE);
        final Path path = writeFile(directory.resolve("file"), 65_536);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        AioFixture.makeCold(file, path);
        assumeTrue(Descriptors.cachedPages(file.fd(), 0L, 65_536) == 0, "pages cannot be made cold here");

        file.advise(FileAdvice.POSIX_FADV_WILLNEED, 0L, 0, aio.normal, "advise");
        assertThat(aio.runOne()).isEqualTo(new Seen("advise", Opcode.FADVISE, 0, 0));

        assertThat(Descriptors.cachedPages(file.fd(), 0L, 65_536)).isEqualTo(16);
        aio.close(file);
    }

    /** Each command with the errors that the kernel can be made to give without a broken disk. */
    @Test
    void shouldReportWhatTheKernelRefuses() throws Exception {
        assumeKnown(Opcode.FTRUNCATE);
        writeFile(directory.resolve("file"), 10);
        final AsyncFile readOnly = aio.open(root, "file", OpenOptions.READ);
        readOnly.truncate(5L, aio.normal, "truncate");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EINVAL);
        readOnly.allocate(0, 0L, 1L, aio.normal, "allocate");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EBADF);
        readOnly.advise(99, 0L, 0, aio.normal, "advise");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EINVAL);
        aio.close(readOnly);

        final AsyncFile writable = create("file");
        writable.allocate(AllocateMode.FALLOC_FL_PUNCH_HOLE, 0L, 1L, aio.normal, "punch without keeping the size");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EOPNOTSUPP);
        writable.allocate(AllocateMode.FALLOC_FL_COLLAPSE_RANGE, 1L, 1L, aio.normal, "collapse half a block");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EINVAL);
        aio.close(writable);

        final AsyncFile pipe = fifo("pipe");
        pipe.fsync(aio.normal, "fsync");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EINVAL);
        pipe.advise(FileAdvice.POSIX_FADV_WILLNEED, 0L, 0, aio.normal, "advise");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ESPIPE);
        aio.close(pipe);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseMisuse() {
        final AsyncFile file = create("file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.truncate(-1L, aio.normal, null))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.allocate(0, 0L, 0L, aio.normal, null))
                .withMessageContaining("lengthBytes=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.advise(0, -7L, 0, aio.normal, null))
                .withMessageContaining("position=-7");
        aio.close(file);
        assertThatIllegalStateException()
                .isThrownBy(() -> file.fsync(aio.normal, null))
                .withMessageContaining("not open");
        aio.assertNothingLeft();
    }

    private AsyncFile fifo(String name) throws Exception {
        AioFixture.makeFifo(directory.resolve(name));
        return aio.open(root, name, OpenOptions.READ.withFlags(OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK));
    }

    /** A pipe gives what it has; the rest is asked for again. */
    @Test
    void shouldGoOnAfterShortReads() throws Exception {
        final AsyncFile pipe = fifo("pipe");
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);
        buffer.bytes().limit(600);
        try (NativeMemory memory = NativeMemory.map(300L)) {
            memory.buffer(0L, 300).put(299, (byte) 9);
            assertThat(Descriptors.write(pipe.fd(), memory.address(), 300)).isEqualTo(300);
            pipe.readFully(buffer, 0L, aio.normal, "read");
            aio.expectSilence(20_000_000L);
            assertThat(Descriptors.write(pipe.fd(), memory.address(), 300)).isEqualTo(300);

            assertThat(aio.runOne()).isEqualTo(new Seen("read", Opcode.READ, 600, 0));
        }
        assertThat(buffer.bytes().hasRemaining()).isFalse();
        assertThat(buffer.bytes().get(599)).isEqualTo((byte) 9);
        assertThat(aio.normal.usage().diskBytes()).isEqualTo(600);
        buffer.release();
        aio.close(pipe);
        aio.assertNothingLeft();
    }

    @Tag("kernel-ring")
    @Test
    void shouldShowHowFarACancelledReadGot() throws Exception {
        assumeFalse(aio.events.binding().startsWith("epoll"), "an emulated ring cannot interrupt the read of a pipe");
        final AsyncFile pipe = fifo("pipe");
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);
        try (NativeMemory memory = NativeMemory.map(300L)) {
            assertThat(Descriptors.write(pipe.fd(), memory.address(), 300)).isEqualTo(300);
        }
        final long id = pipe.readFully(buffer, 0L, aio.normal, "read");
        aio.expectSilence(20_000_000L);

        assertThat(aio.io.cancel(id)).isTrue();

        assertThat(aio.runOne().result()).isIn(-Errno.ECANCELED, -Errno.EINTR);
        assertThat(buffer.bytes().position()).isEqualTo(300);
        buffer.release();
        aio.close(pipe);
        aio.assertNothingLeft();
    }

    @Test
    void shouldReadFullyUpToTheEndOfTheFile() throws Exception {
        writeFile(directory.resolve("file"), 5_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(16_384);

        file.readFully(buffer, 1_000L, aio.normal, "read");
        assertThat(aio.runOne().result()).isEqualTo(4_000);
        assertThat(buffer.bytes().position()).isEqualTo(4_000);
        file.readFully(buffer, 5_000L, aio.normal, "end");
        assertThat(aio.runOne().result()).as("at the end").isZero();

        buffer.release();
        aio.close(file);
    }

    /** The largest size that ext4 can give a file cuts a write short; the next one has an error to report. */
    @Test
    void shouldReportTheErrorThatEndedAWriteAndWhatWasWrittenBefore() throws Exception {
        final long largest = (1L << 44) - 4_096;
        assumeTrue(Files.getFileStore(directory).type().equals("ext4"), "knows the limit of ext4 only");
        final AsyncFile file = create("file");
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);

        file.writeFully(buffer, largest - 1_000, aio.normal, "write");

        final Seen seen = aio.runOne();
        assertThat(seen.result()).isNegative();
        assertThat(Errno.name(-seen.result())).isEqualTo("EFBIG");
        assertThat(buffer.bytes().position()).isEqualTo(1_000);
        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldReadDirectAndRefuseWhatIsNotAligned() throws Exception {
        writeFile(directory.resolve("file"), 10_000);
        final AsyncFile file = aio.io.newFile();
        file.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT), aio.normal, "open");
        assumeTrue(aio.runOne().result() >= 0, "no O_DIRECT on this file system");
        final int align = file.status().directOffsetAlignBytes();
        assumeTrue(align > 0, "a kernel before 6.1 does not say what O_DIRECT asks for");
        assertThat(align).isBetween(512, 4_096);
        assertThat(file.status().directMemoryAlignBytes()).isBetween(1, 4_096);
        final IoBuffer buffer = aio.io.arena().tryLease(16_384);

        file.readFully(buffer, 0L, aio.normal, "read");
        assertThat(aio.runOne().result()).as("up to the end of the file").isEqualTo(10_000);
        assertThat(buffer.bytes().get(9_999)).isEqualTo((byte) (9_999 * 31 + (9_999 >>> 8)));

        buffer.bytes().clear();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffer, 100L))
                .withMessageContaining("multiples of " + align)
                .withMessageContaining("position=100");
        buffer.bytes().limit(1_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.readFully(buffer, 0L, aio.normal, null))
                .withMessageContaining("remaining=1000");
        buffer.bytes().clear().position(1).limit(1 + align);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffer, 0L))
                .withMessageContaining("buffer position=1");
        buffer.release();
        aio.close(file);
        aio.assertNothingLeft();
    }

    @Test
    void shouldWriteDirectBeyondFourGibibytes() throws Exception {
        final AsyncFile file = aio.io.newFile();
        file.open(root, "file", OpenOptions.READ_WRITE_CREATE.withFlags(OpenFlags.O_DIRECT), aio.normal, "open");
        assumeTrue(aio.runOne().result() >= 0, "no O_DIRECT on this file system");
        final IoBuffer buffer = aio.io.arena().tryLease(8_192);
        buffer.bytes().limit(8_192).put(8_191, (byte) 42);

        file.writeFully(buffer, BEYOND_FOUR_GIB, aio.normal, "write");

        assertThat(aio.runOne()).isEqualTo(new Seen("write", Opcode.WRITE, 8_192, 0));
        buffer.release();
        aio.close(file);
        try (RandomAccessFile written =
                new RandomAccessFile(directory.resolve("file").toFile(), "r")) {
            assertThat(written.length()).isEqualTo(BEYOND_FOUR_GIB + 8_192);
            written.seek(BEYOND_FOUR_GIB + 8_191);
            assertThat(written.read()).isEqualTo(42);
        }
    }
}
