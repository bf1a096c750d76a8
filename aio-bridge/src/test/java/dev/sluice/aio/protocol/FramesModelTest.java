// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: the frames that come out are those that went in, whatever blocks they were cut into and whenever they are asked for. Method: random
 * frames, random cuts, random demand, against the list of them. Replay: -Dseed=N.
 */
class FramesModelTest {
    private static final int ROUNDS = 40;
    private static final int MAX_BYTES = 300;

    static LongStream seeds() {
        return ProtocolFixture.seeds();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldFindTheLinesThatWereSent(long seed) throws Exception {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            final ByteArrayOutputStream stream = new ByteArrayOutputStream();
            final List<byte[]> lines = frames(random);
            for (final byte[] line : lines) {
                for (int j = 0; j < line.length; j++) {
                    line[j] = (byte) (line[j] == '\n' || line[j] == '\r' ? 'x' : line[j]);
                }
                stream.writeBytes(line);
                stream.writeBytes(random.nextBoolean() ? new byte[] {'\n'} : new byte[] {'\r', '\n'});
            }
            check(random, stream.toByteArray(), lines, new LineFrames(MAX_BYTES));
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldFindTheFramesThatWereSent(long seed) throws Exception {
        final Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            final int prefixBytes = random.nextBoolean() ? 2 : 4;
            final ByteArrayOutputStream stream = new ByteArrayOutputStream();
            final List<byte[]> frames = frames(random);
            for (final byte[] frame : frames) {
                final byte[] prefix =
                        ByteBuffer.allocate(4).putInt(frame.length).array();
                stream.write(prefix, 4 - prefixBytes, prefixBytes);
                stream.writeBytes(frame);
            }
            check(random, stream.toByteArray(), frames, new LengthFrames(prefixBytes, MAX_BYTES));
        }
    }

    private static List<byte[]> frames(Random random) {
        final List<byte[]> frames = new ArrayList<>();
        final int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            final byte[] frame = new byte[random.nextInt(random.nextInt(10) == 0 ? MAX_BYTES + 1 : 12)];
            random.nextBytes(frame);
            frames.add(frame);
        }
        return frames;
    }

    private static void check(Random random, byte[] stream, List<byte[]> sent, Frames frames) throws Exception {
        try (ProtocolFixture fixture = new ProtocolFixture()) {
            final ArrayDeque<byte[]> expected = new ArrayDeque<>(sent);
            final int most = 1 + random.nextInt(random.nextBoolean() ? 5 : 500);
            int at = 0;
            while (at < stream.length) {
                final int length = Math.min(stream.length - at, random.nextInt(most + 1));
                frames.add(fixture.block(Arrays.copyOfRange(stream, at, at + length)));
                at += length;
                int wanted = random.nextInt(4);
                ByteBuffer frame;
                while (wanted-- > 0 && (frame = frames.next()) != null) {
                    checkNext(expected, frame);
                }
            }
            ByteBuffer frame;
            while ((frame = frames.next()) != null) {
                checkNext(expected, frame);
            }
            assertThat(expected).isEmpty();
            assertThat(frames.hasPart()).isFalse();
            fixture.assertNothingLeft();
        }
    }

    private static void checkNext(ArrayDeque<byte[]> expected, ByteBuffer frame) {
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(bytes).isEqualTo(expected.remove());
    }
}
