// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the life of a connection, whatever fails. Method: a peer in memory, whose n-th send or receive fails. */
class ConnectionTest {
    private static final long LONG_NS = 60_000_000_000L;

    @TempDir
    Path directory;

    private final ProtocolFixture fixture = new ProtocolFixture();
    private final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    private TestConnection connect(TestConnection.OnLine onLine) {
        return new TestConnection(fixture.link(peer), onLine).begin();
    }

    private void feed(String bytes) {
        peer.feed(bytes.getBytes(UTF_8));
    }

    private String taken() {
        return peer.taken.toString(UTF_8);
    }

    @Test
    void shouldAnswerInOrderAndEndAfterThePeer() {
        final TestConnection connection = connect((c, line) -> c.say(line + "!\n"));
        feed("one\ntwo\nth");
        feed("ree\n");
        peer.feedEnd();

        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).containsExactly("one", "two", "three", "[end]");
        assertThat(taken()).isEqualTo("one!\ntwo!\nthree!\n");
        assertThat(peer.isReset()).isFalse();
    }

    @Test
    void shouldSendWhatIsQueuedTellTheEndAndReadOnBeforeItCloses() {
        final TestConnection connection = connect((c, line) -> {
            c.say("bye\n");
            c.close();
        });
        feed("quit\nignored\n");
        fixture.runUntil(peer::isSendingEnded);

        assertThat(taken()).isEqualTo("bye\n");
        assertThat(connection.released).isZero();
        feed("thrown away\n");
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);
        assertThat(connection.log).containsExactly("quit");
    }

    @Test
    void shouldHearThePeerOnAfterItHasEndedItsOwnSide() {
        final TestConnection connection = connect((c, line) -> {
            if (line.equals("end")) {
                c.say("that is all\n");
                c.endSide();
                c.endSide();
            }
        });
        feed("end\n");
        fixture.runUntil(peer::isSendingEnded);
        assertThat(taken()).isEqualTo("that is all\n");

        feed("one\n");
        fixture.runUntil(() -> connection.log.contains("one"));
        feed("two\n");
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).containsExactly("end", "one", "two", "[end]");
        assertThat(peer.isReset()).isFalse();
    }

    /** As for an operation that hangs on a disk: nobody is to wait for what was cancelled, but what is held from then on is waited for. */
    @Test
    void shouldTellItsEndBesideWhatWasHeldWhenAllWasCancelled() {
        final TestConnection connection = connect((c, line) -> {});
        connection.operations().hold();
        connection.operations().cancelAll();
        connection.operations().hold();
        connection.close();
        fixture.runTurn();
        assertThat(peer.isSendingEnded()).isFalse();

        connection.operations().letGo();
        connection.operations().letGo();
        connection.operations().hold();
        connection.operations().cancelAll();
        fixture.runUntil(peer::isSendingEnded);
        peer.feedEnd();
        fixture.runTurn();
        assertThat(connection.hasEnded()).isFalse();

        connection.operations().letGo();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldRefuseBlocksThatThereAreNot() {
        final TestConnection connection = connect((c, line) -> {});
        for (final int blockBytes : new int[] {0, 4095, 1 << 20}) {
            assertThatThrownBy(() -> connection.receiveIn(blockBytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("blockBytes=" + blockBytes);
        }
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldFinishWhatIsInFlightBeforeItCloses() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), 100);
        try (RootDirectory root = RootDirectory.open(directory)) {
            final AsyncFile file = fixture.aio.io.newFile();
            final TestConnection connection = connect((c, line) -> {
                c.operations()
                        .start(
                                a -> file.open(root, "file", OpenOptions.READ, fixture.aio.normal, a),
                                event -> c.out().send(file, 0L, 100L, file::discard));
                c.close();
            });
            feed("get\n");
            fixture.runUntil(peer::isSendingEnded);

            assertThat(peer.taken.size()).isEqualTo(100);
            peer.feedEnd();
            fixture.runUntil(connection::hasEnded);
        }
    }

    @Test
    void shouldReadNothingMoreFromAPeerThatDoesNotTakeItsAnswers() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say("x".repeat(60) + "\n"));
        connection.out().setMarks(50L, 100L + OutboundItem.HELD_BYTES);
        feed("1\n2\n3\n4\n");
        feed("5\n");
        fixture.runUntil(() -> connection.log.contains("[congested]"));
        fixture.runTurn();

        assertThat(connection.log).containsExactly("1", "2", "[congested]");
        assertThat(peer.isReceiveAsked()).isFalse();
        peer.takeOn();
        fixture.runUntil(() -> connection.log.contains("5"));
        assertThat(connection.log).containsSubsequence("[congested]", "[relieved]", "3", "4", "5");
        connection.abort();
        fixture.runUntil(connection::hasEnded);
    }

    /** Two that send to each other before they read would wait for each other. */
    @Test
    void shouldReadOnFromAPeerThatDoesNotTakeItsAnswersIfItIsToldSo() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say("x".repeat(60) + "\n"));
        connection.receiveOn();
        connection.out().setMarks(50L, 100L + OutboundItem.HELD_BYTES);
        feed("1\n2\n3\n4\n");
        feed("5\n");
        fixture.runUntil(() -> connection.log.contains("5"));

        assertThat(connection.log).containsExactly("1", "2", "[congested]", "3", "4", "5");
        connection.pause();
        feed("6\n");
        fixture.runTurn();
        assertThat(connection.log).doesNotContain("6");
        connection.abort();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldHandOutNothingWhilePaused() {
        final TestConnection connection = connect((c, line) -> c.pause());
        feed("1\n2\n");
        peer.feedEnd();
        fixture.runUntil(() -> connection.log.contains("1"));
        fixture.runTurn();
        assertThat(connection.log).containsExactly("1");

        connection.resume();
        assertThat(connection.log).containsExactly("1", "2");
        connection.resume();
        fixture.runUntil(connection::hasEnded);
        assertThat(connection.log).containsExactly("1", "2", "[end]");
    }

    @Test
    void shouldSayWhatIsWrongAndCloseWhenThePeerBreaksTheProtocol() {
        final TestConnection connection = connect((c, line) -> {
            throw new ProtocolException("no such word");
        });
        feed("what\nnever seen\n");
        fixture.runUntil(peer::isSendingEnded);
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).containsExactly("what", "[no such word]");
        assertThat(taken()).isEqualTo("ERR\n");
    }

    @Test
    void shouldNotTakeHalfAFrameForAnEnd() {
        final TestConnection connection = connect((c, line) -> {});
        feed("one\ntw");
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).containsExactly("one", "[the peer has ended in the middle of a frame]");
    }

    @Test
    void shouldTellThatItIsIdleAgainAndAgain() {
        final TestConnection connection = connect((c, line) -> {});
        connection.idleIn(1_000_000L);
        fixture.runUntil(() -> connection.log.size() == 3);

        assertThat(connection.log).containsOnly("[idle]");
        connection.abort();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldNotBeIdleWhileItsOwnOperationsAreInFlight() {
        final TestConnection connection = connect((c, line) -> {});
        connection.operations().hold();
        connection.idleIn(1_000_000L);
        final long startNs = System.nanoTime();
        fixture.runUntil(() -> System.nanoTime() - startNs > 20_000_000L);

        assertThat(connection.log).isEmpty();
        connection.operations().letGo();
        fixture.runUntil(() -> connection.log.contains("[idle]"));
        connection.abort();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldKeepADeadlineOnlyUntilItIsCleared() {
        final TestConnection connection = connect((c, line) -> {});
        connection.doneIn(1_000_000L);
        connection.done();
        connection.doneIn(LONG_NS);
        connection.doneIn(2_000_000L);
        fixture.runUntil(peer::isSendingEnded);

        assertThat(connection.log).containsExactly("[late]");
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldAbortAndTellTheLoopWhenAHandlerThrows() {
        final TestConnection connection = connect((c, line) -> {
            throw new IllegalStateException("a bug");
        });
        feed("one\n");

        assertThatThrownBy(() -> fixture.runUntil(connection::hasEnded)).hasMessage("a bug");
        fixture.runUntil(connection::hasEnded);
        assertThat(peer.isReset()).isTrue();
    }

    @Test
    void shouldEndAlsoIfItWasAbortedBeforeItHasBegun() {
        final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {});
        connection.abort();
        connection.begin();

        fixture.runUntil(connection::hasEnded);
    }

    /** Fails the first, second, ... send or receive, until a run has none that fails. */
    @Test
    void shouldEndOnceAndKeepNothingWhicheverStepFails() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), 200_000);
        try (RootDirectory root = RootDirectory.open(directory)) {
            int step = 0;
            boolean clean = false;
            while (!clean) {
                step++;
                clean = runFailing(root, step);
            }
            assertThat(step).isGreaterThan(6);
        }
    }

    private boolean runFailing(RootDirectory root, int failAt) {
        final MemoryTransport failing = new MemoryTransport(fixture, failAt);
        final TestConnection connection = new TestConnection(fixture.link(failing), (c, line) -> {
            final AsyncFile file = fixture.aio.io.newFile();
            c.sayBlock(fixture, "block\n");
            c.say("bytes\n");
            c.operations().start(a -> file.open(root, line, OpenOptions.READ, fixture.aio.normal, a), event -> {
                if (!event.failed()) {
                    c.out().send(file, 0L, 200_000L, file::discard);
                }
            });
        });
        connection.begin();
        failing.feed("file\nfi".getBytes(UTF_8));
        failing.feed("le\nnone\n".getBytes(UTF_8));
        failing.feedEnd();
        fixture.runUntil(connection::hasEnded);
        fixture.assertNothingLeft();
        final boolean clean = failing.steps() < failAt;
        if (clean) {
            assertThat(failing.taken.size()).isEqualTo(2 * 200_000 + 3 * 12);
            assertThat(connection.log).doesNotContain("[failed " + Errno.EPIPE + "]");
        } else {
            assertThat(connection.log)
                    .containsAnyOf("[failed " + Errno.EPIPE + "]", "[failed " + Errno.ECONNRESET + "]");
        }
        return clean;
    }
}
