// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connects, accepts and messages that bring descriptors, at the limit of descriptors. */
class SocketDescriptorLimitIT extends DescriptorLimitTests {
    @Test
    void shouldHaveConnectsWait() {
        start(2L, 0L);
        final AsyncListener listener =
                listen(aio.normal); // which is accepting nothing: the kernel connects all the same
        final AsyncSocket first = connect(listener, "first");
        assertThat(aio.runOne()).isEqualTo(new Seen("first", Opcode.CONNECT, 0, 0));
        connect(listener, "second");
        final AsyncSocket third = aio.io.newSocket();
        final long id = third.connect(listener.localAddress(), aio.urgent, "third");
        aio.expectSilence(SILENCE_NS);
        aio.io.cancel(id);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);

        first.declareInterest(aio.urgent, "closed");
        first.close();
        assertThat(aio.run(2)).extracting(Seen::attachment).containsExactly("closed", "second");
    }

    private AsyncSocket connect(AsyncListener listener, String attachment) {
        final AsyncSocket socket = aio.io.newSocket();
        opened.add(socket);
        socket.connect(listener.localAddress(), aio.bulk, attachment);
        return socket;
    }

    @Test
    void shouldAcceptOnlyWhatThereAreDescriptorsFor() throws IOException {
        start(5L, 0L);
        final AsyncListener listener = listen(aio.normal);
        listener.accept();
        final List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(SocketChannel.open(listener.localAddress()));
        }
        final List<Integer> accepted = takeAccepted(4);
        assertThat(accepted).hasSize(4);
        assertThat(aio.io.descriptors().inUse()).isEqualTo(5L);
        final AsyncFile file = ask("file0", aio.urgent);
        aio.expectSilence(SILENCE_NS);

        final AsyncDescriptor one = opened.get(1);
        one.declareInterest(aio.bulk, "closed");
        one.close();
        assertThat(aio.run(2)) // the open ranks above the accept
                .extracting(Seen::attachment)
                .containsExactlyInAnyOrder("closed", "file0");
        file.discard();
        assertThat(takeAccepted(1)).hasSize(1);
        aio.expectSilence(SILENCE_NS);
        for (final SocketChannel client : clients) {
            client.close();
        }
    }

    /** Adopts so many connections, each for the class {@code bulk}. */
    private List<Integer> takeAccepted(int count) {
        final List<Integer> taken = new ArrayList<>();
        final long startNs = System.nanoTime();
        while (taken.size() < count && System.nanoTime() - startNs < AioFixture.LIMIT_NS) {
            final EventBatch batch = aio.events.dequeueNextEvents(1, 0, 100_000_000L);
            final Event event = batch.next();
            if (event != null && event.operation() == Opcode.ACCEPT) {
                assertThat(event.flags() & CqeFlags.F_MORE).isNotZero();
                final AsyncSocket socket = aio.io.newSocket();
                opened.add(socket);
                final int fd = event.takeDescriptor();
                socket.adopt(fd, aio.bulk, "socket");
                taken.add(fd);
            }
            batch.next();
        }
        return taken;
    }

    @Test
    void shouldNotCountWhatAnApplicationTakesForItself() throws IOException {
        start(2L, 0L);
        final AsyncListener listener = listen(aio.normal);
        listener.accept(1);
        try (SocketChannel client = SocketChannel.open(listener.localAddress())) {
            final EventBatch batch = aio.events.dequeueNextEvents(1, 0, AioFixture.LIMIT_NS);
            final int fd = batch.next().takeDescriptor();
            assertThat(aio.io.descriptors().inUse()).isEqualTo(2L);
            batch.next();
            assertThat(aio.io.descriptors().inUse()).isEqualTo(1L);
            assertThat(client.isOpen()).isTrue();
            final AsyncSocket socket = aio.io.newSocket();
            opened.add(socket);
            socket.adopt(fd, aio.bulk, "later");
            assertThat(aio.io.descriptors().inUse()).isEqualTo(2L);
        }
    }

    @Test
    void shouldTakeDescriptorsForThoseThatAMessageMayBring() {
        start(5L, 0L);
        assumeTrue(aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket left = aio.adopt(pair[0], "left");
        final AsyncSocket right = aio.adopt(pair[1], "right");
        opened.add(left);
        opened.add(right);
        final IoBuffer sent = aio.io.arena().tryLease(1);
        final IoBuffer received = aio.io.arena().tryLease(1);
        left.sendMessage(new IoBuffer[] {sent}, 1, new int[] {pair[0]}, 1, aio.urgent, "sent");
        assertThat(aio.runOne().result()).isPositive();
        final AsyncFile file = ask("file0", aio.normal);
        expectOpened("file0");

        right.receiveMessage(new IoBuffer[] {received}, 1, 3, aio.urgent, "received");
        aio.expectSilence(SILENCE_NS);
        file.discard();
        final EventBatch batch = aio.events.dequeueNextEvents(1, 0, AioFixture.LIMIT_NS);
        final ReceivedDescriptors descriptors =
                (ReceivedDescriptors) batch.next().message();
        assertThat(descriptors.count()).isEqualTo(1);
        assertThat(aio.urgent.inUse(Resource.DESCRIPTORS))
                .as("the one that came")
                .isEqualTo(1L);
        batch.next();
        assertThat(aio.urgent.inUse(Resource.DESCRIPTORS)).isZero();
        sent.release();
        received.release();
    }
}
