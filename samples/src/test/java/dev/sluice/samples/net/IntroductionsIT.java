// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.call.Descriptors;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Balancers that say nothing, by a clock that the test sets: for how long they are awaited, and who leaves for whom. */
class IntroductionsIT {
    private static final InetSocketAddress BALANCER = new InetSocketAddress("127.0.1.1", 1);

    private final EventQueue events = EventQueue.open();
    private final AsyncIo io = AsyncIo.on(events, AsyncIoOptions.defaults().withDescriptors(32L, 0L));
    private final ResourceContainer server = ResourceContainer.root("server");
    private final ClientClasses classes =
            new ClientClasses(server, List.of(), new Trust(List.of(Cidr.parse(BALANCER.getHostString())), List.of()));
    private final long startNs = events.nanoTime();
    private long clockNs = startNs;
    private final Door door = new Door(
            events,
            io,
            io.newAllowance(Resource.CONNECTIONS, 10L, 0L),
            classes,
            server,
            (socket, peer, place) -> null,
            () -> clockNs);
    private final Introductions introductions = new Introductions(events, door, classes, server);
    private final List<Integer> balancers = new ArrayList<>();

    @AfterEach
    void close() {
        introductions.close();
        while (!introductions.isIdle()) {
            handleEvents();
        }
        assertThat(io.openDescriptors()).isZero();
        assertThat(io.arena().leasedCount()).isZero();
        events.close();
        balancers.forEach(Descriptors::close);
    }

    private void handleEvents() {
        final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, 5_000_000_000L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            ((EventHandler) event.attachment()).handle(event);
        }
    }

    private void come(int count) {
        for (int i = 0; i < count; i++) {
            final int[] pair = Descriptors.socketPair();
            balancers.add(pair[1]);
            introductions.add(BALANCER, pair[0]);
        }
    }

    private void turnAt(long sinceStartNs) {
        clockNs = startNs + sinceStartNs;
        introductions.betweenTurns();
    }

    @Test
    void shouldKeepRoomForWhoIsNewAndNoneForWhoIsSlow() {
        come(Introductions.FEWEST);
        turnAt(Introductions.PATIENCE_NS - 1L);
        assertThat(introductions.fresh()).isEqualTo(Introductions.FEWEST);
        assertThat(introductions.roomForMore()).isZero();

        turnAt(Introductions.PATIENCE_NS);
        assertThat(introductions.fresh()).isZero();
        assertThat(introductions.roomForMore()).isEqualTo(Introductions.FEWEST);
        assertThat(introductions.refused).isZero();
    }

    @Test
    void shouldHaveTheSlowestLeaveWhenThereIsNoRoomForAnother() {
        come(Introductions.FEWEST - 1);
        turnAt(Introductions.PATIENCE_NS);
        come(1);
        assertThat(introductions.refused).isZero();

        come(2);
        assertThat(introductions.refused).isEqualTo(2L);
        assertThat(introductions.fresh()).isEqualTo(3);
        turnAt(Introductions.LIMIT_NS);
        assertThat(introductions.refused).as("the one that was slow").isEqualTo(3L);
    }

    @Test
    void shouldCloseWhoSaysNothingForTooLong() {
        come(2);
        turnAt(Introductions.LIMIT_NS - 1L);
        come(1);
        assertThat(introductions.refused).isZero();

        turnAt(Introductions.LIMIT_NS);
        assertThat(introductions.refused).isEqualTo(2L);
        assertThat(introductions.isIdle()).isFalse();
        while (io.openDescriptors() > 1L) {
            handleEvents();
        }
        turnAt(2L * Introductions.LIMIT_NS);
        assertThat(introductions.refused).isEqualTo(3L);
    }

    @Test
    void shouldHaveTheLoopLookAgainWhenPatienceAndWhenTimeIsOver() {
        come(1);
        turnAt(0L);
        assertThat(introductions.timer.deadlineNs() - startNs).isEqualTo(Introductions.PATIENCE_NS);
        handleEvents();
        turnAt(Introductions.PATIENCE_NS);
        assertThat(introductions.timer.deadlineNs() - startNs).isEqualTo(Introductions.LIMIT_NS);

        turnAt(Introductions.PATIENCE_NS);
        come(1);
        turnAt(Introductions.PATIENCE_NS);
        assertThat(introductions.timer.deadlineNs() - startNs)
                .as("of another who is new")
                .isEqualTo(2L * Introductions.PATIENCE_NS);
    }
}
