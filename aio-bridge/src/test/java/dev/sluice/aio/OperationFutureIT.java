package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.Descriptors;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Operations as futures. */
class OperationFutureIT extends FileTests {

    @Override
    AioFixture newFixture() {
        return new AioFixture(AsyncIoOptions.defaults().withArenaBytes(256 * 1024));
    }

    private void handOut(int count) {
        for (int handed = 0; handed < count; ) {
            final EventBatch batch = aio.events.dequeueNextEvents(8, Priority.IDLE, AioFixture.LIMIT_NS);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                assertThat(OperationFuture.complete(event)).as(event.toString()).isTrue();
                handed++;
            }
        }
    }

    @Test
    void shouldCompleteWithTheResultsOfAChain() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1_000);
        final AsyncFile file = aio.io.newFile();
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);

        final OperationFuture opened =
                OperationFuture.of(aio.io, "file", f -> file.open(root, "file", OpenOptions.READ, aio.normal, f));
        final var chain = opened.thenCompose(
                fd -> OperationFuture.of(aio.io, "file", f -> file.readFully(buffer, 0L, aio.normal, f)));
        assertThat(opened).isNotDone();
        handOut(2);

        assertThat(chain).isCompletedWithValue(1_000);
        assertThat(buffer.bytes().position()).isEqualTo(1_000);
        buffer.release();
        file.declareInterest(aio.normal, "close");
        file.close();
        aio.runOne();
        aio.assertNothingLeft();
    }

    @Test
    void shouldFailWithTheExceptionThatTheJdkWouldThrow() {
        final OperationFuture missing = OperationFuture.of(
                aio.io, "a/missing", f -> aio.io.newFile().open(root, "missing", OpenOptions.READ, aio.normal, f));
        handOut(1);

        assertThatThrownBy(missing::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("OPENAT2(\"a/missing\") failed: ENOENT (2)");
    }

    @Test
    void shouldFailWhenNothingWasStarted() {
        final IoBuffer all = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);
        final OperationFuture refused =
                OperationFuture.of(aio.io, "x", f -> aio.io.paths().unlink(root, "x", aio.normal, f));

        assertThatThrownBy(refused::get).cause().isInstanceOf(IOException.class).hasMessageContaining("EAGAIN");
        assertThat(refused.cancel(true)).isFalse();
        all.release();
        aio.assertNothingLeft();
    }

    /** Cancelled is not done: the buffer is the kernel's until the event. */
    @Test
    void shouldStayIncompleteWhenCancelledUntilTheEvent() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        final OperationFuture received =
                OperationFuture.of(aio.io, "socket", f -> socket.receive(buffer, aio.normal, f));

        assertThat(received.cancel(true)).isTrue();
        assertThat(received).isNotDone();
        handOut(1);

        assertThatThrownBy(received::get)
                .cause()
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("ECANCELED");
        assertThat(received.cancel(true)).isFalse();
        buffer.release();
        socket.close();
        aio.runOne();
        Descriptors.close(pair[1]);
        aio.assertNothingLeft();
    }

    @Test
    void shouldLeaveEventsOfOthersAlone() {
        aio.io.paths().statx(root, ".", true, new FileStatus(), aio.normal, "other");
        final EventBatch batch = aio.events.dequeueNextEvents(8, Priority.IDLE, AioFixture.LIMIT_NS);
        assertThat(OperationFuture.complete(batch.next())).isFalse();
    }
}
