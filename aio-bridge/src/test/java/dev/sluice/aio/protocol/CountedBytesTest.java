// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that a frame has counted, and what is none of them. */
class CountedBytesTest {
    private static final int LARGE_BLOCK = 256 * 1024;

    private final ProtocolFixture fixture = ProtocolFixture.withArenaBytes(2L * LARGE_BLOCK);
    private final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
    private final List<String> heard = new ArrayList<>();
    private Counting connection;

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    /** What is to be done with a frame, such as to ask for bytes. */
    private interface OnFrame {
        void frame(Counting connection, String text);
    }

    private final class Counting extends FramedConnection {
        private final OnFrame onFrame;
        private final long atFirst;
        boolean ended;

        Counting(Frames frames, long atFirst, OnFrame onFrame) {
            super(fixture.link(peer), frames);
            this.atFirst = atFirst;
            this.onFrame = onFrame;
        }

        void take(long lengthBytes) {
            takeBytes(lengthBytes);
        }

        void takeAll(int lengthBytes) {
            takeWhole(lengthBytes);
        }

        @Override
        protected void started() {
            if (atFirst > 0L) {
                takeBytes(atFirst);
            }
        }

        @Override
        protected void frame(ByteBuffer frame) {
            final String text = UTF_8.decode(frame).toString();
            heard.add(text);
            onFrame.frame(this, text);
        }

        @Override
        protected void bytes(ByteBuffer piece, long remainingBytes) {
            heard.add("[" + UTF_8.decode(piece) + "]" + remainingBytes);
        }

        @Override
        protected void violated(ProtocolException violation) {
            heard.add(violation.getMessage());
            abort();
        }
    }

    private Counting start(Frames frames, long atFirst, OnFrame onFrame) {
        connection = new Counting(frames, atFirst, onFrame);
        connection.start(() -> connection.ended = true);
        return connection;
    }

    private void feed(String bytes) {
        peer.feed(bytes.getBytes(UTF_8));
    }

    private void end() {
        peer.feedEnd();
        fixture.runUntil(() -> connection.ended);
    }

    @Test
    void shouldShowPiecesWhereTheyLieAndGoOnWithFrames() {
        start(new LineFrames(64), 0L, (c, line) -> {
            if (line.startsWith("set")) {
                c.take(7L);
            }
        });
        feed("get a\nset a 5\r\nhel");
        feed("lo\r\nget");
        feed(" b\n");
        end();
        assertThat(heard).containsExactly("get a", "set a 5", "[hel]4", "[lo\r\n]0", "get b");
    }

    @Test
    void shouldPutTogetherWhatIsWantedWhole() {
        start(new LineFrames(64), 0L, (c, line) -> c.takeAll(5));
        feed("a\nhe");
        feed("l");
        feed("lob\nworldc\n");
        feed("12");
        feed("345");
        end();
        assertThat(heard).containsExactly("a", "[hello]0", "b", "[world]0", "c", "[12345]0");
    }

    @Test
    void shouldHandOutNoBytesAtOnceIfNoneWereAskedFor() {
        start(new LineFrames(64), 0L, (c, line) -> {
            if (line.equals("a")) {
                c.take(0L);
            } else {
                c.takeAll(0);
            }
        });
        feed("a\nb\n");
        fixture.runUntil(() -> heard.size() == 4);
        assertThat(heard).containsExactly("a", "[]0", "b", "[]0");
        end();
    }

    @Test
    void shouldBeginWithBytesIfThatIsSaidAtTheStart() {
        start(new LengthFrames(2, 100), 3L, (c, frame) -> c.take(2L));
        feed("mag\0\3one");
        feed("xy\0\0");
        feed("zz");
        end();
        assertThat(heard).containsExactly("[mag]0", "one", "[xy]0", "", "[zz]0");
    }

    @Test
    void shouldTakeAnEndInTheMiddleOfBytesAsABreachOfTheProtocol() {
        start(new LineFrames(64), 0L, (c, line) -> c.take(10L));
        feed("a\nabc");
        end();
        assertThat(heard)
                .containsExactly("a", "[abc]7", "the peer has ended while bytes that were asked for were to come: 7");
    }

    @Test
    void shouldTakeAnEndInTheMiddleOfAWholeAsABreachOfTheProtocol() {
        start(new LengthFrames(1, 100), 0L, (c, line) -> c.takeAll(4));
        feed("\1aabc");
        end();
        assertThat(heard).containsExactly("a", "the peer has ended while bytes that were asked for were to come: 4");
    }

    @Test
    void shouldRefuseWhatCannotBeAskedFor() {
        start(new LineFrames(64), 0L, (c, line) -> {
            assertThatThrownBy(() -> c.take(-1L)).hasMessage("lengthBytes must not be negative: lengthBytes=-1");
            c.take(5L);
            assertThatThrownBy(() -> c.takeAll(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("1 bytes are asked for, but 5 are still to come");
        });
        feed("a\n12345hal");
        fixture.runUntil(() -> heard.size() == 2);
        fixture.runTurn();
        assertThatThrownBy(() -> connection.take(1L)).hasMessage("1 bytes are asked for, but a frame has begun");
        connection.abort();
        fixture.runUntil(() -> connection.ended);
    }

    @Test
    void shouldSayThatBytesMustBeOverriddenByWhoAsksForThem() {
        final boolean[] ended = new boolean[1];
        final FramedConnection forgetful = new FramedConnection(fixture.link(peer), new LineFrames(64)) {
            @Override
            protected void frame(ByteBuffer frame) {
                takeBytes(1L);
            }
        };
        forgetful.start(() -> ended[0] = true);
        feed("a\nb");
        assertThatThrownBy(() -> fixture.runUntil(() -> ended[0]))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageEndingWith("does not override bytes(ByteBuffer, long)");
        fixture.runUntil(() -> ended[0]);
    }

    @Test
    void shouldKeepNoBlockForWhoHasPausedInTheMiddleOfBytesWhileMemoryIsShort() {
        final IoBuffer others = fixture.aio.io.arena().tryLease(LARGE_BLOCK);
        start(new LineFrames(64), 0L, (c, line) -> {
            c.take(6L);
            c.pause();
        });
        feed("a\nhello,b\n");
        fixture.runUntil(() -> heard.size() == 1);
        fixture.runTurn();
        assertThat(fixture.aio.io.arena().leasedCount()).as("that of others").isEqualTo(1);

        connection.resume();
        fixture.runUntil(() -> heard.size() == 3);
        assertThat(heard).containsExactly("a", "[hello,]0", "b");
        others.release();
        connection.resume();
        feed("rest..");
        end();
    }

    /** Real sockets: a value of 64 MiB through an arena of 1 MiB. */
    @Test
    @Timeout(60)
    void shouldTakeInMoreThanThereIsMemoryFor() throws Exception {
        final long total = 64L << 20;
        final InetSocketAddress[] address = new InetSocketAddress[1];
        try (RunningServer running = new RunningServer(
                AsyncIoOptions.defaults().withArenaBytes(1L << 20),
                server -> address[0] = RunningServer.listen(server, 10, Summing::new))) {
            try (Socket socket = RunningServer.connect(address[0])) {
                final byte[] piece = new byte[1 << 16];
                Arrays.fill(piece, (byte) 1);
                socket.getOutputStream().write(("set " + total + "\n").getBytes(UTF_8));
                for (long sent = 0L; sent < total; sent += piece.length) {
                    socket.getOutputStream().write(piece);
                }
                final String answer = "stored " + total + "\n";
                assertThat(new String(socket.getInputStream().readNBytes(answer.length()), UTF_8))
                        .isEqualTo(answer);
            }
            running.awaitNobody();
        }
    }

    private static final class Summing extends FramedConnection {
        private long sum;

        Summing(Link link) {
            super(link, new LineFrames(64));
        }

        @Override
        protected void frame(ByteBuffer frame) {
            takeBytes(Long.parseLong(UTF_8.decode(frame).toString().substring(4)));
        }

        @Override
        protected void bytes(ByteBuffer piece, long remainingBytes) {
            while (piece.hasRemaining()) {
                sum += piece.get();
            }
            if (remainingBytes == 0L) {
                out().send(("stored " + sum + "\n").getBytes(UTF_8));
            }
        }
    }
}
