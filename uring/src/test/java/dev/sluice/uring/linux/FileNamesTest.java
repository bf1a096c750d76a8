// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: each name has its text and comes back from it. Method: known names, and bytes by chance. Replay: -Dseed=N. */
class FileNamesTest {
    private static final int NAMES = 20_000;

    static LongStream seeds() {
        final Long given = Long.getLong("seed");
        return given == null ? LongStream.of(1L, System.nanoTime()) : LongStream.of(given);
    }

    /** Named by number: a report cannot be written with half of a pair in it. */
    @ParameterizedTest(name = "{index}")
    @CsvSource({
        "61,             a",
        "61c3a9,         a\u00e9",
        "f09f9880,       \ud83d\ude00",
        "efbfbd,         \ufffd",
        "fffe2e62696e,   \udcff\udcfe.bin",
        "61c3,           a\udcc3",
        "c3282f,         \udcc3(/",
        "c080,           \udcc0\udc80",
        "eda080,         \udced\udca0\udc80",
        "f0908080ff,     \ud800\udc00\udcff",
        "efbfbdff,       \ufffd\udcff"
    })
    void shouldReadUtf8AndEscapeTheRest(String hex, String text) {
        final byte[] name = HexFormat.of().parseHex(hex);
        assertThat(FileNames.decode(name)).isEqualTo(text);
        assertThat(FileNames.encode(text)).isEqualTo(name);
        assertThat(FileNames.isEncodable(text)).isTrue();
        assertThat(FileNames.isUsual(text)).isTrue();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldGiveBackEveryName(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < NAMES; i++) {
            final byte[] name = new byte[random.nextInt(12)];
            for (int at = 0; at < name.length; at++) {
                // Beginnings and continuations of characters, mostly.
                name[at] = (byte) (random.nextBoolean() ? random.nextInt(0x80, 0x100) : random.nextInt(1, 0x100));
            }
            final String text = FileNames.decode(name);
            assertThat(FileNames.encode(text)).isEqualTo(name);
            assertThat(FileNames.isUsual(text)).isTrue();
            if (isUtf8(name)) {
                assertThat(text).isEqualTo(new String(name, StandardCharsets.UTF_8));
            }
            assertThat(withoutPairs(text).chars().noneMatch(c -> c >= 0xDC80 && c <= 0xDCFF))
                    .isEqualTo(isUtf8(name));
        }
    }

    private static String withoutPairs(String text) {
        return text.replaceAll("[\\x{10000}-\\x{10FFFF}]", "");
    }

    private static boolean isUtf8(byte[] name) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void shouldKnowWhatSpellsAUsualNameUnusually() {
        assertThat(FileNames.isUsual("\udcc3\udca9")).isFalse();
        assertThat(FileNames.encode("\udcc3\udca9")).isEqualTo("\u00e9".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"\ud800", "a\udbffb", "\udc00", "\udc2f", "\udc7f", "\udd00", "\udfff", "\udcff\ud800"})
    void shouldRefuseHalfAPairThatStandsForNoByte(String text) {
        assertThat(FileNames.isEncodable(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileNames.encode(text))
                .withMessageStartingWith("half of a surrogate pair");
    }
}
