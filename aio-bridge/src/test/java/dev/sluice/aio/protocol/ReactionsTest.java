// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.IoBuffer;
import dev.sluice.uring.testing.ForeignThread;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever an author does in whichever reaction, the connection ends once, with nothing left, and the loop is told of what was thrown.
 * Method: a peer in memory that makes each reaction happen in its time.
 */
class ReactionsTest {
    private static final String LET_GO = "letGo";

    private final ProtocolFixture fixture = new ProtocolFixture();
    private final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    /** Does what it is told at one of its reactions, with a block in hand in each. */
    private static final class Author extends Connection {
        private final String when;
        private final Runnable what;
        private int happened;
        private int released;
        private int ended;

        Author(Link link, String when, Runnable what) {
            super(link);
            this.when = when;
            this.what = what;
        }

        private void at(String reaction) {
            if (reaction.equals(when) && happened++ == 0) {
                what.run();
            }
        }

        @Override
        protected void started() {
            out().setMarks(2L, 10L);
            idleAfter(1_000_000L);
            at("started");
        }

        @Override
        protected void received(IoBuffer block) throws ProtocolException {
            at("received");
            final String text = UTF_8.decode(block.bytes().duplicate()).toString();
            if (text.startsWith("bad")) {
                throw new ProtocolException(text);
            }
            if (text.startsWith("late")) {
                deadlineAfter(0L);
            }
            out().send(block);
            out().send(new byte[20]);
            at("sent");
        }

        @Override
        protected void peerEnded() {
            at("peerEnded");
            close();
        }

        @Override
        protected void violated(ProtocolException violation) {
            at("violated");
            abort();
        }

        @Override
        protected void failed(int errno) {
            at("failed");
        }

        @Override
        protected void idle() {
            at("idle");
        }

        @Override
        protected void deadlinePassed() {
            at("deadlinePassed");
        }

        @Override
        protected void congested() {
            at("congested");
        }

        @Override
        protected void relieved() {
            at("relieved");
        }

        @Override
        protected void drain() {
            at("drain");
            close();
        }

        @Override
        protected void released() {
            released++;
            at("released");
        }

        boolean hasEnded() {
            return ended > 0;
        }
    }

    private Author author;

    /** Makes {@code when} happen, and all that comes before it; returns what the loop was told. */
    private RuntimeException run(String when, Runnable what) {
        author = new Author(fixture.link(peer), when, what);
        RuntimeException told = null;
        final List<String> words = List.of(when.equals("violated") ? "bad" : when.startsWith("dead") ? "late" : "word");
        final Runnable[] steps = {
            () -> author.start(() -> author.ended++),
            () -> words.forEach(word -> peer.feed(word.getBytes(UTF_8))),
            () -> fixture.runUntil(() -> author.happened > 0 || author.hasEnded() || isLate(when)),
            () -> end(when),
            () -> fixture.runUntil(author::hasEnded),
            () -> fixture.runUntil(author::hasEnded)
        };
        for (final Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                assertThat(told).isNull();
                told = e;
            }
        }
        assertThat(author.happened).as(when).isEqualTo(1);
        assertThat(author.released).isEqualTo(1);
        assertThat(author.ended).isEqualTo(1);
        return told;
    }

    /** Of what does not come of itself. */
    private boolean isLate(String when) {
        return List.of("peerEnded", "failed", "drain", "released").contains(when) && peer.taken.size() > 0;
    }

    private void end(String when) {
        if (when.equals("peerEnded")) {
            peer.feedEnd();
            fixture.runUntil(() -> author.happened > 0);
        } else if (when.equals("failed")) {
            author.pause();
            peer.feed("more".getBytes(UTF_8));
            fixture.runUntil(peer::isWatched);
            peer.resetWhileWatched();
        } else if (when.equals("drain")) {
            try {
                author.drain();
            } finally {
                peer.feedEnd();
            }
            return;
        }
        if (!author.isClosing()) {
            author.close();
        }
        peer.feedEnd();
    }

    static Stream<String> reactions() {
        return Stream.of(
                "started",
                "received",
                "sent",
                "peerEnded",
                "violated",
                "failed",
                "idle",
                "deadlinePassed",
                "congested",
                "relieved",
                "drain",
                "released");
    }

    @ParameterizedTest
    @MethodSource("reactions")
    void shouldEndOnceIfItIsClosedInAReaction(String when) {
        assertThat(run(when, () -> author.close())).isNull();
    }

    @ParameterizedTest
    @MethodSource("reactions")
    void shouldEndOnceIfItIsAbortedInAReaction(String when) {
        assertThat(run(when, () -> author.abort())).isNull();
    }

    @ParameterizedTest
    @MethodSource("reactions")
    void shouldEndOnceAndKeepNothingIfAReactionThrows(String when) {
        final RuntimeException told = run(when, () -> {
            throw new IllegalStateException("a bug");
        });
        assertThat(told).isNotNull();
        assertThat(Stream.concat(Stream.of(told), Stream.of(told.getSuppressed())))
                .anyMatch(e -> "a bug".equals(e.getMessage()));
    }

    @Test
    void shouldReleaseABlockThatBreaksTheProtocol() {
        assertThat(run("violated", () -> assertThat(author.isClosing()).isFalse()))
                .isNull();
    }

    /** What it has leased anew has the same object, and is its own. */
    @Test
    void shouldNotReleaseWhatItsAuthorHasLeasedSince() {
        final IoBuffer[] own = new IoBuffer[1];
        final Connection connection = new Connection(fixture.link(peer)) {
            @Override
            protected void received(IoBuffer block) {
                block.release();
                own[0] = io().arena().tryLease(1, container());
                throw new IllegalStateException("a bug");
            }
        };
        connection.start(() -> own[0].release());
        peer.feed(new byte[1]);

        assertThatThrownBy(() -> fixture.runUntil(() -> own[0] != null)).hasMessage("a bug");
        assertThat(own[0].leaseNumber()).isPositive();
        fixture.runUntil(() -> fixture.aio.io.arena().leasedCount() == 0);
    }

    @Test
    void shouldTellOfAResetWhilePaused() {
        final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> c.pause());
        connection.begin();
        peer.feed("one\n".getBytes(UTF_8));
        fixture.runUntil(peer::isWatched);
        peer.resetWhileWatched();

        fixture.runUntil(connection::hasEnded);
        assertThat(connection.log).containsExactly("one", "[failed 104]");
    }

    @Test
    void shouldLetGoOfAllThoughOneIsNotToBeLetGoOf() {
        peer.standStill();
        final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {}).begin();
        final IoBuffer block = fixture.block(new byte[100]);
        final IoBuffer twice = fixture.block(new byte[100]);
        connection.say("first");
        fixture.runTurn();
        connection.out().send(twice);
        connection.out().send(block);
        twice.release();

        assertThatThrownBy(connection::abort).hasMessageContaining(LET_GO.substring(0, 3));
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldRefuseEveryOtherThread() throws InterruptedException {
        final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {}).begin();
        final IoBuffer block = fixture.block(new byte[1]);
        final List<Runnable> calls = List.of(
                connection::pause,
                connection::resume,
                connection::close,
                connection::abort,
                () -> connection.start(() -> {}),
                () -> connection.out().send(block),
                () -> connection.out().send(new byte[1]),
                () -> connection.operations().hold(),
                () -> connection.operations().letGo(),
                () -> connection.operations().cancelAll(),
                () -> connection.operations().start(a -> 0L, event -> {}),
                () -> connection.operations().attempt(() -> true));
        for (final Runnable call : calls) {
            assertThat(ForeignThread.failureOf(() -> {
                        call.run();
                        return null;
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("thread of their queue");
        }
        assertThat(connection.isClosing()).isFalse();
        block.release();
        connection.abort();
        fixture.runUntil(connection::hasEnded);
    }
}
