package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.aio.ReceiveFixture.Way;
import dev.sluice.containers.Priority;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Receives into blocks that are taken when bytes come, on the real kernel in each of the ways there are. */
@Tag("kernel-ring")
class ReceiveBuffersIT {
    private static final int BLOCK_BYTES = ReceiveFixture.BLOCK_BYTES;

    @TempDir
    Path directory;

    private ReceiveFixture fixture;
    private AioFixture aio;

    private void open(Way way, boolean unix) {
        fixture = new ReceiveFixture(way, unix ? directory : null);
        aio = fixture.aio;
    }

    private void open(Way way) {
        open(way, false);
    }

    @AfterEach
    void close() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PICKED_BY_THE_KERNEL, false",
        "PICKED_BY_THE_KERNEL, true",
        "POLLED, false",
        "POLLED, true",
        "EMULATED, false",
        "EMULATED, true"
    })
    void shouldHandOutWhatComesUntilTheStreamEnds(Way way, boolean unix) throws IOException {
        open(way, unix);
        final ReceiveBuffers pool = fixture.newBuffers(4);
        final Connection connection = fixture.receive(aio.urgent, "connection", pool);

        for (int i = 1; i <= 10; i++) {
            connection.send(100 * i);
            final List<Seen> events = fixture.consume(1);
            assertThat(events.get(0).result()).isEqualTo(100 * i);
            assertThat(events.get(0).flags()).isEqualTo(CqeFlags.F_MORE);
        }
        connection.peer.shutdownOutput();

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, 0, 0));
        assertThat(aio.urgent.usage().socketBytes()).isEqualTo(5_500);
        fixture.finish();
    }

    /** A multishot receive from a Unix socket loses it on Linux 6.18. */
    @ParameterizedTest
    @CsvSource({
        "PICKED_BY_THE_KERNEL, false",
        "PICKED_BY_THE_KERNEL, true",
        "POLLED, false",
        "POLLED, true",
        "EMULATED, false",
        "EMULATED, true"
    })
    void shouldSeeTheEndThatCameTogetherWithTheLastBytes(Way way, boolean unix) throws IOException {
        open(way, unix);
        final Connection connection = fixture.connect(aio.urgent, "connection");
        connection.send(100);
        connection.peer.shutdownOutput();

        connection.socket.receiveInto(fixture.newBuffers(4));

        assertThat(fixture.consume(2)).extracting(Seen::result).containsExactly(100, 0);
        fixture.finish();
    }

    /** Rule: exhaustion is back-pressure; the application sees no error, and nothing is lost. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldStopWhileAllBlocksAreHeldAndGoOnWhenOneIsGivenBack(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(2);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        final int sent = connection.send(5 * BLOCK_BYTES + 10);
        final List<Seen> first = aio.run(2);
        final IoBuffer kept = connection.check(first.get(0));
        IoBuffer turning = connection.check(first.get(1));

        aio.expectSilence(20_000_000L);
        assertThat(pool.heldCount()).isEqualTo(2);
        assertThat(pool.waitingCount()).isEqualTo(1);
        assertThat(pool.longestHeld(5))
                .hasSize(2)
                .allMatch(block -> block.holder() == aio.normal && block.heldNs() >= 10_000_000L);

        while (connection.received < sent) { // all of the rest through one block
            turning.release();
            turning = connection.check(aio.runOne());
            aio.expectSilence(1_000_000L);
        }
        turning.release();
        kept.release();
        fixture.finish();
    }

    /** Rule: what a postponed class has pending is bounded, and nobody else suffers from it. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldBoundWhatAPostponedClassHasPending(Way way) throws IOException {
        open(way);
        final ReceiveBuffers postponed = fixture.newBuffers(4);
        final Connection slow = fixture.receive(aio.bulk, "slow", postponed);
        final Connection fast = fixture.receive(aio.urgent, "fast", fixture.newBuffers(1));
        final int sent = slow.send(10 * BLOCK_BYTES);
        fixture.reapUntilWaiting(postponed, 1);

        for (int i = 0; i < 20; i++) {
            fast.send(BLOCK_BYTES);
            aio.seen.clear();
            while (aio.seen.isEmpty()) {
                aio.collect(aio.events.dequeueNextEvents(1, Priority.NORMAL, AioFixture.LIMIT_NS));
            }
            fast.checkAndRelease(aio.seen.get(0));
            assertThat(aio.events.counters().signalled()).isLessThanOrEqualTo(4);
        }
        while (slow.received < sent || fast.received < 20 * BLOCK_BYTES) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    /** Rule: blocks go to those who wait by band, then by arrival, one each while others wait. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldGiveBlocksByBandThenByArrival(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final IoBuffer only = takeTheOnlyBlock(pool);
        final List<String> names = List.of("bulk", "normal-b", "normal-a", "urgent");
        for (int i = 0; i < names.size(); i++) {
            final String name = names.get(i);
            fixture.receive(
                            name.equals("bulk") ? aio.bulk : name.equals("urgent") ? aio.urgent : aio.normal,
                            name,
                            pool)
                    .send(2 * BLOCK_BYTES);
            fixture.reapUntilWaiting(pool, i + 1);
        }

        only.release();
        final List<Object> order = new ArrayList<>();
        for (int i = 0; i < 2 * names.size(); i++) {
            final Seen event = fixture.consume(1).get(0);
            assertThat(event.result()).isEqualTo(BLOCK_BYTES);
            order.add(event.attachment());
        }

        assertThat(order)
                .containsExactly("urgent", "urgent", "normal-b", "normal-a", "normal-b", "normal-a", "bulk", "bulk");
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldLetThoseWaitWhoseClassWasPostponedMeanwhile(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final IoBuffer only = takeTheOnlyBlock(pool);
        fixture.receive(aio.urgent, "urgent", pool).send(10);
        fixture.reapUntilWaiting(pool, 1);
        fixture.receive(aio.normal, "normal", pool).send(10);
        fixture.reapUntilWaiting(pool, 2);

        aio.urgent.setPriority(Priority.LOW);
        only.release();

        assertThat(fixture.consume(1).get(0).attachment()).isEqualTo("normal");
        assertThat(fixture.consume(1).get(0).attachment()).isEqualTo("urgent");
        fixture.finish();
    }

    /** Of a connection that does not receive any more. */
    private IoBuffer takeTheOnlyBlock(ReceiveBuffers pool) throws IOException {
        final Connection holder = fixture.receive(aio.normal, "holder", pool);
        holder.send(10);
        final IoBuffer only = holder.check(aio.runOne());
        aio.io.cancel(holder.id);
        assertThat(aio.runOne()).isEqualTo(new Seen("holder", Opcode.RECV, -Errno.ECANCELED, 0));
        return only;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldEndOnceWhenCancelledAndLoseNothing(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        assertThat(aio.io.cancel(connection.id)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0));
        assertThat(aio.io.cancel(connection.id)).isFalse();

        connection.id = connection.socket.receiveInto(pool);
        final int sent = connection.send(3 * BLOCK_BYTES);
        final IoBuffer block = connection.check(aio.runOne());
        fixture.reapUntilWaiting(pool, 1);
        assertThat(aio.io.cancel(connection.id))
                .as("while it waits for a block")
                .isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0));
        assertThat(pool.waitingCount()).isZero();

        block.release();
        connection.socket.receiveInto(pool);
        while (connection.received < sent) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldEndByItsDeadline(Way way) throws IOException {
        open(way);
        final Connection connection = fixture.receive(aio.normal, "connection", fixture.newBuffers(1));

        aio.io.cancelAfter(connection.id, 1_000_000L);

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ETIME, 0));
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldHandOutWhatWasReceivedBeforeTheClose(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(2);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(5 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);

        connection.socket.close();

        final List<Seen> events = fixture.consume(4);
        assertThat(events.subList(0, 2)).allMatch(event -> event.result() == BLOCK_BYTES);
        assertThat(events.subList(2, 4))
                .containsExactly(
                        new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0),
                        new Seen("connection", Opcode.CLOSE, 0, 0));
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSayThatThePeerHasReset(Way way) throws IOException {
        open(way);
        final Connection connection = fixture.receive(aio.normal, "connection", fixture.newBuffers(2));
        connection.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.peer.close();

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECONNRESET, 0));
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSendABlockOnAsItCame(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(1_000);
        final IoBuffer block = connection.check(aio.runOne());

        connection.socket.send(block);
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.SEND, 1_000, 0));
        block.release();

        connection.peer.configureBlocking(true);
        final ByteBuffer echo = ByteBuffer.allocate(1_000);
        while (echo.hasRemaining()) {
            connection.peer.read(echo);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(echo.get(i)).isEqualTo(ReceiveFixture.byteAt(i));
        }
        fixture.finish();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldCloseTheQueueWithBlocksEverywhere(Way way) throws IOException {
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(2);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(3 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);
        aio.collect(aio.events.dequeueNextEvents(1, Priority.IDLE, 0L));
        final IoBuffer handedOut = connection.check(aio.seen.get(0));
        assertThat(pool.heldCount()).isEqualTo(2);

        aio.close();

        assertThat(pool.heldCount()).as("the application's").isEqualTo(1);
        assertThat(handedOut.bytes().get(1)).as("its memory is still there").isEqualTo(ReceiveFixture.byteAt(1));
        handedOut.release();
    }

    /**
     * Goal: every byte is handed out once and in order, whoever holds what for how long. Method: many connections of three
     * classes on a few blocks; bytes are sent, blocks given back and receives cancelled at random. Replay: -Dseed=N.
     */
    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldLoseNothingWhateverIsHeldAndCancelled(Way way) throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ReceiveBuffersIT: -Dseed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        open(way);
        final ReceiveBuffers pool = fixture.newBuffers(4);
        final List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            connections.add(fixture.receive(
                    i % 3 == 0 ? aio.urgent : i % 3 == 1 ? aio.normal : aio.bulk, "connection " + i, pool));
        }
        final ArrayDeque<IoBuffer> held = new ArrayDeque<>();
        for (int step = 0; step < 4_000; step++) {
            final Connection connection = connections.get(random.nextInt(connections.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> connection.send(1 + random.nextInt(3 * BLOCK_BYTES));
                case 3 -> aio.io.cancel(connection.id);
                case 4 -> {
                    if (!held.isEmpty()) {
                        (random.nextBoolean() ? held.pollFirst() : held.pollLast()).release();
                    }
                }
                default -> handOut(random.nextInt(5), pool, held, random.nextBoolean());
            }
            assertThat(pool.heldCount()).isLessThanOrEqualTo(4);
        }
        held.forEach(IoBuffer::release);
        held.clear();
        final long startNs = System.nanoTime();
        while (connections.stream().anyMatch(connection -> connection.received < connection.sent)) {
            handOut(64, pool, held, false);
            assertThat(System.nanoTime() - startNs)
                    .as("seed %d: waiting %d, held %d", seed, pool.waitingCount(), pool.heldCount())
                    .isLessThan(AioFixture.LIMIT_NS);
        }
        fixture.finish();
    }

    /** Keeps the blocks if {@code hold}; a receive that ended is started again. */
    private void handOut(int most, ReceiveBuffers pool, ArrayDeque<IoBuffer> held, boolean hold) {
        aio.seen.clear();
        aio.collect(aio.events.dequeueNextEvents(most + 1, Priority.IDLE, 0L));
        for (final Seen event : aio.seen) {
            final Connection connection = fixture.named(event.attachment());
            if (event.message() == null) {
                assertThat(event.result()).isEqualTo(-Errno.ECANCELED);
                connection.id = connection.socket.receiveInto(pool);
            } else if (hold) {
                held.add(connection.check(event));
            } else {
                connection.checkAndRelease(event);
            }
        }
    }

    @Test
    void shouldRefuseMisuse() throws IOException {
        open(Way.POLLED);
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(1);
        final IoBuffer block = connection.check(aio.runOne());
        block.release();
        assertThatIllegalStateException().isThrownBy(block::release).withMessageContaining("released twice");
        try (AioFixture other = new AioFixture()) {
            final ReceiveBuffers its = other.io.newReceiveBuffers(1, BLOCK_BYTES);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> connection.socket.receiveInto(its))
                    .withMessageContaining("another queue's");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> aio.io.newSocket().receiveInto(pool))
                .withMessageContaining("not open");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(3, BLOCK_BYTES))
                .withMessageContaining("count=3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(2, 100))
                .withMessageContaining("blockBytes=100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(32_768, 65_536))
                .withMessageContaining("at most 1073741824");
        assertThat(pool.count()).isEqualTo(1);
        assertThat(pool.blockBytes()).isEqualTo(BLOCK_BYTES);
        fixture.finish();
    }
}
