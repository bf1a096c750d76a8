// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: whatever is under way on a disk that answers nobody, the same queue goes on with all else, and comes to its end. Method: a disk that
 * lets nothing through, neither data nor metadata, with one operation of each kind on it; beside it a timer, a socket and another file system.
 */
@Timeout(60)
class BesideHungDiskIT {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 64;

    /** More than fits into the window of one disk, so that some wait for their turn. */
    private static final int READS = 100;

    private static final int OPENS = 60;

    private static final int ROUNDS = 300;

    /** For one turn, on a machine that has others to serve: who waits for the disk waits for ever. */
    private static final long LIMIT_NS = 2_000_000_000L;

    private static final long DEADLINE_NS = 100_000_000L;
    private static final long CLOSE_LIMIT_NS = 200_000_000L;

    @TempDir
    Path directory;

    private final List<IoBuffer> buffers = new ArrayList<>();
    private final List<AsyncFile> files = new ArrayList<>();
    private final List<AsyncFile> cold = new ArrayList<>();
    private final List<Long> reads = new ArrayList<>();
    private final List<Long> opens = new ArrayList<>();
    private AsyncFile written;
    private AsyncFile cut;
    private AsyncFile synced;
    private AsyncFile closed;
    private LoopFileSystem disk;
    private AioFixture aio;

    @BeforeEach
    void make() throws Exception {
        disk = LoopFileSystem.makeOfTwo(directory, 64L << 20);
        for (final String name : List.of("cold", "written", "synced", "closed", "cut")) {
            AioFixture.writeFile(disk.root().resolve(name), BLOCKS * BLOCK);
        }
        for (int i = 0; i < READS; i++) {
            AioFixture.writeFile(disk.root().resolve("cold" + i), BLOCK);
        }
        for (final String name : List.of("opened", "looked", "listed", "made")) {
            Files.createDirectory(disk.root().resolve(name));
            Files.createFile(disk.root().resolve(name).resolve("file"));
        }
        disk.makeCold();
        AioFixture.writeFile(directory.resolve("elsewhere"), BLOCK);
        aio = new AioFixture();
    }

    @AfterEach
    void close() throws Exception {
        if (aio != null) {
            aio.close();
        }
        if (disk != null) { // where only root may make one, the test is skipped
            awaitNothingOpen();
        }
    }

    /** A worker of a closed queue lets go of the disk soon; it is unmounted when nobody has anything of it open. */
    private void awaitNothingOpen() {
        Awaitility.await().ignoreExceptions().until(() -> {
            disk.close();
            return true;
        });
    }

    private IoBuffer buffer() {
        final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
        buffers.add(buffer);
        return buffer;
    }

    private AsyncFile open(RootDirectory root, String name, int flags) {
        final AsyncFile file = aio.open(root, name, new OpenOptions(flags, 0, 0L));
        files.add(file);
        return file;
    }

    private AsyncFile openDirty(RootDirectory root, String name) {
        final AsyncFile file = open(root, name, OpenFlags.O_RDWR);
        file.write(buffer(), (BLOCKS + 8L) * BLOCK, aio.normal, "dirty");
        assertThat(aio.runOne().result()).isEqualTo(BLOCK);
        return file;
    }

    /** What has to be open, or in memory, before the disk hangs. */
    private void openWhatWillHang(RootDirectory root) {
        written = open(root, "written", OpenFlags.O_RDWR);
        cut = open(root, "cut", OpenFlags.O_RDWR);
        synced = openDirty(root, "synced");
        closed = openDirty(root, "closed");
        for (int i = 0; i < READS; i++) {
            cold.add(open(root, "cold" + i, OpenFlags.O_RDONLY));
        }
        aio.seen.clear();
    }

    /** One of each kind, and more reads than are let through to one disk. */
    private void beginOnOpenFiles() {
        for (int i = 0; i < READS; i++) {
            reads.add(cold.get(i).read(buffer(), 0L, aio.normal, "read " + i));
        }
        final IoBuffer part = buffer();
        part.bytes().limit(1);
        written.write(part, BLOCK + 1L, aio.normal, "write");
        synced.fsync(aio.normal, "fsync");
        cut.truncate(BLOCK + 1L, aio.normal, "truncate");
        closed.close();
        files.remove(closed);
    }

    private void beginByName(RootDirectory root) {
        aio.io.blockingWork().list(root, "listed", 0L, aio.normal, "list");
        beginLookups(root);
    }

    private void beginLookups(RootDirectory root) {
        aio.io.paths().statx(root, "looked/file", true, new FileStatus(), aio.normal, "statx");
        aio.io.paths().makeDirectory(root, "made/other", 0755, aio.normal, "mkdir");
        for (int i = 0; i < OPENS; i++) {
            final AsyncFile opened = aio.io.newFile();
            files.add(opened);
            opens.add(opened.open(root, "opened/file", OpenOptions.READ, aio.normal, "open " + i));
        }
    }

    private boolean hasSeen(Object attachment) {
        return aio.seen.stream().anyMatch(seen -> attachment.equals(seen.attachment()));
    }

    private int resultOf(Object attachment) {
        return aio.seen.stream()
                .filter(seen -> attachment.equals(seen.attachment()))
                .findFirst()
                .orElseThrow()
                .result();
    }

    @Test
    void shouldGoOnWithEverythingElseAndLeaveNothingWhenTheDiskIsBack() throws Exception {
        final List<String> before = OpenDescriptors.now();
        try (RootDirectory root = RootDirectory.open(disk.root());
                RootDirectory other = RootDirectory.open(directory)) {
            openWhatWillHang(root);
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current())) {
                beginOnOpenFiles();
                beginByName(root);
                // It may have to start threads, which takes time, but does not wait for the disk: that would be for
                // ever.
                aio.reapOnly();
                final Turns turns = new Turns(aio);
                goOn(turns, other);
                stopWhatWaits(turns);
                assertThat(turns.longestNs()).as("%s", aio.events.counters()).isLessThan(LIMIT_NS);
                aio.seen.removeIf(
                        seen -> "fsync".equals(seen.attachment())); // already, if somebody synced the whole machine
                assertThat(aio.seen).noneMatch(seen -> seen.result() >= 0 && isOfTheDisk(seen));

                hung.comesBack();

                aio.runUntil(aio::isIdle);
            }
            assertThat(resultOf("read 0")).isIn(BLOCK, -Errno.ETIME);
            assertThat(resultOf("read 1")).isEqualTo(BLOCK);
            assertThat(resultOf("write")).isEqualTo(1);
            assertThat(List.of("truncate", "statx", "mkdir", "list")).allMatch(attachment -> resultOf(attachment) == 0);
            files.stream().filter(AsyncFile::isOpen).forEach(AsyncFile::close);
            aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
            buffers.forEach(IoBuffer::release);
            aio.assertNothingLeft();
            assertThat(aio.events.counters().staleCompletions()).isZero();
            aio.close();
        }
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    private static boolean isOfTheDisk(Seen seen) {
        return seen.attachment() instanceof String name
                && name.matches("(read|open) \\d+|write|fsync|truncate|statx|mkdir|list");
    }

    /** Bytes of a socket, reads of what is in memory, an urgent open that a worker carries out, and a close of the lowest class. */
    private void goOn(Turns turns, RootDirectory other) {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final AsyncSocket peer = aio.adopt(pair[1], "peer");
        final IoBuffer sent = buffer();
        final IoBuffer received = buffer();
        final IoBuffer read = buffer();
        final AsyncFile file = aio.io.newFile();
        files.add(file);
        file.open(other, "elsewhere", OpenOptions.READ_WRITE_CREATE, aio.urgent, "created");
        turns.runUntil(() -> hasSeen("created"));
        assertThat(resultOf("created")).isNotNegative();
        forgetOthers();
        for (int i = 0; i < ROUNDS; i++) {
            sent.bytes().clear();
            received.bytes().clear();
            read.bytes().clear();
            peer.send(sent);
            socket.receive(received);
            file.read(read, 0L, aio.normal, "cached");
            turns.runUntil(() -> hasSeen("peer") && hasSeen("socket") && hasSeen("cached"));
            assertThat(List.of(resultOf("peer"), resultOf("socket"), resultOf("cached")))
                    .containsOnly(BLOCK);
            forgetOthers();
        }
        file.declareInterest(aio.bulk, "closed elsewhere");
        file.close(); // by a worker, while opens have all of theirs
        socket.close();
        peer.close();
        turns.runUntil(() -> hasSeen("closed elsewhere") && hasSeen("peer") && hasSeen("socket"));
    }

    private void forgetOthers() {
        aio.seen.removeIf(seen -> !isOfTheDisk(seen));
    }

    /** What waits for its turn ends in time; what the kernel has keeps its buffer until the disk is back. */
    private void stopWhatWaits(Turns turns) {
        final long startNs = System.nanoTime();
        aio.io.cancelAfter(reads.get(0), DEADLINE_NS);
        aio.io.cancelAfter(reads.get(READS - 1), DEADLINE_NS);
        aio.io.cancelAfter(opens.get(OPENS - 1), DEADLINE_NS);
        aio.io.cancel(reads.get(READS - 2));
        aio.io.cancel(opens.get(OPENS - 2));
        turns.runUntil(() -> hasSeen("read " + (READS - 2)) && hasSeen("open " + (OPENS - 2)));
        assertThat(System.nanoTime() - startNs).isLessThan(LIMIT_NS);
        turns.runUntil(() -> hasSeen("read " + (READS - 1)) && hasSeen("open " + (OPENS - 1)));
        assertThat(System.nanoTime() - startNs).isBetween(DEADLINE_NS, DEADLINE_NS + LIMIT_NS);
        assertThat(List.of(resultOf("read " + (READS - 2)), resultOf("open " + (OPENS - 2))))
                .containsOnly(-Errno.ECANCELED);
        assertThat(List.of(resultOf("read " + (READS - 1)), resultOf("open " + (OPENS - 1))))
                .containsOnly(-Errno.ETIME);
    }

    @Test
    void shouldCloseWithinItsLimitAndLetGoOfEverythingWhenTheDiskIsBack() throws Exception {
        try (RootDirectory root = RootDirectory.open(disk.root())) {
            openWhatWillHang(root);
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current())) {
                beginOnOpenFiles();
                aio.reapOnly();
                final long startNs = System.nanoTime();

                aio.events.closeWithin(CLOSE_LIMIT_NS);

                assertThat(System.nanoTime() - startNs).isBetween(CLOSE_LIMIT_NS, CLOSE_LIMIT_NS + LIMIT_NS);
                hung.comesBack();
            }
        }
    }

    @Test
    void shouldLeaveNothingOpenThatTheDiskBringsAfterTheEnd() throws Exception {
        try (RootDirectory root = RootDirectory.open(disk.root())) {
            try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current())) {
                beginLookups(root);
                Awaitility.await().pollInSameThread().until(() -> {
                    aio.reapOnly();
                    return hung.isWaitedFor();
                });

                aio.events.closeWithin(CLOSE_LIMIT_NS);

                hung.comesBack();
            }
        }
        awaitNothingOpen();
    }
}
