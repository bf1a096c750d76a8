// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several buffers in one read or write. */
class VectoredTransferIT extends FileTests {
    private static final int STEPS = 300;

    private FaultingRing ring;

    @Override
    AioFixture newFixture() {
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        return new AioFixture(ring.asRing());
    }

    private IoBuffer[] lease(int... remaining) {
        final IoBuffer[] buffers = new IoBuffer[remaining.length];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = aio.io.arena().tryLease(Math.max(1, remaining[i]));
            buffers[i].bytes().limit(remaining[i]);
        }
        return buffers;
    }

    private static byte[] transferred(IoBuffer... buffers) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final IoBuffer buffer : buffers) {
            final ByteBuffer view = buffer.bytes().duplicate().flip();
            final byte[] bytes = new byte[view.remaining()];
            view.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private void release(AsyncFile file, IoBuffer... buffers) {
        for (final IoBuffer buffer : buffers) {
            buffer.release();
        }
        file.discard();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        aio.assertNothingLeft();
    }

    @Test
    void shouldReadAndWriteSeveralBuffersWithOneEventBeyondFourGibibytes() throws Exception {
        final long position = (5L << 30) + 3L;
        final AsyncFile file = aio.open(root, "sparse", OpenOptions.READ_WRITE_CREATE);
        final IoBuffer[] buffers = lease(3, 0, 5);
        buffers[0].bytes().put(new byte[] {1, 2, 3}).flip();
        buffers[2].bytes().put(new byte[] {4, 5, 6, 7, 8}).flip();

        file.write(buffers, position, aio.urgent, "write");

        assertThat(aio.runOne()).isEqualTo(new Seen("write", Opcode.WRITEV, 8, 0));
        assertThat(buffers).allMatch(buffer -> !buffer.bytes().hasRemaining());
        assertThat(Files.size(directory.resolve("sparse"))).isEqualTo(position + 8L);
        buffers[0].bytes().clear().limit(2);
        buffers[1].bytes().clear().limit(100);
        buffers[2].bytes().clear().limit(100);
        file.read(buffers, position - 1L, aio.bulk, "read");
        assertThat(aio.runOne()).isEqualTo(new Seen("read", Opcode.READV, 9, 0));
        assertThat(transferred(buffers)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(buffers[2].bytes().position())
                .as("the file's end came before")
                .isZero();
        file.read(buffers, position + 8L, aio.bulk, "end");
        assertThat(aio.runOne().result()).isZero();
        assertThat(aio.urgent.usage().diskOperations()).isEqualTo(1L);
        assertThat(aio.bulk.usage().diskBytes()).isEqualTo(9L);
        release(file, buffers);
    }

    @Test
    void shouldTransferAtMost256KiBAtATimeAndAllOfItIfAskedTo() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 700_001));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ_WRITE_CREATE);
        final IoBuffer[] buffers = lease(200_000, 1, 200_000, 250_000, 100_000);

        file.read(buffers, 0L, aio.normal, "read");
        assertThat(aio.runOne().result()).isEqualTo(BufferArena.MAX_BLOCK_BYTES);
        assertThat(transferred(buffers)).isEqualTo(Arrays.copyOf(content, BufferArena.MAX_BLOCK_BYTES));

        for (final IoBuffer buffer : buffers) {
            buffer.bytes().position(0);
        }
        file.readFully(buffers, 0L, aio.normal, "fully");
        assertThat(aio.runOne()).isEqualTo(new Seen("fully", Opcode.READV, content.length, 0));
        assertThat(transferred(buffers)).isEqualTo(content);

        for (final IoBuffer buffer : buffers) {
            buffer.bytes().flip();
        }
        file.writeFully(buffers, 1_000_000L, aio.normal, "written");
        assertThat(aio.runOne()).isEqualTo(new Seen("written", Opcode.WRITEV, content.length, 0));
        final byte[] all = Files.readAllBytes(directory.resolve("file"));
        assertThat(Arrays.copyOfRange(all, 1_000_000, all.length)).isEqualTo(content);
        release(file, buffers);
    }

    @Test
    void shouldTakeAsManyBuffersAsTheKernelDoesAndNoMore() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 1_024));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final int[] remaining = new int[1_024];
        Arrays.fill(remaining, 1);
        final IoBuffer[] buffers = lease(remaining);
        final int leased = aio.io.arena().leasedCount();

        file.readFully(buffers, 0L, aio.normal, "read");
        assertThat(aio.runOne().result()).isEqualTo(1_024);
        assertThat(transferred(buffers)).isEqualTo(content);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(new IoBuffer[1_025], 0L, aio.normal, "read"))
                .withMessage("read: at most 1024 buffers at once: buffers=1025");
        assertThat(aio.io.arena().leasedCount()).isEqualTo(leased);
        release(file, buffers);
    }

    @Test
    void shouldRefuseMisuseAndLoseNothing() throws Exception {
        writeFile(directory.resolve("file"), 100);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer[] buffers = lease(10, 10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(buffers, -1L, aio.normal, null))
                .withMessageContaining("position=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.write(new IoBuffer[0], 0L, aio.normal, null))
                .withMessageContaining("buffers=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.read(new IoBuffer[] {buffers[0], buffers[1], buffers[0]}, 0L, aio.normal, null))
                .withMessageContaining("buffer 2 is one of those before it");
        file.read(buffers[1], 0L);
        assertThatIllegalStateException()
                .isThrownBy(() -> file.read(buffers, 0L, aio.normal, null))
                .withMessageContaining("belongs to the kernel");
        aio.runOne();
        assertThat(buffers[0].bytes().remaining()).isEqualTo(10);
        release(file, buffers);
        assertThatIllegalStateException()
                .isThrownBy(() -> file.read(buffers, 0L, aio.normal, null))
                .withMessageContaining("not open");
    }

    @Test
    void shouldCheckTheAlignmentOfEachBuffer() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 20_000));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
        assumeTrue(file.status().directOffsetAlignBytes() > 0, "this file system does not say how it wants transfers");
        final IoBuffer[] buffers = lease(4_096, 4_096 + 1, 16_384);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.readFully(buffers, 0L, aio.normal, "read"))
                .withMessageContaining("remaining=4097");
        buffers[1].bytes().limit(8_192);
        file.readFully(buffers, 0L, aio.normal, "read");

        assertThat(aio.runOne().result()).isEqualTo(20_000);
        assertThat(transferred(buffers)).isEqualTo(content);
        release(file, buffers);
    }

    @Test
    void shouldEndOnceWithEachBufferGivenBackWhateverStepFails() throws Exception {
        writeFile(directory.resolve("file"), 600_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ_WRITE_CREATE);
        for (final boolean writing : new boolean[] {false, true}) {
            for (int step = 1; step <= 3; step++) {
                final IoBuffer[] buffers = lease(200_000, 200_000, 200_000);
                final long id = writing
                        ? file.writeFully(buffers, 0L, aio.normal, "fails")
                        : file.readFully(buffers, 0L, aio.normal, "fails");
                ring.arm(id, step, result -> -Errno.EIO, false);

                assertThat(aio.runOne().result()).isEqualTo(-Errno.EIO);

                int done = 0;
                for (final IoBuffer buffer : buffers) {
                    done += buffer.bytes().position();
                    buffer.release();
                }
                assertThat(done).isEqualTo((step - 1) * BufferArena.MAX_BLOCK_BYTES);
                assertThat(aio.io.arena().leasedCount()).isZero();
            }
        }
        release(file);
    }

    @Test
    void shouldEndOnceIfItsFileIsClosedMeanwhile() throws Exception {
        writeFile(directory.resolve("file"), 600_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer[] buffers = lease(200_000, 200_000, 200_000);
        file.readFully(buffers, 0L, aio.normal, "read");

        file.close();

        assertThat(aio.run(2)).extracting(Seen::operation).containsExactly(Opcode.READV, Opcode.CLOSE);
        for (final IoBuffer buffer : buffers) {
            buffer.release();
        }
        aio.assertNothingLeft();
    }

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, System.nanoTime());
    }

    /** Random shapes of buffers against a plain channel on a twin of the file. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldTransferAsAPlainChannelDoes(long seed) throws Exception {
        System.out.println("VectoredTransferIT: -Dseed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ_WRITE_CREATE);
        try (FileChannel twin = FileChannel.open(
                directory.resolve("twin"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            for (int step = 0; step < STEPS; step++) {
                final int[] remaining = new int[1 + random.nextInt(12)];
                for (int i = 0; i < remaining.length; i++) {
                    remaining[i] = random.nextInt(random.nextInt(10) == 0 ? BufferArena.MAX_BLOCK_BYTES : 5_000);
                }
                remaining[random.nextInt(remaining.length)]++;
                final long position = random.nextInt(300_000);
                final int total = Arrays.stream(remaining).sum();
                final IoBuffer[] buffers = lease(remaining);
                if (random.nextBoolean()) {
                    final byte[] bytes = new byte[total];
                    random.nextBytes(bytes);
                    int from = 0;
                    for (final IoBuffer buffer : buffers) {
                        final int length = buffer.bytes().remaining();
                        buffer.bytes().put(bytes, from, length).flip();
                        from += length;
                    }
                    file.writeFully(buffers, position, aio.normal, "write");
                    assertThat(aio.runOne().result()).as("step %d", step).isEqualTo(total);
                    twin.write(ByteBuffer.wrap(bytes), position);
                } else {
                    final ByteBuffer expected = ByteBuffer.allocate(total);
                    twin.read(expected, position);
                    file.readFully(buffers, position, aio.normal, "read");
                    assertThat(aio.runOne().result()).as("step %d", step).isEqualTo(expected.position());
                    assertThat(transferred(buffers))
                            .as("step %d", step)
                            .isEqualTo(Arrays.copyOf(expected.array(), expected.position()));
                }
                for (final IoBuffer buffer : buffers) {
                    buffer.release();
                }
            }
        }
        release(file);
    }
}
