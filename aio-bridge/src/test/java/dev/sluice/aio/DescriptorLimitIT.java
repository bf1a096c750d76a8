// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What would open one descriptor more than the queue or its container may have waits for it, in the order of containers. */
class DescriptorLimitIT {
    private static final long SILENCE_NS = 20_000_000L;

    @TempDir
    Path directory;

    private final List<AsyncDescriptor> opened = new ArrayList<>();
    private AioFixture aio;
    private RootDirectory root;

    @BeforeEach
    void write() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.writeString(directory.resolve("file" + i), "content");
        }
        Files.createDirectories(directory.resolve("a/b"));
        Files.createDirectories(directory.resolve("c"));
        root = RootDirectory.open(directory);
    }

    private void start(long descriptors, long reserved) {
        aio = new AioFixture(AsyncIoOptions.defaults().withDescriptors(descriptors, reserved));
    }

    private void startUnbounded() {
        aio = new AioFixture();
    }

    @AfterEach
    void close() {
        if (aio != null) {
            for (final AsyncDescriptor descriptor : opened) {
                if (descriptor.isOpen()) {
                    descriptor.close();
                }
            }
            aio.runUntil(aio::isIdle);
            aio.assertNothingLeft();
            assertThat(aio.io.descriptors().inUse()).isZero();
            assertThat(aio.io.descriptors().waiting()).isZero();
            aio.close();
        }
        root.close();
    }

    private AsyncFile newFile() {
        final AsyncFile file = aio.io.newFile();
        opened.add(file);
        return file;
    }

    private long open(AsyncFile file, String path, ResourceContainer container) {
        return file.open(root, path, OpenOptions.READ, container, path);
    }

    /** Asks for a file, and returns it. */
    private AsyncFile ask(String path, ResourceContainer container) {
        final AsyncFile file = newFile();
        open(file, path, container);
        return file;
    }

    private void expectOpened(String... paths) {
        assertThat(aio.run(paths.length))
                .allMatch(seen -> seen.result() >= 0)
                .extracting(Seen::attachment)
                .containsExactlyInAnyOrder((Object[]) paths);
    }

    /** A waiter goes on at once, not when the time-out of a dequeue brings the ring about. */
    private void expectSoon(String path) {
        final long startNs = System.nanoTime();
        expectOpened(path);
        assertThat(System.nanoTime() - startNs).isLessThan(90_000_000L);
    }

    @Test
    void shouldHaveOpensWaitAtTheLimitOfAContainerAndHoldUpNobodyElse() {
        startUnbounded();
        final ResourceContainer visitor = aio.normal.child("visitor");
        aio.normal.setLimit(Resource.DESCRIPTORS, 2L);
        final AsyncFile first = ask("file0", visitor);
        ask("file1", aio.normal);
        final AsyncFile third = ask("file2", visitor);
        ask("file3", aio.bulk);
        expectOpened("file0", "file1", "file3");
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.descriptors().waiting()).isEqualTo(1);
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isEqualTo(2L);
        assertThat(third.isOpen()).isFalse();

        first.discard();
        expectSoon("file2");
        assertThat(aio.normal.usage().descriptors()).isEqualTo(2L);
    }

    @Test
    void shouldGiveTheBoundOfTheQueueByBandAndKeepTheReserveForHighOnes() {
        start(3L, 1L);
        final AsyncFile first = ask("file0", aio.normal);
        ask("file1", aio.bulk);
        expectOpened("file0", "file1");
        ask("file2", aio.bulk);
        ask("file3", aio.normal);
        aio.expectSilence(SILENCE_NS);
        final AsyncFile urgent = ask("file4", aio.urgent);
        expectOpened("file4");

        first.discard();
        aio.expectSilence(SILENCE_NS); // the reserve was free, and is again
        urgent.discard();
        expectSoon("file3");
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.descriptors().waiting()).isEqualTo(1);
        aio.seen.clear();
        opened.get(1).close();
        assertThat(aio.run(2)).extracting(Seen::operation).containsExactlyInAnyOrder(Opcode.CLOSE, Opcode.OPENAT2);
    }

    @Test
    void shouldEndAWaitByCancellationByDeadlineAndByTheEndOfTheQueue() {
        start(1L, 0L);
        ask("file0", aio.normal);
        expectOpened("file0");
        final long cancelled = open(newFile(), "file1", aio.normal);
        final long late = open(newFile(), "file2", aio.normal);
        assertThat(aio.io.cancel(cancelled)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("file1", Opcode.OPENAT2, -Errno.ECANCELED, 0));
        assertThat(aio.io.cancelAfter(late, 1_000_000L)).isTrue();
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ETIME);
        assertThat(aio.io.descriptors().waiting()).isZero();

        open(newFile(), "file3", aio.normal);
        aio.events.close();
        opened.clear();
        assertThat(aio.root.inUse(Resource.DESCRIPTORS)).isZero();
        aio = null;
    }

    @Test
    void shouldGoOnAtOnceWhenALimitIsRaised() {
        startUnbounded();
        aio.normal.setLimit(Resource.DESCRIPTORS, 1L);
        ask("file0", aio.normal);
        expectOpened("file0");
        ask("file1", aio.normal);
        aio.expectSilence(SILENCE_NS);
        aio.normal.setLimit(Resource.DESCRIPTORS, 2L);
        expectSoon("file1");
    }

    @Test
    void shouldCountADescriptorUntilAWorkerHasClosedIt() {
        startUnbounded();
        final AsyncFile written = newFile();
        written.open(root, "new", OpenOptions.READ_WRITE_CREATE, aio.normal, "new");
        expectOpened("new");
        written.discard();
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isEqualTo(1L);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isZero();
    }

    @Test
    void shouldGiveBackWhatACancelledOpenGotLate() {
        start(1L, 0L);
        for (int i = 0; i < 50; i++) {
            final long id = newFile().open(root, "new" + i, OpenOptions.READ_WRITE_CREATE, aio.normal, "new");
            aio.reapOnly();
            aio.io.cancel(id);
            final Seen seen = aio.runOne();
            aio.runUntil(aio::isIdle);
            if (seen.result() >= 0) {
                opened.get(opened.size() - 1).close();
                aio.runOne();
            }
            assertThat(aio.io.descriptors().inUse()).isZero();
        }
    }

    @Test
    void shouldMoveTheCountWithTheInterest() {
        startUnbounded();
        final AsyncFile file = ask("file0", aio.normal);
        expectOpened("file0");
        file.declareInterest(aio.bulk, "moved");
        assertThat(aio.normal.inUse(Resource.DESCRIPTORS)).isZero();
        assertThat(aio.bulk.inUse(Resource.DESCRIPTORS)).isEqualTo(1L);
        file.close();
        file.declareInterest(aio.urgent, "while it is being closed");
        assertThat(aio.runOne().operation()).isEqualTo(Opcode.CLOSE);
        assertThat(aio.root.inUse(Resource.DESCRIPTORS)).isZero();
    }

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

    private AsyncListener listen(ResourceContainer container) {
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, container, "listener");
        opened.add(listener);
        return listener;
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
    void shouldHaveOperationsOnNamesWaitForTheDirectoriesThatTheyOpen() throws IOException {
        start(2L, 0L);
        final AsyncFile file = ask("file0", aio.normal);
        expectOpened("file0");
        aio.io.paths().makeDirectory(root, "needs-none", 0755, aio.normal, "made");
        assertThat(aio.runOne()).isEqualTo(new Seen("made", Opcode.MKDIRAT, 0, 0));
        Files.writeString(directory.resolve("a/b/file"), "x");
        aio.io.paths().rename(root, "a/b/file", "c/file", 0, aio.normal, "renamed");
        aio.expectSilence(SILENCE_NS);
        file.discard();
        assertThat(aio.runOne()).isEqualTo(new Seen("renamed", Opcode.RENAMEAT, 0, 0));
        assertThat(aio.io.descriptors().inUse()).isZero();
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

    @Test
    void shouldHaveTheCacheGiveBackWhatNobodyUses() {
        start(6L, 0L);
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
        for (int i = 0; i < 3; i++) {
            cache.open("file" + i, aio.normal, "cached");
            CacheFixture.opened(aio.runOne()).release();
        }
        final CachedFile held = cache.find("file1");
        assertThat(aio.io.descriptors().inUse()).isEqualTo(5L);
        ask("file5", aio.bulk);
        expectOpened("file5");
        ask("file6", aio.bulk);
        expectSoon("file6");
        assertThat(cache.find("file0")).as("used longest ago").isNull();
        ask("file7", aio.bulk);
        expectSoon("file7");
        ask("file8", aio.bulk);
        aio.expectSilence(SILENCE_NS); // what is left is held
        held.release();
        expectSoon("file8");
        assertThat(cache.entries()).isZero();
        cache.close();
        aio.runUntil(aio::isIdle);
    }

    @Test
    void shouldKeepNothingWhileSomebodyWaits() {
        start(4L, 0L);
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
        cache.open("file0", aio.normal, "held");
        final CachedFile held = CacheFixture.opened(aio.runOne());
        aio.normal.setLimit(Resource.DESCRIPTORS, 4L);
        cache.open("file1", aio.normal, "alone");
        final CachedFile alone = CacheFixture.opened(aio.runOne());
        ask("file2", aio.normal);
        aio.expectSilence(SILENCE_NS);
        alone.release();
        expectSoon("file2");
        held.release();
        cache.close();
        aio.runUntil(aio::isIdle);
    }

    /**
     * Goal: never more than there is, than a container may have, or into the reserve; nobody waits who could go; what is open, and nothing
     * else, counts. Method: random opens, closes, discards, moves, cancellations, changes of priorities and limits. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.aio.disk.AdmissionWindowIT#seeds")
    void shouldNeitherExceedALimitNorKeepBackWhoCanGo(long seed) {
        start(8L, 2L);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<ResourceContainer> containers = new ArrayList<>(List.of(aio.root));
        for (int i = 1; i < 8; i++) {
            containers.add(containers.get(random.nextInt(i)).child("c" + i, random.nextInt(Priority.BANDS)));
        }
        final List<Opening> openings = new ArrayList<>();
        int waited = 0;
        for (int step = 0; step < 3_000; step++) {
            final ResourceContainer container = containers.get(random.nextInt(containers.size()));
            final Opening one = openings.isEmpty() ? null : openings.get(random.nextInt(openings.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> {
                    if (openings.size() < 24) {
                        final Opening opening = new Opening(aio.io.newFile(), container);
                        opening.id = opening.file.open(
                                root, "file" + random.nextInt(10), OpenOptions.READ, container, opening);
                        openings.add(opening);
                    }
                }
                case 5, 6, 7 -> {
                    if (one != null && one.file.isOpen()) {
                        one.file.discard();
                        openings.remove(one);
                    }
                }
                case 8 -> {
                    if (one != null && !one.ended) {
                        aio.io.cancel(one.id);
                    }
                }
                case 9 -> container.setPriority(random.nextInt(Priority.BANDS));
                default ->
                    container.setLimit(
                            Resource.DESCRIPTORS,
                            random.nextInt(3) == 0 ? ResourceContainer.NO_LIMIT : 1 + random.nextInt(5));
            }
            takeEnded(openings);
            waited += aio.io.descriptors().waiting() > 0 ? 1 : 0;
            final long open = openings.stream().filter(o -> o.file.isOpen()).count();
            assertThat(aio.io.descriptors().inUse())
                    .as("seed=%d step=%d", seed, step)
                    .isEqualTo(open)
                    .isLessThanOrEqualTo(8L);
            for (final ResourceContainer each : containers) {
                assertThat(each.inUse(Resource.DESCRIPTORS))
                        .as("seed=%d step=%d %s", seed, step, each)
                        .isEqualTo(openings.stream()
                                .filter(o -> o.file.isOpen() && AllowanceIT.isWithin(o.container, each))
                                .count());
            }
            assertThat(openings)
                    .as("seed=%d step=%d: can go", seed, step)
                    .noneMatch(o ->
                            !o.ended && AllowanceIT.canGo(o.container, aio.io.descriptors(), Resource.DESCRIPTORS));
        }
        assertThat(waited).isGreaterThan(300);
        openings.forEach(o -> aio.io.cancel(o.ended ? -1L : o.id));
        takeEnded(openings);
        openings.forEach(o -> o.file.discard());
    }

    /** Until none is on its way that has what it waited for. */
    private void takeEnded(List<Opening> openings) {
        do {
            aio.seen.clear();
            aio.collect(aio.events.dequeueNextEvents(64, Priority.IDLE, 0L));
            for (final Seen seen : aio.seen) {
                final Opening opening = (Opening) seen.attachment();
                opening.ended = true;
                if (seen.result() < 0) {
                    assertThat(seen.result()).isEqualTo(-Errno.ECANCELED);
                    openings.remove(opening);
                }
            }
        } while (aio.events.counters().operationsUnderWay()
                > aio.io.descriptors().waiting());
    }

    private static final class Opening {
        final AsyncFile file;
        final ResourceContainer container;
        long id;
        boolean ended;

        Opening(AsyncFile file, ResourceContainer container) {
            this.file = file;
            this.container = container;
        }
    }

    @Test
    void shouldCountListenersAndWatchesWithoutWaiting() {
        start(1L, 0L);
        listen(aio.normal);
        opened.add(aio.io.files().newFileWatches(aio.normal, "watches"));
        assertThat(aio.io.descriptors().inUse()).isEqualTo(2L);
    }
}
