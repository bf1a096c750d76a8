// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A container moves to another class with all that it has, and with what it waits for. */
class MovedContainerIT {
    private static final long SILENCE_NS = 5_000_000L;

    private final AioFixture aio = new AioFixture();
    private final ResourceContainer guests = aio.root.child("guests", Priority.LOW);
    private final ResourceContainer staff = aio.root.child("staff", Priority.HIGH);
    private final ResourceContainer one = guests.child("one");
    private final ResourceContainer two = guests.child("two");
    private final Allowance places = aio.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);

    @AfterEach
    void close() {
        aio.close();
    }

    @Test
    void shouldTakeWithItWhatItHasAndMakeRoomForOthersOfItsOldClass() {
        guests.setLimit(Resource.CONNECTIONS, 2L);
        assertThat(places.tryTake(1L, one)).isTrue();
        assertThat(places.tryTake(1L, two)).isTrue();
        places.take(1L, guests.child("three"), "three");
        aio.expectSilence(SILENCE_NS);

        one.setParent(staff);
        assertThat(guests.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
        assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
        assertThat(aio.runOne().attachment()).isEqualTo("three");
        assertThat(guests.inUse(Resource.CONNECTIONS)).isEqualTo(2L);
        assertThat(aio.root.inUse(Resource.CONNECTIONS)).isEqualTo(3L);

        places.giveBack(1L, one);
        assertThat(staff.inUse(Resource.CONNECTIONS)).isZero();
        assertThat(places.tryTake(1L, one)).isTrue();
        assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
    }

    @Test
    void shouldWaitForItsOldClassNoLonger() {
        guests.setLimit(Resource.CONNECTIONS, 1L);
        assertThat(places.tryTake(1L, two)).isTrue();
        places.take(1L, one, "one");
        places.take(1L, two, "two");
        aio.expectSilence(SILENCE_NS);

        one.setParent(staff);
        assertThat(aio.runOne().attachment()).isEqualTo("one");
        aio.expectSilence(SILENCE_NS);
        places.giveBack(1L, two);
        assertThat(aio.runOne().attachment()).isEqualTo("two");
    }

    @Test
    void shouldWaitForItsNewClass() {
        staff.setLimit(Resource.CONNECTIONS, 1L);
        guests.setLimit(Resource.CONNECTIONS, 1L);
        final ResourceContainer member = staff.child("member");
        assertThat(places.tryTake(1L, member)).isTrue();
        assertThat(places.tryTake(1L, two)).isTrue();
        places.take(1L, one, "one");
        aio.expectSilence(SILENCE_NS);

        one.setParent(staff);
        places.giveBack(1L, two);
        aio.expectSilence(SILENCE_NS);
        places.giveBack(1L, member);
        assertThat(aio.runOne().attachment()).isEqualTo("one");
    }

    /** Nothing is taken back. */
    @Test
    void shouldBeTakenInBeyondTheLimitOfItsNewClass() {
        staff.setLimit(Resource.CONNECTIONS, 1L);
        assertThat(places.tryTake(1L, staff)).isTrue();
        assertThat(places.tryTake(1L, one)).isTrue();

        one.setParent(staff);
        assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(2L);
        places.take(1L, staff, "third");
        places.giveBack(1L, one);
        aio.expectSilence(SILENCE_NS);
        places.giveBack(1L, staff);
        assertThat(aio.runOne().attachment()).isEqualTo("third");
    }

    @Test
    void shouldHaveItsPendingEventsHandedOutAtThePriorityOfItsNewClass() {
        places.take(1L, one, "one");
        places.take(1L, aio.normal, "normal");
        one.setParent(staff);
        assertThat(aio.run(2)).extracting(Seen::attachment).containsExactly("one", "normal");
    }

    @Test
    void shouldLeaveItsPlaceAtTheDoorToAnotherOfItsOldClass() throws IOException {
        guests.setLimit(Resource.CONNECTIONS, 1L);
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, guests, "listener");
        listener.acceptSockets(places);
        try (SocketChannel first = SocketChannel.open(listener.localAddress());
                SocketChannel second = SocketChannel.open(listener.localAddress())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            final AsyncSocket socket = (AsyncSocket) aio.runOne().message();
            socket.declareInterest(one, "one");
            aio.expectSilence(SILENCE_NS);

            one.setParent(staff);
            final AsyncSocket next = (AsyncSocket) aio.runOne().message();
            assertThat(guests.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
            assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
            assertThat(staff.inUse(Resource.DESCRIPTORS)).isEqualTo(1L);
            socket.discard();
            assertThat(staff.inUse(Resource.CONNECTIONS)).isZero();
            next.discard();
        }
        listener.close();
        aio.runUntil(aio::isIdle);
        assertThat(places.inUse()).isZero();
        aio.assertNothingLeft();
    }

    /** What the first has kept on the containers says nothing to the second. */
    @Test
    void shouldCountAnewForAQueueThatComesAfterAnother() {
        assertThat(places.tryTake(3L, one)).isTrue();
        aio.close();
        try (AioFixture next = new AioFixture()) {
            final Allowance others = next.io.newAllowance(Resource.CONNECTIONS, 10L, 0L);
            assertThat(others.tryTake(2L, staff)).isTrue();
            one.setParent(staff);
            assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(2L);
            assertThat(others.tryTake(1L, one)).isTrue();
            assertThat(staff.inUse(Resource.CONNECTIONS)).isEqualTo(3L);
        }
    }
}
