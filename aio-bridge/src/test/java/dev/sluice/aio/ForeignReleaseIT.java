// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Buffers that other threads give back. */
class ForeignReleaseIT extends FileTests {
    /** The arena has three blocks of the size that is asked for: the queue waits for those that other threads have. */
    @Test
    void shouldBeWokenByBuffersThatTheThreadsOfFuturesGiveBack() throws Exception {
        final byte[] content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), 8_192));
        final AtomicInteger spoilt = new AtomicInteger();
        final List<CompletableFuture<?>> done = new ArrayList<>();
        final AsyncIoOptions tight = AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES, 0L);
        try (AioFixture small = new AioFixture(tight)) {
            final AsyncFile file = small.open(root, "file", OpenOptions.READ);
            final IoBuffer rest = small.io.arena().tryLease(1);
            for (int i = 0; i < 2_000; i++) {
                final int position = 4_096 * (i % 2);
                final IoBuffer buffer = leaseWaiting(small, 64 * 1024);
                buffer.bytes().limit(4_096);
                done.add(OperationFuture.of(
                                small.io, "file", future -> file.read(buffer, position, small.normal, future))
                        .whenCompleteAsync((result, failure) -> {
                            final byte[] read = new byte[4_096];
                            buffer.bytes().flip().get(read);
                            if (!Arrays.equals(read, Arrays.copyOfRange(content, position, position + 4_096))) {
                                spoilt.incrementAndGet();
                            }
                            buffer.releaseLater();
                        }));
                handOut(small, 0L);
            }
            small.runUntil(() -> {
                handOut(small, 1_000_000L);
                return done.stream().allMatch(CompletableFuture::isDone)
                        && small.io.arena().leasedCount() == 1;
            });
            rest.release();
        }
        assertThat(spoilt).hasValue(0);
        assertThat(done).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    private static IoBuffer leaseWaiting(AioFixture fixture, int bytes) {
        final long startNs = System.nanoTime();
        IoBuffer buffer = fixture.io.arena().tryLease(bytes);
        while (buffer == null) {
            assertThat(System.nanoTime() - startNs).as("not woken").isLessThan(AioFixture.LIMIT_NS);
            handOut(fixture, AioFixture.LIMIT_NS);
            buffer = fixture.io.arena().tryLease(bytes);
        }
        return buffer;
    }

    private static void handOut(AioFixture fixture, long timeoutNs) {
        final EventBatch batch = fixture.events.dequeueNextEvents(64, Priority.IDLE, timeoutNs);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            OperationFuture.complete(event);
        }
    }
}
