// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.SharedBlock;
import dev.sluice.containers.Resource;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what is queued is sent in order and let go of, and its owner told of the marks. Method: a peer in memory. */
class OutboundQueueTest {
    private static final int FILE_BYTES = 300_000;

    @TempDir
    Path directory;

    private final ProtocolFixture fixture = new ProtocolFixture();
    private final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
    private final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {});
    private final OutboundQueue out = connection.out();
    private final List<String> letGo = new ArrayList<>();
    private RootDirectory root;
    private byte[] content;

    @BeforeEach
    void begin() throws IOException {
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), FILE_BYTES));
        root = RootDirectory.open(directory);
        connection.begin();
    }

    @AfterEach
    void end() {
        connection.abort();
        fixture.runUntil(connection::hasEnded);
        fixture.assertNothingLeft();
        root.close();
        fixture.close();
    }

    private AsyncFile open(String name) {
        return fixture.open(root, name);
    }

    private IoBuffer block(String text) {
        return fixture.block(text.getBytes(UTF_8));
    }

    private void letGo(AsyncFile file, String name) {
        letGo.add(name);
        file.discard();
    }

    private String taken() {
        return peer.taken.toString(UTF_8);
    }

    @Test
    void shouldSendAllKindsInTheOrderInWhichTheyWereAdded() {
        final AsyncFile file = open("file");
        final SharedBlock shared = block("shared").toShared();
        out.send(block("block "));
        out.send("bytes ".getBytes(UTF_8));
        out.send(shared, 0, 5);
        out.send(file, 10L, 200_000L, () -> letGo.add("first"));
        out.send(shared);
        out.send(file, 0L, 1L, () -> letGo(file, "second"));
        out.send(" end".getBytes(UTF_8));
        shared.release();

        fixture.runUntil(out::isEmpty);

        final byte[] sent = peer.taken.toByteArray();
        assertThat(new String(sent, 0, 17, UTF_8)).isEqualTo("block bytes share");
        assertThat(java.util.Arrays.copyOfRange(sent, 17, 200_017))
                .isEqualTo(java.util.Arrays.copyOfRange(content, 10, 200_010));
        assertThat(new String(sent, 200_017, sent.length - 200_017, UTF_8)).isEqualTo("shared\0 end");
        assertThat(letGo).containsExactly("first", "second");
        assertThat(out.queuedBytes()).isZero();
    }

    @Test
    void shouldCopyWhatIsSmallOfASharedBlockBehindWhatStandsBeforeIt() {
        final SharedBlock small =
                fixture.block(content(OutboundItem.MOST_COPIED_BYTES)).toShared();
        peer.standStill();
        out.send("first ".getBytes(UTF_8));
        fixture.runTurn(); // what comes behind it waits, and is sent together
        out.send("head ".getBytes(UTF_8));
        out.send(small);
        out.send(small, 0, 1);
        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        assertThat(peer.mostBuffers).isEqualTo(1);
        assertThat(small.views()).isZero();
        small.release();
        final SharedBlock large =
                fixture.block(content(OutboundItem.MOST_COPIED_BYTES + 1)).toShared();
        peer.standStill();
        out.send("second ".getBytes(UTF_8));
        fixture.runTurn();
        out.send("head ".getBytes(UTF_8));
        out.send(large);
        large.release();
        peer.takeOn();
        fixture.runUntil(out::isEmpty);

        assertThat(peer.mostBuffers).isEqualTo(2);
        final java.io.ByteArrayOutputStream expected = new java.io.ByteArrayOutputStream();
        expected.writeBytes("first head ".getBytes(UTF_8));
        expected.writeBytes(content(OutboundItem.MOST_COPIED_BYTES));
        expected.writeBytes(content(1));
        expected.writeBytes("second head ".getBytes(UTF_8));
        expected.writeBytes(content(OutboundItem.MOST_COPIED_BYTES + 1));
        assertThat(peer.taken.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(out.queuedBytes()).isZero();
    }

    /** What was copied stays when a range behind it cannot be had. */
    @Test
    void shouldNotDropWhatIsSharedWithTheRangeBehindIt() {
        final AsyncFile file = open("file");
        final SharedBlock shared = block("shared").toShared();
        out.send("head ".getBytes(UTF_8));
        out.send(shared);
        out.send(file, FILE_BYTES, 10L, fixture.aio.normal, () -> letGo(file, "file"), errno -> letGo.add("told"));
        shared.release();
        fixture.runUntil(connection::hasEnded);
        assertThat(connection.log).contains("[failed " + Errno.EIO + "]");
        assertThat(taken()).isEqualTo("head shared");
        assertThat(letGo).containsExactly("file");
    }

    private byte[] content(int lengthBytes) {
        return java.util.Arrays.copyOf(content, lengthBytes);
    }

    @Test
    void shouldTellOnceThatItRoseAndOnceThatItFell() {
        out.setMarks(10L, 100L);
        peer.standStill();
        for (int i = 0; i < 10; i++) {
            out.send(new byte[20]);
        }
        assertThat(connection.log).containsExactly("[congested]");
        assertThat(out.isAboveHigh()).isTrue();
        final long heldBytes = 9L * OutboundItem.HELD_BYTES; // of all but the first, which is being sent
        assertThat(out.queuedBytes()).isEqualTo(200L + heldBytes);

        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        assertThat(connection.log).containsExactly("[congested]", "[relieved]");
        assertThat(out.isAboveHigh()).isFalse();
    }

    /** Each is an object: a hundred thousand are some megabytes. */
    @Test
    void shouldTellWhoSendsAByteAtATimeWhatThatHolds() {
        out.setMarks(10_000L, 100_000L);
        peer.standStill();
        int sent = 0;
        while (!out.isAboveHigh()) {
            out.send(new byte[] {'x'});
            sent++;
        }
        assertThat(sent).isBetween(700, 1_000);

        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        assertThat(taken()).isEqualTo("x".repeat(sent));
        assertThat(out.queuedBytes()).isZero();
        assertThat(connection.log).containsExactly("[congested]", "[relieved]");
    }

    @Test
    void shouldCountAPipeAsTheHighMarkAndSendItToItsEnd() throws Exception {
        AioFixture.makeFifo(directory.resolve("fifo"));
        final Thread writer = new Thread(() -> {
            try (OutputStream pipe = Files.newOutputStream(directory.resolve("fifo"))) {
                pipe.write(content, 0, 100_000);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        final AsyncFile pipe = open("fifo");
        out.sendToEnd(pipe, () -> letGo(pipe, "pipe"));
        out.send(" end".getBytes(UTF_8));
        assertThat(connection.log).containsExactly("[congested]");

        fixture.runUntil(out::isEmpty);
        writer.join();

        assertThat(peer.taken.size()).isEqualTo(100_004);
        assertThat(letGo).containsExactly("pipe");
        assertThat(connection.log).containsExactly("[congested]", "[relieved]");
        assertThat(out.queuedBytes()).isZero();
    }

    @Test
    void shouldLetGoOfAnEmptyRangeAtOnceAndOfAnEmptyFileAtItsEnd() throws IOException {
        Files.createFile(directory.resolve("empty"));
        final AsyncFile file = open("file");
        out.send(file, 0L, 0L, () -> letGo(file, "range"));
        assertThat(letGo).containsExactly("range");

        final AsyncFile empty = open("empty");
        out.sendToEnd(empty, () -> letGo(empty, "file"));
        out.send("end".getBytes(UTF_8));
        fixture.runUntil(out::isEmpty);
        assertThat(letGo).containsExactly("range", "file");
        assertThat(taken()).isEqualTo("end");
    }

    @Test
    void shouldFailIfAFileIsShorterThanItsRange() {
        final AsyncFile file = open("file");
        out.send(file, 1L, FILE_BYTES, () -> letGo(file, "file"));

        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).contains("[failed " + Errno.EIO + "]");
        assertThat(letGo).containsExactly("file");
    }

    @Test
    void shouldFailWithTheErrorOfTheDisk() throws IOException {
        Files.createDirectory(directory.resolve("d"));
        final AsyncFile unreadable = open("d");
        out.send(unreadable, 0L, 10L, () -> letGo(unreadable, "directory"));

        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).contains("[failed " + Errno.EISDIR + "]");
        assertThat(letGo).containsExactly("directory");
    }

    @Test
    void shouldLetGoOfEverythingWhenItIsDropped() {
        peer.standStill();
        final AsyncFile file = open("file");
        final SharedBlock shared = block("shared").toShared();
        out.send(block("block"));
        out.send(file, 0L, FILE_BYTES, () -> letGo.add("first"));
        out.send(shared);
        out.send(file, 0L, FILE_BYTES, () -> letGo(file, "second"));
        shared.release();
        fixture.runTurn();

        connection.abort();
        fixture.runUntil(connection::hasEnded);

        assertThat(letGo).containsExactlyInAnyOrder("first", "second");
        assertThat(fixture.aio.io.arena().leasedCount()).isZero();
    }

    @Test
    void shouldLetGoAtOnceOfWhatIsAddedAfterThat() {
        connection.abort();
        final AsyncFile file = open("file");
        out.send(block("block"));
        out.send(new byte[10]);
        out.send(file, 0L, FILE_BYTES, () -> letGo(file, "file"));

        assertThat(letGo).containsExactly("file");
        assertThat(fixture.aio.io.arena().leasedCount()).isZero();
        assertThat(out.isEmpty()).isTrue();
    }

    @Test
    void shouldWaitForMemoryAndGoOnWhenThereIsSome() {
        fixture.aio.normal.setLimit(Resource.BUFFER_BYTES, 8192L);
        final IoBuffer first = fixture.aio.io.arena().tryLease(4096, fixture.aio.normal);
        final IoBuffer second = fixture.aio.io.arena().tryLease(4096, fixture.aio.normal);
        final AsyncFile file = open("file");
        out.send("bytes".getBytes(UTF_8));
        out.send(file, 0L, 50_000L, () -> letGo(file, "file"));
        fixture.runTurn();
        fixture.runTurn();
        assertThat(peer.taken.size()).isZero();

        first.release();
        second.release();
        fixture.runUntil(out::isEmpty);
        assertThat(peer.taken.size()).isEqualTo(50_005);
        assertThat(letGo).containsExactly("file");
    }

    @Test
    void shouldSendSmallThingsTogether() {
        peer.standStill();
        out.send("first".getBytes(UTF_8));
        for (int i = 0; i < 100; i++) {
            out.send(("line " + i + "\n").getBytes(UTF_8));
        }
        out.send(block("block"));
        peer.takeOn();
        fixture.runUntil(out::isEmpty);

        assertThat(peer.steps()).isEqualTo(2);
        assertThat(taken()).startsWith("firstline 0\nline 1\n").endsWith("line 99\nblock");
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        final AsyncFile file = open("file");
        assertThatThrownBy(() -> out.setMarks(10L, 10L)).hasMessageContaining("lowBytes=10");
        assertThatThrownBy(() -> out.send(file, -1L, 1L, () -> {})).hasMessageContaining("position=-1");
        file.discard();
    }
}
