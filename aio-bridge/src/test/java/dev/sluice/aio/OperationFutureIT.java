// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventLoop;
import dev.sluice.events.EventLoopOptions;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.call.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Operations as futures. */
class OperationFutureIT extends FileTests {
    private static final int FEW_OPERATIONS = 16;

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

    /** One of a future, and one of something else. */
    private void handOutBoth() {
        int others = 0;
        for (int handed = 0; handed < 2; ) {
            final EventBatch batch = aio.events.dequeueNextEvents(8, Priority.IDLE, AioFixture.LIMIT_NS);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                others += OperationFuture.complete(event) ? 0 : 1;
                handed++;
            }
        }
        assertThat(others).isEqualTo(1);
    }

    @Test
    void shouldCompleteWithTheResultsOfAChain() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1_000);
        final AsyncFile file = aio.io.newFile();
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);

        final OperationFuture<Integer> opened =
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
        final OperationFuture<Integer> missing = OperationFuture.of(
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
        final EventQueue small = EventQueue.open(EventQueueOptions.defaults().withMaxOperations(FEW_OPERATIONS));
        try (AioFixture full = new AioFixture(small, AsyncIoOptions.defaults())) {
            final Allowance one = full.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
            one.tryTake(1L, full.normal);
            while (one.take(1L, full.normal, "waits") != AsyncIo.BACK_PRESSURED) {
                assertThat(one.waiting()).isLessThanOrEqualTo(FEW_OPERATIONS);
            }

            final OperationFuture<Integer> refused =
                    OperationFuture.of(full.io, "x", f -> full.io.paths().unlink(root, "x", full.normal, f));

            assertThatThrownBy(refused::get)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EAGAIN");
            assertThat(refused.cancel(true)).isFalse();
        }
    }

    @Test
    void shouldBeCompletedByNothingButItsEvent() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        final OperationFuture<Integer> received =
                OperationFuture.of(aio.io, "socket", f -> socket.receive(buffer, aio.normal, f));

        assertThat(received.complete(1)).isFalse();
        assertThat(received.completeExceptionally(new IOException())).isFalse();
        assertThatThrownBy(() -> assertThat(received.completeAsync(() -> 1)).isNull())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> assertThat(received.completeAsync(() -> 1, Runnable::run))
                        .isNull())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> assertThat(received.completeOnTimeout(1, 0L, TimeUnit.SECONDS))
                        .isNull())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> received.obtrudeValue(1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> received.obtrudeException(new IOException()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(received).isNotDone();
        socket.close();
        handOutBoth();
        assertThat(received).isCompletedExceptionally();
        buffer.release();
        Descriptors.close(pair[1]);
    }

    @Test
    void shouldKeepTheDescriptorsThatCameWithAMessage() throws Exception {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final AsyncSocket peer = aio.adopt(pair[1], "peer");
        final IoBuffer[] buffers = {aio.io.arena().tryLease(10), aio.io.arena().tryLease(10)};
        final int sent = Descriptors.eventFd();
        final OperationFuture<Integer> received = OperationFuture.of(
                aio.io, "socket", f -> socket.receiveMessage(new IoBuffer[] {buffers[0]}, 1, 2, aio.normal, f));

        peer.sendMessage(new IoBuffer[] {buffers[1]}, 1, new int[] {sent}, 1, aio.normal, "sent");
        handOutBoth();
        aio.expectSilence(1_000_000L);

        final ReceivedDescriptors descriptors = (ReceivedDescriptors) received.message();
        assertThat(received.get()).isEqualTo(buffers[1].capacityBytes());
        Descriptors.close(descriptors.take(0));
        Descriptors.close(sent);
        buffers[0].release();
        buffers[1].release();
    }

    /** Cancelled is not done: the buffer is the kernel's until the event. */
    @Test
    void shouldStayIncompleteWhenCancelledUntilTheEvent() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        final OperationFuture<Integer> received =
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

    @Test
    void shouldFailWhenTheQueueIsClosedBeforeTheEvent() {
        final int[] pair = Descriptors.socketPair();
        try (AioFixture closing = new AioFixture()) {
            final AsyncSocket socket = closing.adopt(pair[0], "socket");
            final IoBuffer buffer = closing.io.arena().tryLease(10);
            final OperationFuture<Integer> received =
                    OperationFuture.of(closing.io, "socket", f -> socket.receive(buffer, closing.normal, f));

            closing.events.close();

            assertThatThrownBy(received::get)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the queue was closed")
                    .hasMessageContaining("socket");
            assertThat(received.cancel(true)).isFalse();
        }
        Descriptors.close(pair[1]);
    }

    @Test
    void shouldHaveWhatTheEventBroughtBesideItsResult() throws Exception {
        AioFixture.writeFile(directory.resolve("listed"), 1);
        final OperationFuture<Integer> listing = OperationFuture.of(
                aio.io, ".", f -> aio.io.blockingWork().list(root, ".", DirectoryPage.BEGIN, aio.normal, f));
        final OperationFuture<Integer> job =
                OperationFuture.of(aio.io, "job", f -> aio.io.blockingWork().call(() -> "value", aio.normal, f));
        assertThat(listing.message()).isNull();
        handOut(2);

        assertThat(listing.get()).isZero();
        assertThat(listing.message())
                .isInstanceOfSatisfying(
                        DirectoryPage.class,
                        page -> assertThat(page.entries())
                                .anySatisfy(
                                        entry -> assertThat(entry.toString()).contains("listed")));
        assertThat(job.message()).isEqualTo("value");
    }

    @Test
    void shouldFailWithWhatAJobHasThrown() {
        final IOException thrown = new IOException("the backend answers nonsense");
        final OperationFuture<Integer> job = OperationFuture.of(
                aio.io,
                "job",
                f -> aio.io
                        .blockingWork()
                        .call(
                                () -> {
                                    throw thrown;
                                },
                                aio.normal,
                                f));
        handOut(1);

        assertThatThrownBy(job::get).cause().isSameAs(thrown);
    }

    /** A time-out is an end that is asked for: until the event the buffer is the kernel's. */
    @Test
    void shouldStayIncompleteAfterATimeOutUntilTheEvent() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        final OperationFuture<Integer> received =
                OperationFuture.of(aio.io, "socket", f -> socket.receive(buffer, aio.normal, f));

        assertThat(received.orTimeout(1L, TimeUnit.NANOSECONDS)).isSameAs(received);
        assertThat(received.complete(1)).isFalse();
        assertThat(received.completeExceptionally(new IOException("elsewhere"))).isFalse();
        assertThatThrownBy(() -> received.completeOnTimeout(0, 1L, TimeUnit.NANOSECONDS))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(received).isNotDone();
        handOut(1);

        assertThatThrownBy(received::get)
                .cause()
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("ETIME");
        buffer.release();
        socket.close();
        aio.runOne();
        Descriptors.close(pair[1]);
        aio.assertNothingLeft();
    }

    @Test
    void shouldGiveTheBlockBackAndFailWhenTheOperationHasManyEvents() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final AsyncSocket peer = aio.adopt(pair[1], "peer");
        final ReceiveBuffers blocks = aio.io.newReceiveBuffers(4, 4096);
        final OperationFuture<Integer> received =
                OperationFuture.of(aio.io, "socket", f -> socket.receiveInto(blocks, aio.normal, f));
        final IoBuffer text = aio.io.arena().tryLease(10);
        final OperationFuture<Integer> sent = OperationFuture.of(aio.io, "peer", f -> peer.send(text, aio.normal, f));
        handOut(3);

        assertThat(sent).isCompletedWithValue(text.bytes().position());
        assertThatThrownBy(received::get)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("many events");
        assertThat(blocks.heldCount()).isZero();
        text.release();
        socket.close();
        peer.close();
        aio.runUntil(() -> aio.seen.size() == 2);
        aio.assertNothingLeft();
    }

    @Test
    void shouldCompleteWithTheMessageOrWhatIsMadeOfTheEvent() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1_000);
        final FileStatus status = new FileStatus();
        final OperationFuture<FileStatus> asked = OperationFuture.of(
                aio.io, "file", f -> aio.io.paths().statx(root, "file", true, status, aio.normal, f), event -> status);
        final OperationFuture<DirectoryPage> page = OperationFuture.ofMessage(
                aio.io,
                "directory",
                DirectoryPage.class,
                f -> aio.io.blockingWork().list(root, ".", DirectoryPage.BEGIN, aio.normal, f));
        handOut(2);

        assertThat(asked.get().sizeBytes()).isEqualTo(1_000L);
        assertThat(page.get().entries()).hasSize(1);
    }

    @Test
    void shouldCompleteWithAConnectedSocket() throws Exception {
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, aio.normal, "listener");
        final AsyncSocket socket = aio.io.newSocket();
        final OperationFuture<AsyncSocket> connected = OperationFuture.of(
                aio.io, "peer", f -> socket.connect(listener.localAddress(), aio.normal, f), event -> socket);
        handOut(1);
        assertThat(connected.get().isOpen()).isTrue();
        socket.discard();
        listener.discard();
    }

    @Test
    void shouldFailWithWhatTheOutcomeThrowsAndWithAMessageOfAnotherType() {
        final OperationFuture<Object> failed =
                OperationFuture.of(aio.io, "job", f -> aio.io.blockingWork().call(() -> 1, aio.normal, f), event -> {
                    throw new IllegalStateException("no outcome");
                });
        final OperationFuture<String> other = OperationFuture.ofMessage(
                aio.io, "job", String.class, f -> aio.io.blockingWork().call(() -> 1, aio.normal, f));
        handOut(2);
        assertThatThrownBy(failed::get).cause().hasMessage("no outcome");
        assertThatThrownBy(other::get).cause().isInstanceOf(ClassCastException.class);
    }

    @Test
    void shouldBeCompletedByALoopThatKnowsNothingOfFutures() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 1_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer buffer = aio.io.arena().tryLease(4_096);
        final EventLoop loop = new EventLoop(aio.events, EventLoopOptions.defaults());
        final OperationFuture<Integer> read =
                OperationFuture.of(aio.io, "file", f -> file.handledBy(f).read(buffer, 0L));
        final CompletableFuture<Void> stopped = read.thenRun(loop::stop);

        loop.run();

        assertThat(stopped).isCompleted();
        assertThat(read.get()).isEqualTo(1_000);
        buffer.release();
    }
}
