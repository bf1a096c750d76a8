// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.containers.Resource;
import dev.sluice.uring.linux.OpenFlags;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Goal: a header goes out with its body, and who takes nothing holds nothing. Method: a peer in memory that takes as much as it is told. */
class LeanSendingTest extends FileToSend {

    private static final int FILE_BYTES = 300_000;
    private static final String HEAD = "head\n";

    private final OutboundQueue out = connection.out();
    private final BufferArena arena = fixture.aio.io.arena();

    LeanSendingTest() {
        super(FILE_BYTES);
    }

    private void assertTaken(String head, int bodyBytes) {
        final byte[] taken = peer.taken.toByteArray();
        assertThat(new String(taken, 0, head.length(), UTF_8)).isEqualTo(head);
        assertThat(Arrays.copyOfRange(taken, head.length(), taken.length)).isEqualTo(Arrays.copyOf(content, bodyBytes));
    }

    @Test
    void shouldSendBytesAndASmallRangeInOneBuffer() {
        inAHandler(() -> {
            out.send(HEAD.getBytes(UTF_8));
            out.send(file, 0L, 10_000L, () -> {});
        });
        fixture.runUntil(out::isEmpty);

        assertThat(peer.steps()).as("a receive and a send").isEqualTo(2);
        assertThat(peer.mostBuffers).isEqualTo(1);
        assertTaken(HEAD, 10_000);
        assertThat(out.queuedBytes()).isZero();
    }

    @Test
    void shouldReadARangeIntoTheBufferThatStandsBeforeIt() {
        final IoBuffer head = arena.tryLease(16_384);
        head.bytes().put(HEAD.getBytes(UTF_8)).flip();
        inAHandler(() -> {
            out.send(head);
            out.send(file, 0L, 100_000L, () -> {});
        });
        fixture.runUntil(out::isEmpty);

        assertThat(peer.mostBuffers).isEqualTo(1);
        assertTaken(HEAD, 100_000);
    }

    @Test
    void shouldSendAFullBufferBeforeTheRangeThatFindsNoRoomInIt() {
        final IoBuffer full = arena.tryLease(4096);
        full.bytes().put("x".repeat(4096).getBytes(UTF_8)).flip();
        inAHandler(() -> {
            out.send(full);
            out.send(file, 0L, 1_000L, () -> {});
        });
        fixture.runUntil(out::isEmpty);
        assertTaken("x".repeat(4096), 1_000);
    }

    @Test
    void shouldFailWithNothingSentIfTheRangeBehindAHeadCannotBeHad() {
        inAHandler(() -> {
            out.send(HEAD.getBytes(UTF_8));
            out.send(file, FILE_BYTES - 1L, 100L, () -> {});
        });
        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).contains("[failed 5]");
    }

    @Test
    void shouldNotReadBehindAHeadWhatMustBeAligned() {
        final AsyncFile direct = fixture.aio.io.newFile();
        final boolean[] opened = new boolean[1];
        connection
                .operations()
                .start(
                        a -> direct.open(
                                root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT), fixture.aio.normal, a),
                        event -> opened[0] = true);
        fixture.runUntil(() -> opened[0]);
        org.junit.jupiter.api.Assumptions.assumeTrue(direct.isOpen(), "the file system knows no O_DIRECT");
        inAHandler(() -> {
            out.send(HEAD.getBytes(UTF_8));
            out.send(direct, 0L, 8192L, direct::discard);
        });
        fixture.runUntil(out::isEmpty);
        assertTaken(HEAD, 8192);
    }

    /** More than half of what it may have is somebody's. */
    private IoBuffer makeMemoryShort() {
        fixture.aio.normal.setLimit(Resource.BUFFER_BYTES, 96L * 1024L);
        final IoBuffer held = arena.tryLease(64 * 1024, fixture.aio.normal);
        assertThat(arena.isShort(fixture.aio.normal)).isTrue();
        return held;
    }

    @Test
    void shouldHoldNothingForWhoTakesNothingWhileMemoryIsShort() {
        final IoBuffer held = makeMemoryShort();
        final int before = arena.leasedCount();
        peer.standStill();
        inAHandler(() -> {
            out.send(HEAD.getBytes(UTF_8));
            out.send(file, 0L, FILE_BYTES, () -> {});
        });
        fixture.runUntil(peer::isRoomAsked);
        assertThat(arena.leasedCount()).isEqualTo(before);

        peer.takesAtOnce = 7_001;
        peer.takeOn();
        fixture.runUntil(() -> peer.partialSends > 3);
        peer.standStill();
        fixture.runUntil(() -> peer.isRoomAsked());
        fixture.runTurn();
        assertThat(arena.leasedCount()).isEqualTo(before);

        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        held.release();
        assertTaken(HEAD, FILE_BYTES);
        assertThat(out.queuedBytes()).isZero();
    }

    /** Memory is short as long as the piece that it does not take is there, and no longer. */
    @Test
    void shouldAskWhoTookNothingForRoomBeforeItReadsForHimAgain() {
        fixture.aio.normal.setLimit(Resource.BUFFER_BYTES, 96L * 1024L);
        peer.standStill();
        out.send(file, 0L, FILE_BYTES, () -> {});
        fixture.runUntil(() -> peer.isRoomAsked() || peer.partialSends > 3);
        assertThat(peer.partialSends).isEqualTo(1);
        assertThat(peer.isRoomAsked()).isTrue();
        assertThat(arena.leasedCount()).isZero();

        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        assertTaken("", FILE_BYTES);
    }

    /** Less than the head at a time: that cannot be read again. */
    @Test
    void shouldKeepAHeadThatIsTakenInParts() {
        final IoBuffer held = makeMemoryShort();
        peer.takesAtOnce = 2;
        inAHandler(() -> {
            out.send(HEAD.getBytes(UTF_8));
            out.send(file, 0L, 100L, () -> {});
            out.send("end".getBytes(UTF_8));
        });
        fixture.runUntil(out::isEmpty);
        held.release();

        final byte[] taken = peer.taken.toByteArray();
        assertThat(new String(taken, 0, HEAD.length(), UTF_8)).isEqualTo(HEAD);
        assertThat(Arrays.copyOfRange(taken, HEAD.length(), HEAD.length() + 100))
                .isEqualTo(Arrays.copyOf(content, 100));
        assertThat(new String(taken, taken.length - 3, 3, UTF_8)).isEqualTo("end");
    }

    @Test
    void shouldGiveBackWhatWasReadAheadForWhoStandsStill() {
        peer.standStill();
        out.send(file, 0L, FILE_BYTES, () -> {});
        fixture.runUntil(() -> arena.leasedCount() == 2);
        fixture.runUntil(() -> arena.leasedCount() == 1); // what is being sent

        peer.takeOn();
        fixture.runUntil(out::isEmpty);
        assertTaken("", FILE_BYTES);
    }
}
