// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deadlines of operations. */
class DeadlineIT {
    private static final long SOON_NS = 2_000_000L;
    private static final long LATE_NS = 3_600_000_000_000L;

    @TempDir
    Path directory;

    private AioFixture aio;
    private AsyncSocket socket;
    private AsyncSocket peer;
    private IoBuffer buffer;

    @BeforeEach
    void open() {
        aio = new AioFixture(AsyncIoOptions.defaults().withOpenWindow(1, 0));
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peer = aio.adopt(pair[1], "peer");
        buffer = aio.io.arena().tryLease(100);
    }

    @AfterEach
    void close() {
        aio.close();
    }

    private void assertNothingLeft() {
        buffer.release();
        socket.close();
        peer.close();
        aio.run(2);
        aio.assertNothingLeft();
        assertThat(aio.events.counters().staleCompletions()).isZero();
    }

    @Test
    void shouldEndWhatIsInTheKernel() {
        final long startNs = System.nanoTime();
        final long id = socket.receive(buffer);
        assertThat(aio.io.cancelAfter(id, SOON_NS)).isTrue();

        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.RECV, -Errno.ETIME, 0));
        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(SOON_NS);
        assertThat(aio.io.cancelAfter(id, SOON_NS)).as("it has ended").isFalse();
        assertNothingLeft();
    }

    @Test
    void shouldEndAtOnceWithADeadlineOfZero() {
        aio.io.cancelAfter(socket.receive(buffer), 0L);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ETIME);
        assertNothingLeft();
    }

    @Test
    void shouldNotConcernWhatEndsBefore() {
        aio.io.cancelAfter(socket.receive(buffer), 20_000_000L);
        final IoBuffer sent = aio.io.arena().tryLease(10);
        sent.bytes().limit(10);
        peer.send(sent);
        assertThat(aio.run(2)).extracting(Seen::result).containsOnly(10);

        // The same object, in all likelihood, without a deadline this time.
        buffer.bytes().clear();
        final long second = socket.receive(buffer);
        aio.expectSilence(50_000_000L);
        aio.io.cancel(second);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        sent.release();
        assertNothingLeft();
    }

    @Test
    void shouldTakeTheLastDeadlineGiven() {
        final long id = socket.receive(buffer);
        aio.io.cancelAfter(id, SOON_NS);
        aio.io.cancelAfter(id, LATE_NS);
        aio.expectSilence(20_000_000L);
        aio.io.cancelAfter(id, SOON_NS);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ETIME);
        assertNothingLeft();
    }

    @Test
    void shouldTellADeadlineFromACancellationBeforeIt() {
        final long id = socket.receive(buffer);
        aio.io.cancelAfter(id, LATE_NS);
        aio.io.cancel(id);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        final long other = socket.receive(buffer);
        aio.reapOnly();
        aio.io.cancel(other);
        aio.io.cancelAfter(other, 0L);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        assertNothingLeft();
    }

    @Tag("kernel-ring")
    @Test
    void shouldEndWhatWaitsForAWorkerAndWhatAWorkerWaitsFor() throws Exception {
        assumeFalse(aio.events.binding().startsWith("epoll"), "an emulated ring cannot interrupt a worker");
        AioFixture.makeFifo(directory.resolve("fifo"));
        try (RootDirectory root = RootDirectory.open(directory)) {
            final OpenOptions waits = OpenOptions.READ.withFlags(OpenFlags.O_CREAT);
            final long blocked = aio.io.newFile().open(root, "fifo", waits, aio.normal, "blocked");
            final long held = aio.io.paths().makeDirectory(root, "made", 0755, aio.normal, "held");
            aio.io.cancelAfter(held, SOON_NS);
            assertThat(aio.runOne()).isEqualTo(new Seen("held", Opcode.MKDIRAT, -Errno.ETIME, 0));
            aio.io.cancelAfter(blocked, SOON_NS);
            assertThat(aio.runOne()).isEqualTo(new Seen("blocked", Opcode.OPENAT2, -Errno.ETIME, 0));
        }
        assertThat(directory.resolve("made")).doesNotExist();
        assertNothingLeft();
    }

    @Test
    void shouldEndAMultishotAccept() {
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
        aio.io.cancelAfter(listener.accept(), SOON_NS);
        assertThat(aio.runOne()).isEqualTo(new Seen("listener", Opcode.ACCEPT, -Errno.ETIME, 0));
        assertThat(aio.io.cancelAfter(listener.close(), SOON_NS)).as("a close").isFalse();
        aio.runOne();
        assertNothingLeft();
    }

    @Test
    void shouldLetABlockingJobRunThatHasBegun() {
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final long id = aio.io
                .blockingWork()
                .call(
                        () -> {
                            mayEnd.await();
                            return "done";
                        },
                        aio.normal,
                        "job");
        assertThat(aio.io.cancelAfter(id, SOON_NS))
                .as("it was given to a thread")
                .isFalse();
        long last = id;
        for (int i = 0; i < BlockingWork.THREADS; i++) {
            last = aio.io
                    .blockingWork()
                    .call(
                            () -> {
                                mayEnd.await();
                                return "other";
                            },
                            aio.normal,
                            "other " + i);
        }
        assertThat(aio.io.cancelAfter(last, SOON_NS))
                .as("it waits for a thread")
                .isTrue();
        assertThat(aio.runOne())
                .isEqualTo(new Seen("other " + (BlockingWork.THREADS - 1), Opcode.NOP, -Errno.ETIME, 0));
        mayEnd.countDown();
        assertThat(aio.run(BlockingWork.THREADS)).extracting(Seen::result).containsOnly(0);
        assertNothingLeft();
    }

    /** The peer's buffer takes less than that, and it reads nothing. */
    @Test
    void shouldTellThatASendWasStoppedThoughSomeOfItWasSent() throws Exception {
        final IoBuffer large = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);
        large.bytes().clear();
        aio.io.cancelAfter(socket.send(large), SOON_NS);
        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.SEND, -Errno.ETIME, 0));
        assertThat(large.bytes().position()).isPositive().isLessThan(BufferArena.MAX_BLOCK_BYTES);

        large.bytes().clear();
        aio.io.cancelAfter(peer.sendMessage(new IoBuffer[] {large}, 1), SOON_NS);
        assertThat(aio.runOne()).isEqualTo(new Seen("peer", Opcode.SENDMSG, -Errno.ETIME, 0));
        assertThat(large.bytes().position()).isPositive().isLessThan(BufferArena.MAX_BLOCK_BYTES);
        large.release();
        assertNothingLeft();
    }

    @Test
    void shouldNotOutliveTheQueue() {
        aio.io.cancelAfter(socket.receive(buffer), LATE_NS);
        aio.close();
    }

    @Test
    void shouldRefuseANegativeTime() {
        final long id = socket.receive(buffer);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.cancelAfter(id, -1L))
                .withMessageContaining("-1");
        final SequentialReader reader = new SequentialReader(aio.io, 4_096, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> reader.cancelAfter(-1L));
        final OperationFuture<?> refused = OperationFuture.of(aio.io, "socket", future -> AsyncIo.BACK_PRESSURED);
        assertThatIllegalArgumentException().isThrownBy(() -> refused.orTimeout(-1L, TimeUnit.SECONDS));
        aio.io.cancel(id);
        aio.runOne();
        assertNothingLeft();
    }
}
