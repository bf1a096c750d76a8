// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.Allowance;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.call.Descriptors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The patience of the door, at which nobody finds a place, by a clock that the test sets. */
class DoorIT {
    private static final String HIGH = "127.0.2.1";
    private static final String LOW = "127.0.1.1";

    private final EventQueue events = EventQueue.open();
    private final AsyncIo io = AsyncIo.on(events);
    private final ResourceContainer server = ResourceContainer.root("server");
    private final ClientClasses classes = new ClientClasses(
            server, List.of(ClientClass.parse("high=" + HIGH + ":60"), ClientClass.parse("low=" + LOW + ":8")));
    private final Allowance places = io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
    private long clockNs;
    private final Door door =
            new Door(events, io, places, classes, server, (socket, peer, place) -> null, () -> clockNs);

    DoorIT() {
        assertThat(places.tryTake(1L, server)).as("the only place").isTrue();
    }

    @AfterEach
    void close() {
        door.close();
        events.close();
    }

    private void come(String from) throws UnknownHostException {
        final InetAddress address = InetAddress.getByName(from);
        final int[] pair = Descriptors.socketPair();
        Descriptors.close(pair[1]);
        final InetSocketAddress peer = new InetSocketAddress(address, 1);
        final ServedClass clients = classes.classOf(address);
        door.add(new Newcomer(door, clients, peer, door.adopt(pair[0], clients.container)));
    }

    private void setClock(long sinceStartNs) {
        clockNs = sinceStartNs;
    }

    @Test
    void shouldBeStuckOnceItIsFullOfThoseWhoHaveWaitedForItsPatience() throws Exception {
        for (int i = 0; i < Door.FEWEST_PLACES; i++) {
            assertThat(door.isFull()).isFalse();
            come(LOW);
        }
        assertThat(door.isFull()).isTrue();

        setClock(Door.PATIENCE_NS - 1L);
        assertThat(door.isStuck()).isFalse();

        setClock(Door.PATIENCE_NS);
        assertThat(door.isStuck()).isTrue();
    }

    @Test
    void shouldHaveTheLoopLookAgainWhenItsPatienceIsOver() throws Exception {
        for (int i = 0; i < Door.FEWEST_PLACES; i++) {
            come(LOW);
        }
        assertThat(door.patience.isStarted()).isFalse();

        final long askedNs = events.nanoTime();
        assertThat(door.isStuck()).isFalse();

        assertThat(door.patience.deadlineNs() - askedNs).isBetween(Door.PATIENCE_NS, 2L * Door.PATIENCE_NS);
        final EventBatch batch = events.dequeueNextEvents(1, Priority.IDLE, 20L * Door.PATIENCE_NS);
        assertThat(batch.next()).as("its event brings a turn").isNotNull();
        setClock(Door.PATIENCE_NS);
        assertThat(door.isStuck()).isTrue();
        assertThat(door.patience.isStarted()).isFalse();
    }

    @Test
    void shouldNotBeStuckWhileThereIsRoomHoweverLongTheyWait() throws Exception {
        for (int i = 0; i < Door.FEWEST_PLACES - 1; i++) {
            come(LOW);
        }
        setClock(100L * Door.PATIENCE_NS);

        assertThat(door.isStuck()).isFalse();

        come(LOW);
        assertThat(door.isStuck())
                .as("of the same class, in which the first counts")
                .isTrue();
    }

    @Test
    void shouldHavePatienceWithTheFirstOfTheLeastUrgentWhoeverElseWaits() throws Exception {
        for (int i = 0; i < Door.FEWEST_PLACES - 1; i++) {
            come(HIGH);
        }
        setClock(100L * Door.PATIENCE_NS);
        come(LOW);

        assertThat(door.isStuck()).isFalse();

        setClock(101L * Door.PATIENCE_NS - 1L);
        assertThat(door.isStuck()).isFalse();
        setClock(101L * Door.PATIENCE_NS);
        assertThat(door.isStuck()).isTrue();
    }
}
