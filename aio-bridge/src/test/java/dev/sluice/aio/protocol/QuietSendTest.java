// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SharedBlock;
import dev.sluice.events.EventHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a short answer is given to the kernel and forgotten, and what depends on its being sent still waits for that. Method: a peer in memory
 * that takes it when it is told so.
 */
class QuietSendTest {
    private final ProtocolFixture fixture = new ProtocolFixture();
    private MemoryTransport peer = quietPeer(MemoryTransport.NEVER);

    private MemoryTransport quietPeer(int failAt) {
        final MemoryTransport quiet = new MemoryTransport(fixture, failAt);
        quiet.takesQuietly = true;
        return quiet;
    }

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

    private void end(TestConnection connection) {
        peer.takeOn();
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldForgetAShortAnswerAndAskForWhatComesNextAtOnce() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say(line));
        feed("one\n");
        fixture.runUntil(() -> peer.quietSends == 1);

        assertThat(connection.allSent).isOne();
        assertThat(connection.out().isEmpty()).isTrue();
        assertThat(connection.out().queuedBytes()).isZero();
        assertThat(peer.isReceiveAsked()).isTrue();
        assertThat(taken()).isEmpty();

        peer.takeOn();
        fixture.runUntil(() -> taken().equals("one"));
        feed("two\n");
        fixture.runUntil(() -> taken().equals("onetwo"));
        assertThat(peer.toldSends).isZero();
        end(connection);
    }

    @Test
    void shouldSendTheNextAnswerBehindOneThatIsNotSentYet() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say(line));
        feed("one\n");
        fixture.runUntil(() -> peer.quietSends == 1);
        feed("two\n");
        fixture.runUntil(() -> peer.toldSends == 1);
        assertThat(connection.out().isEmpty()).isFalse();

        peer.takeOn();
        fixture.runUntil(() -> taken().equals("onetwo"));
        end(connection);
    }

    @Test
    void shouldCloseBehindWhatIsNotSentYet() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> {
            c.say(line);
            fixture.aio
                    .events
                    .newTimer(fixture.aio.normal, (EventHandler) e -> c.close())
                    .start(0L);
        });
        feed("bye\n");
        fixture.runUntil(connection::isClosing);
        fixture.runTurn();
        assertThat(peer.isSendingEnded()).isFalse();

        peer.takeOn();
        fixture.runUntil(peer::isSendingEnded);
        assertThat(taken()).isEqualTo("bye");
        peer.feedEnd();
        fixture.runUntil(connection::hasEnded);
    }

    @Test
    void shouldTellTheEndOfItsSideBehindWhatIsNotSentYet() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say(line));
        feed("all\n");
        fixture.runUntil(() -> peer.quietSends == 1);
        connection.endSide();
        fixture.runTurn();
        assertThat(peer.isSendingEnded()).isFalse();

        peer.takeOn();
        fixture.runUntil(peer::isSendingEnded);
        assertThat(taken()).isEqualTo("all");
        end(connection);
    }

    @Test
    void shouldNotTakeOneForIdleWhoseAnswerIsNotSentYet() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say(line));
        feed("one\n");
        fixture.runUntil(() -> peer.quietSends == 1);

        assertThat(connection.closeIfIdleNow()).isFalse();

        peer.takeOn();
        fixture.runUntil(() -> taken().equals("one"));
        end(connection);
    }

    /** Whether its end was asked for or not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAbortWhenItFailsWithAnotherBehindIt(boolean another) {
        peer = quietPeer(2);
        peer.standStill();
        final TestConnection connection = connect((c, line) -> {
            c.say(line);
            if (another) {
                fixture.aio
                        .events
                        .newTimer(fixture.aio.normal, (EventHandler) e -> c.say("more"))
                        .start(0L);
            }
        });
        feed("one\n");
        fixture.runUntil(() -> peer.quietSends == 1 && (!another || peer.toldSends == 1));

        peer.takeOn();
        fixture.runUntil(connection::hasEnded);

        assertThat(connection.log).endsWith("[failed 32]");
        assertThat(taken()).isEmpty();
        assertThat(peer.isReset()).isTrue();
    }

    @Test
    void shouldGiveBackWhatItHadWhenItIsAborted() {
        peer.standStill();
        final TestConnection connection = connect((c, line) -> c.say(line));
        feed("one\n");
        fixture.runUntil(() -> peer.quietSends == 1);

        connection.abort();
        fixture.runUntil(connection::hasEnded);

        assertThat(peer.isReset()).isTrue();
    }

    /** The views are released, and so is the block. */
    @Test
    void shouldSendAHeadAndASharedBlockAsOne() {
        final String text = "b".repeat(OutboundItem.MOST_COPIED_BYTES + 1);
        final SharedBlock body = fixture.block(text.getBytes(UTF_8)).toShared();
        final TestConnection connection = connect((c, line) -> {
            c.say(line + ":");
            c.out().send(body);
        });
        feed("one\ntwo\n");
        fixture.runUntil(() -> taken().equals("one:" + text + "two:" + text));

        assertThat(peer.mostBuffers).isBetween(2, 4);
        end(connection);
        assertThat(body.views()).isZero();
        body.release();
    }

    @Test
    void shouldHearOfWhatIsLong() {
        final List<IoBuffer> blocks = new ArrayList<>();
        final TestConnection connection = connect((c, line) -> {
            for (int i = 0; i < 2; i++) {
                blocks.add(fixture.block(new byte[40_000]));
                c.out().send(blocks.get(i));
            }
        });
        feed("one\n");
        fixture.runUntil(() -> peer.taken.size() == 80_000);

        assertThat(peer.quietSends).isZero();
        end(connection);
    }
}
