// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: lines and counted bytes come out as they went in, whatever blocks they were cut into, and whenever their reader pauses. Method: random
 * lines that announce random bytes, in pieces, together, or one after the other, against the list of them; cut at random, byte by byte, and not
 * at all. Replay: -Dseed=N.
 */
class CountedBytesModelTest {
    private static final int ROUNDS = 12;
    private static final int BLOCK_BYTES = 256 * 1024;

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final List<String> expected = new ArrayList<>();

    static LongStream seeds() {
        return ProtocolFixture.seeds();
    }

    /** Does what lines say: "take 3 7" is for 3 and then 7 bytes in pieces, "whole 5" for 5 together, all else for nothing. */
    private static final class Reader extends FramedConnection {
        final List<String> heard = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final Random random;
        private List<String> counts = List.of();
        private boolean whole;
        boolean pausing;
        boolean ended;

        Reader(Link link, Random random) {
            super(link, new LineFrames(64));
            this.random = random;
        }

        @Override
        protected void frame(ByteBuffer line) {
            assertThat(pausing).isFalse();
            final String text = US_ASCII.decode(line).toString();
            heard.add(text);
            final List<String> words = List.of(text.split(" "));
            whole = words.get(0).equals("whole");
            counts = words.subList(1, words.size());
            askForNext();
        }

        private void askForNext() {
            if (!counts.isEmpty()) {
                final int count = Integer.parseInt(counts.get(0));
                counts = counts.subList(1, counts.size());
                if (whole) {
                    takeWhole(count);
                } else {
                    takeBytes(count);
                }
            }
            if (random.nextInt(4) == 0) {
                pausing = true;
                pause();
            }
        }

        @Override
        protected void bytes(ByteBuffer piece, long remainingBytes) {
            assertThat(pausing).isFalse();
            assertThat(!whole || (remainingBytes == 0L && body.size() == 0)).isTrue();
            while (piece.hasRemaining()) {
                body.write(piece.get());
            }
            if (remainingBytes == 0L) {
                heard.add(textOf(body.toByteArray()));
                body.reset();
                askForNext();
            }
        }

        void resumeNow() {
            if (pausing) {
                pausing = false;
                resume();
            }
        }
    }

    private static String textOf(byte[] bytes) {
        return bytes.length + " bytes " + Arrays.hashCode(bytes);
    }

    private void write(Random random) {
        stream.reset();
        expected.clear();
        for (int i = random.nextInt(30); i >= 0; i--) {
            final StringBuilder line = new StringBuilder(random.nextInt(3) == 0 ? "whole" : "take");
            final List<byte[]> bodies = new ArrayList<>();
            for (int k = random.nextInt(4); k > 0; k--) {
                final byte[] body = new byte[random.nextInt(random.nextInt(6) == 0 ? 9000 : 5)];
                random.nextBytes(body);
                bodies.add(body);
                line.append(' ').append(body.length);
            }
            stream.writeBytes((line + (random.nextBoolean() ? "\n" : "\r\n")).getBytes(US_ASCII));
            expected.add(line.toString());
            for (final byte[] body : bodies) {
                stream.writeBytes(body);
                expected.add(textOf(body));
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldHandOutLinesAndBytesHoweverTheyAreCut(long seed) {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            write(random);
            final int most = 1 + random.nextInt(random.nextBoolean() ? 50 : 5000);
            check(random, most);
            check(random, BLOCK_BYTES);
        }
        write(random);
        check(random, 1);
    }

    private void check(Random random, int mostBytes) {
        try (ProtocolFixture fixture = new ProtocolFixture()) {
            final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
            final Reader reader = new Reader(fixture.link(peer), random);
            reader.start(() -> reader.ended = true);
            final byte[] bytes = stream.toByteArray();
            int at = 0;
            while (at < bytes.length) {
                final int most = Math.min(mostBytes, bytes.length - at);
                final int length = mostBytes == BLOCK_BYTES ? most : 1 + random.nextInt(most);
                peer.feed(Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            peer.feedEnd();
            fixture.runUntil(() -> {
                reader.resumeNow();
                return reader.ended;
            });
            assertThat(reader.heard).isEqualTo(expected);
            fixture.assertNothingLeft();
        }
    }
}
