// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.DiskLookup;
import dev.sluice.aio.disk.Disks;
import dev.sluice.aio.disk.PageCache;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.QueueCounters;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.ObjIntConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a disk that takes few requests at a time does not stop the loop by reads of its own; and where others have filled its queue, how
 * long an enter has held the loop is told. Method: a disk that takes eight, where each takes 50 ms, while a timer ticks.
 */
@Timeout(60)
class FullDeviceQueueIT {
    private static final int BLOCK = 4096;
    private static final int REQUESTS = 8;
    private static final int READS_PER_SECOND = 20;
    private static final int READS = 30;
    private static final int OTHERS = 24;

    /** Half of what a read takes from this disk: a turn that long has waited for one. */
    private static final long STOPPED_NS = 25_000_000L;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

    @BeforeEach
    void make() throws Exception {
        fileSystem = LoopFileSystem.makeOfTwo(directory, 48L << 20);
        AioFixture.writeFile(fileSystem.root().resolve("file"), 16 << 20);
        AioFixture.writeFile(fileSystem.root().resolve("theirs"), 16 << 20);
        fileSystem.makeCold();
        Files.writeString(queueOf(fileSystem).resolve("nr_requests"), Integer.toString(REQUESTS));
    }

    private static Path queueOf(LoopFileSystem fileSystem) {
        return Path.of("/sys/block", fileSystem.device().replace("/dev/", ""), "queue");
    }

    @AfterEach
    void close() throws Exception {
        if (fileSystem != null) { // where only root may make one, the test is skipped
            Files.writeString(queueOf(fileSystem).resolve("nr_requests"), "128");
            fileSystem.close();
        }
    }

    /** A turn in which the JVM loads classes is no stall here. */
    private static AioFixture newFixture() {
        final DiskLookup lookup = new DiskLookup(Path.of("/sys"), Path.of("/proc/self/mountinfo"));
        final EventQueueOptions options = EventQueueOptions.defaults().withStallThresholdNs(STOPPED_NS);
        return new AioFixture(
                EventQueue.open(options), AsyncIoOptions.defaults(), PageCache.OF_THE_KERNEL, new Disks(lookup));
    }

    @Test
    void shouldNotStopTheLoopForMoreBufferedReadsThanTheDiskTakes() throws Exception {
        readMoreThanTheDiskTakes(OpenOptions.READ);
    }

    @Test
    void shouldNotStopTheLoopForMoreDirectReadsThanTheDiskTakes() throws Exception {
        readMoreThanTheDiskTakes(OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
    }

    private void readMoreThanTheDiskTakes(OpenOptions options) throws Exception {
        try (AioFixture aio = newFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile theirs = aio.open(root, "theirs", options);
            read(aio, new Turns(aio), theirs); // loads the classes that would be loaded from the slow disk below
            aio.close(theirs);
            final AsyncFile file = aio.open(root, "file", options);
            final Turns turns = new Turns(aio);
            SlowDisk.during(fileSystem, READS_PER_SECOND, () -> read(aio, turns, file));

            assertThat(file.disk().mostInFlight()).isEqualTo(REQUESTS / 2);
            assertThat(turns.longestNs()).as("%s", aio.events.counters()).isLessThan(STOPPED_NS);
            file.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
    }

    /** Apart from each other by more than what is read ahead. */
    private static void read(AioFixture aio, Turns turns, AsyncFile file) {
        aio.seen.clear();
        final List<IoBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < READS; i++) {
            final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
            buffers.add(buffer);
            file.read(buffer, i * 512L * 1024L, aio.normal, i);
        }
        turns.runUntil(() -> aio.seen.size() == READS);
        assertThat(aio.seen).allMatch(seen -> seen.result() == BLOCK);
        buffers.forEach(IoBuffer::release);
    }

    /** As many direct reads as there are, none of which may stand before what is at hand. */
    @Test
    void shouldGoOnWithTheHighBandWhileTheLowOneFillsTheQueueOfTheDisk() throws Exception {
        try (AioFixture aio = newFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile low = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
            final AsyncFile high = aio.open(root, "theirs", OpenOptions.READ);
            read(aio, high, 0L);
            final int[] pair = Descriptors.socketPair();
            final AsyncSocket socket = aio.io.newSocket();
            socket.adopt(pair[0], aio.urgent, "socket");
            final List<IoBuffer> buffers = new ArrayList<>();
            final IoBuffer atHand = aio.io.arena().tryLease(BLOCK);
            final IoBuffer received = aio.io.arena().tryLease(BLOCK);
            final IoBuffer sent = aio.io.arena().tryLease(BLOCK);
            final AsyncSocket peer = aio.adopt(pair[1], "peer");
            final ObjIntConsumer<Turns> roundsBeside = (turns, fewest) -> {
                aio.seen.clear();
                for (int i = 0; i < READS; i++) {
                    buffers.add(aio.io.arena().tryLease(BLOCK));
                    low.read(buffers.get(buffers.size() - 1), i * 512L * 1024L, aio.bulk, i);
                }
                int rounds = 0;
                while (aio.seen.size() < READS / 2) {
                    atHand.bytes().clear();
                    received.bytes().clear();
                    high.read(atHand, 0L, aio.urgent, "cached");
                    socket.receive(received);
                    sent.bytes().clear();
                    peer.send(sent);
                    turns.runUntil(() -> isThere(aio, "cached") && isThere(aio, "socket") && isThere(aio, "peer"));
                    aio.seen.removeIf(seen -> !(seen.attachment() instanceof Integer));
                    rounds++;
                }
                assertThat(rounds).as("in %d reads of the disk", READS / 2).isGreaterThan(fewest);
                turns.runUntil(() -> aio.seen.size() == READS);
            };
            roundsBeside.accept(new Turns(aio), -1); // loads the classes that would be loaded from the slow disk below
            final Turns turns = new Turns(aio);
            SlowDisk.during(fileSystem, READS_PER_SECOND, () -> roundsBeside.accept(turns, 10 * READS));
            assertThat(turns.longestNs()).as("%s", aio.events.counters()).isLessThan(STOPPED_NS);
            buffers.forEach(IoBuffer::release);
            atHand.release();
            received.release();
            sent.release();
            peer.close();
            low.close();
            high.close();
            socket.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
    }

    private static boolean isThere(AioFixture aio, String attachment) {
        return aio.seen.stream().anyMatch(seen -> attachment.equals(seen.attachment()));
    }

    @Test
    void shouldTellHowLongAnEnterHasHeldTheLoopWhereOthersHaveFilledTheQueueOfTheDisk() throws Exception {
        final CountDownLatch begun = new CountDownLatch(OTHERS);
        final List<Thread> others = new ArrayList<>();
        try (AioFixture aio = newFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root());
                FileChannel theirs = FileChannel.open(fileSystem.root().resolve("theirs"))) {
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
            read(aio, file, READS * 512L * 1024L); // so that no worker has to read where the blocks are
            final Turns turns = new Turns(aio);
            Awaitility.await()
                    .until(() -> inFlight() == 0); // loads the classes that would be loaded from the slow disk below
            SlowDisk.during(fileSystem, READS_PER_SECOND, () -> {
                for (int i = 0; i < OTHERS; i++) {
                    final long position = i * 512L * 1024L;
                    final Thread other = new Thread(() -> readBlock(theirs, position, begun), "other " + i);
                    other.start();
                    others.add(other);
                }
                begun.await();
                Awaitility.await().until(() -> inFlight() >= REQUESTS);
                final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
                file.read(buffer, 0L, aio.normal, "read");
                turns.runUntil(() -> isThere(aio, "read"));
                buffer.release();
                for (final Thread other : others) {
                    other.join();
                }
            });
            final QueueCounters counters = aio.events.counters();
            assertThat(turns.longestNs()).as("%s", counters).isGreaterThan(STOPPED_NS);
            assertThat(Math.max(counters.enterTimes().maxNs(), counters.busyWaitMaxNs()))
                    .as("%s", counters)
                    .isGreaterThan(STOPPED_NS);
            assertThat(counters.lastStall().handler()).as("%s", counters).startsWith("io_uring_enter(READ)");
            assertThat(counters.lastStall().container()).isEqualTo("root/normal");
            file.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
    }

    private static void read(AioFixture aio, AsyncFile file, long position) {
        final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
        file.read(buffer, position, aio.normal, "first");
        aio.runOne();
        buffer.release();
    }

    private int inFlight() throws IOException {
        final Path inFlight = queueOf(fileSystem).resolveSibling("inflight");
        return Integer.parseInt(Files.readString(inFlight).strip().split("\\s+", -1)[0]);
    }

    private static void readBlock(FileChannel file, long position, CountDownLatch begun) {
        begun.countDown();
        try {
            assertThat(file.read(ByteBuffer.allocate(BLOCK), position)).isEqualTo(BLOCK);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
