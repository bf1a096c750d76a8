// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.containers.Priority;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Fewer blocks than bytes that come: who waits, who goes first, and that nothing is lost. */
class ReceiveBackPressureIT extends ReceiveTests {
    /** Rule: exhaustion is back-pressure; the application sees no error, and nothing is lost. */
    @Test
    void shouldStopWhileAllBlocksAreHeldAndGoOnWhenOneIsGivenBack() throws IOException {
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
    @Test
    void shouldBoundWhatAPostponedClassHasPending() throws IOException {
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
    @Test
    void shouldGiveBlocksByBandThenByArrival() throws IOException {
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

    @Test
    void shouldLetThoseWaitWhoseClassWasPostponedMeanwhile() throws IOException {
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

    /**
     * Goal: every byte is handed out once and in order, whoever holds what for how long. Method: many connections of three
     * classes on a few blocks; bytes are sent, blocks given back and receives cancelled at random. Replay: -Dseed=N.
     */
    @Test
    void shouldLoseNothingWhateverIsHeldAndCancelled() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ReceiveBackPressureIT: -Dseed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
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
}
