// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is under way for a container is ended by one call, whatever it is and wherever it waits, and nothing of anybody else's. */
class CancelAllIT extends FileTests {
    private final List<Integer> peers = new ArrayList<>();
    private final CountDownLatch jobMayEnd = new CountDownLatch(1);

    @AfterEach
    void end() {
        jobMayEnd.countDown();
        peers.forEach(Descriptors::close);
    }

    @Override
    AioFixture newFixture() {
        return new AioFixture(AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES));
    }

    private AsyncSocket socket(ResourceContainer container) {
        final int[] pair = Descriptors.socketPair();
        peers.add(pair[1]);
        final AsyncSocket socket = aio.io.newSocket();
        socket.adopt(pair[0], container, "socket");
        return socket;
    }

    @Test
    void shouldEndEachOperationOfTheContainerAndItsDescendantsOnceAndNoOther() throws Exception {
        final ResourceContainer client = aio.normal.child("client");
        final ResourceContainer connection = client.child("connection");
        final Allowance allowance = aio.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
        assertThat(allowance.tryTake(1L, aio.normal)).isTrue();
        final IoBuffer[] quarters = new IoBuffer[4];
        for (int i = 0; i < quarters.length; i++) {
            quarters[i] = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES / quarters.length);
        }
        final FileWatches watches = aio.io.files().newFileWatches(client, "watches");
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, connection, "accept");
        listener.accept();
        socket(connection).receive(quarters[0], connection, "receive");
        socket(client).receive(quarters[1], client, "receive of the client");
        socket(aio.normal).awaitReadiness(PollMask.POLLIN, connection, "readiness");
        socket(client).receive(quarters[2], aio.normal, "receive for another");
        aio.io.arena().lease(1, connection, "lease");
        aio.io.arena().lease(1, aio.normal, "lease for another");
        allowance.take(1L, client, "allowance");
        watches.newWatch().start(root, Inotify.IN_MODIFY, connection, "watch");
        aio.io.process().watchSignal("WINCH", client, "signal");
        aio.reapOnly();
        final CountDownLatch runs = new CountDownLatch(1);
        aio.io
                .blockingWork()
                .call(
                        () -> {
                            runs.countDown();
                            jobMayEnd.await();
                            return 1;
                        },
                        client,
                        "job that runs");
        runs.await();
        final long underWay = aio.events.counters().operationsUnderWay();

        assertThat(aio.io.cancelAll(client)).isEqualTo(8);

        final Map<Object, Integer> results =
                aio.run(8).stream().collect(Collectors.toMap(Seen::attachment, Seen::result));
        assertThat(results.keySet())
                .containsExactlyInAnyOrder(
                        "accept",
                        "receive",
                        "receive of the client",
                        "readiness",
                        "lease",
                        "allowance",
                        "watch",
                        "signal");
        assertThat(results)
                .allSatisfy((attachment, result) -> assertThat(result).isEqualTo(-Errno.ECANCELED));
        assertThat(aio.seen).noneMatch(seen -> (seen.flags() & CqeFlags.F_MORE) != 0);
        aio.expectSilence(5_000_000L);
        assertThat(aio.events.counters().operationsUnderWay()).isEqualTo(underWay - 8L);
        assertThat(aio.io.cancelAll(client)).isZero();

        jobMayEnd.countDown();
        assertThat(aio.runOne()).isEqualTo(new Seen("job that runs", Opcode.NOP, 0, 0, 1));
        assertThat(aio.io.cancelAll(aio.root)).isEqualTo(2);
        assertThat(aio.run(2))
                .extracting(Seen::attachment)
                .containsExactlyInAnyOrder("receive for another", "lease for another");
    }

    /** The kernel is asked once for those who wait together: it is nobody's alone. */
    @Test
    void shouldLeaveWhatACacheOpensToTheOthersWhoWaitForIt() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10);
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 4, aio.normal, "cache");
        final ResourceContainer first = aio.normal.child("first");
        cache.open("file", first, "first");
        cache.open("file", aio.normal.child("second"), "second");
        aio.reapOnly();

        assertThat(aio.io.cancelAll(first)).isEqualTo(1);

        final Map<Object, Integer> results =
                aio.run(2).stream().collect(Collectors.toMap(Seen::attachment, Seen::result));
        assertThat(results).containsOnly(Map.entry("first", -Errno.ECANCELED), Map.entry("second", 0));
    }
}
