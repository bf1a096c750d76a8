// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receives into blocks take their turns in the order of containers and within their limits, as everything else that waits does. */
class ReceiveLimitIT extends ReceiveTests {
    /** Rule: a limit bounds a container with its descendants; who is kept back by it holds up nobody else. */
    @Test
    void shouldSetAsideWhoseContainerHasAsMuchAsItMayAndServeTheOthers() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(8);
        aio.urgent.setLimit(Resource.BUFFER_BYTES, 2 * BLOCK_BYTES);
        final Connection one = fixture.receive(aio.urgent.child("one"), "one", pool);
        final Connection two = fixture.receive(aio.urgent.child("two"), "two", pool);
        final Connection other = fixture.receive(aio.bulk, "other", pool);
        final int sent = one.send(4 * BLOCK_BYTES);
        two.send(BLOCK_BYTES);
        final List<IoBuffer> held = new ArrayList<>();
        for (final Seen event : aio.run(2)) {
            held.add(fixture.named(event.attachment()).check(event));
        }
        aio.expectSilence(20_000_000L);
        assertThat(aio.urgent.inUse(Resource.BUFFER_BYTES)).isEqualTo(2L * BLOCK_BYTES);
        assertThat(pool.heldCount()).isEqualTo(2);
        assertThat(pool.waitingCount()).isPositive();

        other.send(3 * BLOCK_BYTES);
        while (other.received < 3 * BLOCK_BYTES) {
            assertThat(fixture.consume(1).get(0).attachment()).isEqualTo("other");
        }

        held.forEach(IoBuffer::release);
        while (one.received + two.received < sent + BLOCK_BYTES) {
            fixture.consume(1);
            assertThat(aio.urgent.inUse(Resource.BUFFER_BYTES)).isLessThanOrEqualTo(2L * BLOCK_BYTES);
        }
        assertThat(aio.root.inUse(Resource.BUFFER_BYTES)).isZero();
        fixture.finish();
    }

    @Test
    void shouldCountBlocksAndLeasesTogether() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(4);
        aio.normal.setLimit(Resource.BUFFER_BYTES, 2 * BLOCK_BYTES);
        final IoBuffer first = aio.io.arena().tryLease(BLOCK_BYTES, aio.normal);
        final IoBuffer second = aio.io.arena().tryLease(BLOCK_BYTES, aio.normal);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(2 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);
        aio.expectSilence(5_000_000L);

        first.release();
        final IoBuffer received = connection.check(aio.runOne());
        aio.expectSilence(5_000_000L);
        assertThat(aio.io.arena().tryLease(1, aio.normal)).isNull();
        received.release();
        connection.checkAndRelease(aio.runOne());
        second.release();
        fixture.finish();
    }

    /** Of a receive that the kernel carries on by itself, too. */
    @Test
    void shouldKeepALimitThatIsSetWhileItReceives() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(8);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(BLOCK_BYTES);
        fixture.consume(1);

        aio.normal.setLimit(Resource.BUFFER_BYTES, 2 * BLOCK_BYTES);
        connection.send(100);
        while (connection.received < connection.sent) { // tells it of the limit
            fixture.consume(1);
        }
        aio.expectSilence(5_000_000L);
        connection.send(6 * BLOCK_BYTES);
        final List<IoBuffer> held = new ArrayList<>();
        for (final Seen event : aio.run(2)) {
            held.add(connection.check(event));
        }
        aio.expectSilence(20_000_000L);
        assertThat(pool.heldCount()).isEqualTo(2);

        aio.normal.setLimit(Resource.BUFFER_BYTES, ResourceContainer.NO_LIMIT);
        for (final Seen event : aio.run(1)) { // or as many as come at once
            held.add(connection.check(event));
        }
        held.forEach(IoBuffer::release);
        while (connection.received < connection.sent) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    /** Of all lines: what a container's limit keeps back after that has its turn as ever. */
    @Test
    void shouldForgetWhoIsCancelledWhileItWaitsForABlock() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection waits = fixture.receive(aio.normal, "waits", pool);
        waits.send(2 * BLOCK_BYTES);
        final IoBuffer only = waits.check(aio.runOne());
        fixture.reapUntilWaiting(pool, 1);
        cancel(waits);
        only.release();
        assertThat(pool.waitingCount()).isZero();
        assertThat(aio.io.descriptors().waiting()).isZero();

        aio.urgent.setLimit(Resource.BUFFER_BYTES, BLOCK_BYTES);
        final IoBuffer leased = aio.io.arena().tryLease(BLOCK_BYTES, aio.urgent);
        final Connection keptBack = fixture.receive(aio.urgent, "keptBack", pool);
        keptBack.send(BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);
        cancel(keptBack);
        assertThat(pool.waitingCount()).isZero();
        assertThat(aio.io.descriptors().waiting()).isZero();

        aio.io.arena().lease(BLOCK_BYTES, aio.urgent, "lease");
        aio.expectSilence(5_000_000L);
        leased.release();
        final Seen granted = aio.runOne();
        assertThat(granted.attachment()).isEqualTo("lease");
        ((IoBuffer) granted.message()).release();

        waits.id = waits.socket.receiveInto(pool);
        keptBack.id = keptBack.socket.receiveInto(pool);
        while (waits.received + keptBack.received < 3 * BLOCK_BYTES) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    private void cancel(Connection connection) {
        assertThat(aio.io.cancel(connection.id)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen(connection.name, Opcode.RECV, -Errno.ECANCELED, 0));
    }

    /** Rule: within a band who has used least for its share goes first, not who was first or has most connections. */
    @Test
    void shouldServeContainersOfOneBandByTheirShares() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final ResourceContainer many = aio.normal.child("many");
        final ResourceContainer few = aio.normal.child("few");
        final Connection holder = fixture.receive(aio.bulk, "holder", pool);
        holder.send(10);
        final IoBuffer only = holder.check(aio.runOne());
        final int connections = 6;
        for (int i = 0; i < connections; i++) {
            fixture.receive(many, "many " + i, pool).send(2 * BLOCK_BYTES);
            fixture.reapUntilWaiting(pool, i + 1);
        }
        fixture.receive(few, "few", pool).send(2 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, connections + 1);

        only.release();
        final List<Object> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(fixture.consume(1).get(0).attachment());
        }
        assertThat(first).filteredOn("few"::equals).hasSize(2);
        while (aio.seen.size() < 1 + 2 * (connections + 1)) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    @Test
    void shouldGoOnWhenAnotherThreadGivesABlockBack() throws Exception {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(2 * BLOCK_BYTES);
        final IoBuffer block = connection.check(aio.runOne());
        fixture.reapUntilWaiting(pool, 1);

        final Thread other = new Thread(block::releaseLater, "other");
        other.start();

        final long startNs = System.nanoTime();
        connection.checkAndRelease(aio.runOne());
        assertThat(System.nanoTime() - startNs).isLessThan(AioFixture.LIMIT_NS / 2);
        other.join();
        fixture.finish();
    }
}
