// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what a frame is, and what is none. Method: bytes in blocks as they may come. */
class FramesTest {
    private final ProtocolFixture fixture = new ProtocolFixture();

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    private void add(Frames frames, String bytes) {
        frames.add(fixture.block(bytes.getBytes(UTF_8)));
    }

    private static List<String> all(Frames frames) throws ProtocolException {
        final List<String> all = new ArrayList<>();
        ByteBuffer frame;
        while ((frame = frames.next()) != null) {
            all.add(UTF_8.decode(frame).toString());
        }
        return all;
    }

    @Test
    void shouldFindManyLinesInOneBlock() throws Exception {
        final LineFrames lines = new LineFrames(10);
        add(lines, "one\ntwo\r\n\nfour\n");

        assertThat(all(lines)).containsExactly("one", "two", "", "four");
        assertThat(lines.hasPart()).isFalse();
    }

    @Test
    void shouldFindALineOverManyBlocks() throws Exception {
        final LineFrames lines = new LineFrames(10);
        for (final String piece : List.of("o", "n", "e\r", "\ntw", "o", "\n", "th")) {
            add(lines, piece);
        }

        assertThat(all(lines)).containsExactly("one", "two");
        assertThat(lines.hasPart()).isTrue();
    }

    @Test
    void shouldShowALineThatLiesInOneBlockWhereItLies() throws Exception {
        final LineFrames lines = new LineFrames(10);
        final IoBuffer block = fixture.block("one\ntwo\n".getBytes(UTF_8));
        lines.add(block);

        assertThat(lines.next()).isSameAs(block.bytes());
        assertThat(lines.next()).isSameAs(block.bytes());
        assertThat(lines.next()).isNull();
    }

    @Test
    void shouldGoOnWhereItsReaderHasStopped() throws Exception {
        final LineFrames lines = new LineFrames(10);
        add(lines, "one\ntwo\nthr");

        assertThat(UTF_8.decode(lines.next()).toString()).isEqualTo("one");
        add(lines, "ee\nfour\n");
        assertThat(all(lines)).containsExactly("two", "three", "four");
    }

    @Test
    void shouldKeepNoBlockWhoseFramesWereLookedAt() throws Exception {
        final LineFrames lines = new LineFrames(10);
        add(lines, "one\n");
        lines.next();
        assertThat(fixture.aio.io.arena().leasedCount()).isEqualTo(1);

        assertThat(lines.next()).isNull();
        assertThat(fixture.aio.io.arena().leasedCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789\n", "0123456789\r\n"})
    void shouldTakeALineOfTheGreatestLengthHoweverItIsCut(String line) throws Exception {
        for (int cut = 0; cut <= line.length(); cut++) {
            final LineFrames lines = new LineFrames(10);
            add(lines, line.substring(0, cut));
            final List<String> all = all(lines);
            add(lines, line.substring(cut));
            all.addAll(all(lines));

            assertThat(all).as("cut at %d", cut).containsExactly("0123456789");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01234567890\n", "01234567890\r\n", "012345678901"})
    void shouldRefuseALineThatIsLonger(String line) {
        for (int cut = 0; cut <= line.length(); cut++) {
            final LineFrames lines = new LineFrames(10);
            add(lines, line.substring(0, cut));
            add(lines, line.substring(cut));

            assertThatThrownBy(() -> all(lines))
                    .as("cut at %d", cut)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("line longer than 10 bytes");
            lines.release();
        }
    }

    @Test
    void shouldReadLengthsOfOneTwoAndFourBytes() throws Exception {
        final LengthFrames ones = new LengthFrames(1, 255);
        add(ones, "\3one\0\3two");
        assertThat(all(ones)).containsExactly("one", "", "two");

        final LengthFrames twos = new LengthFrames(2, 300);
        final byte[] large = new byte[2 + 258];
        large[0] = 1;
        large[1] = 2;
        twos.add(fixture.block(large));
        assertThat(twos.next().remaining()).isEqualTo(258);
        assertThat(twos.next()).isNull();

        final LengthFrames fours = new LengthFrames(4, 300);
        add(fours, "\0\0\0\3on");
        assertThat(fours.next()).isNull();
        assertThat(fours.hasPart()).isTrue();
        add(fours, "e\0\0\0\0");
        assertThat(all(fours)).containsExactly("one", "");
        assertThat(fours.hasPart()).isFalse();
    }

    @Test
    void shouldRefuseALengthThatIsMoreThanMayBe() {
        final LengthFrames frames = new LengthFrames(4, 300);
        frames.add(fixture.block(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}));

        assertThatThrownBy(frames::next)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("frame of 4294967295 bytes, and at most 300 may be");
        frames.release();
    }

    @Test
    void shouldGiveBackWhatWasNotLookedAt() {
        final LineFrames lines = new LineFrames(10);
        add(lines, "one\n");
        add(lines, "two\n");
        add(lines, "three\n");

        lines.release();

        assertThat(fixture.aio.io.arena().leasedCount()).isZero();
    }

    @Test
    void shouldSayWhichBoundsThereCannotBe() {
        assertThatThrownBy(() -> new LineFrames(0)).hasMessageContaining("maxBytes=0");
        assertThatThrownBy(() -> new LengthFrames(3, 10)).hasMessageContaining("prefixBytes=3");
        assertThatThrownBy(() -> new LengthFrames(4, -1)).hasMessageContaining("maxBytes=-1");
    }
}
