// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ValidatorsTest {
    private static final long SECOND = 1_800_000_000L;
    private static final long NS_OF_SECOND = 1_000_000_000L;
    private static final long WRITTEN_NS = SECOND * NS_OF_SECOND + 400_000_000L;
    private static final long MUCH_LATER = WRITTEN_NS + 3_600L * NS_OF_SECOND;

    /** Written once, at 0.4 s. */
    private static final FileVersion FILE = new FileVersion(1000L, SECOND, 400_000_000, SECOND, 400_000_000, 4711L);

    private static Validators of(FileVersion version, Identity identity, long nowNs) {
        return Validators.of(version, identity, ContentCoding.IDENTITY, nowNs);
    }

    private static Validators byChange(FileVersion version, long nowNs) {
        return of(version, Identity.CHANGE_TIME, nowNs);
    }

    /** RFC 9110, 8.8.1 and 8.8.3: a strong tag changes with every change of the content. */
    @Nested
    class Section8_8_3 {
        @ParameterizedTest
        @CsvSource({"-1, true", "0, true", "10, true", "20, true", "21, false", "1000, false"})
        void shouldBeStrongOnceTheChangeIsOlderThanTheGrainOfTheClock(long ageMs, boolean weak) {
            final EntityTag tag =
                    byChange(FILE, WRITTEN_NS + ageMs * 1_000_000L).tag();
            assertThat(tag.isWeak()).isEqualTo(weak);
            assertThat(tag.toString()).matches(weak ? "W/\"[!-~]+\"" : "\"[!-~]+\"");
        }

        @ParameterizedTest
        @CsvSource({"1000, true", "2019, true", "2021, false"})
        void shouldTakeTimesWithoutNanosecondsForThoseOfAFileSystemThatHasNone(long ageMs, boolean weak) {
            final FileVersion version = new FileVersion(1L, SECOND, 0, SECOND, 0, 1L);
            final long nowNs = SECOND * NS_OF_SECOND + ageMs * 1_000_000L;
            assertThat(byChange(version, nowNs).tag().isWeak()).isEqualTo(weak);
        }

        /** A file of before a backup, or a clock that was set back: neither size nor age says anything. */
        @Test
        void shouldBeWeakWhileTheChangeIsToCome() {
            final FileVersion version = new FileVersion(1L, SECOND, 1, Long.MAX_VALUE, 1, 1L);
            assertThat(byChange(version, MUCH_LATER).tag().isWeak()).isTrue();
            assertThat(byChange(version, MUCH_LATER).areSettled()).isFalse();
        }

        @Test
        void shouldBeStrongForTimesBeforeAllClocks() {
            final FileVersion version = new FileVersion(1L, Long.MIN_VALUE, 1, Long.MIN_VALUE, 1, 1L);
            assertThat(byChange(version, MUCH_LATER).tag().isWeak()).isFalse();
        }

        @Test
        void shouldDifferByWhateverDiffers() {
            final FileVersion[] versions = {
                FILE,
                new FileVersion(1001L, SECOND, 400_000_000, SECOND, 400_000_000, 4711L),
                new FileVersion(1000L, SECOND - 1L, 400_000_000, SECOND, 400_000_000, 4711L),
                new FileVersion(1000L, SECOND, 400_000_001, SECOND, 400_000_000, 4711L),
                new FileVersion(1000L, SECOND, 400_000_000, SECOND - 1L, 400_000_000, 4711L),
                new FileVersion(1000L, SECOND, 400_000_000, SECOND, 400_000_001, 4711L),
                new FileVersion(1000L, SECOND, 400_000_000, SECOND, 400_000_000, 4712L),
                new FileVersion(1000L, SECOND, 400_000_000, SECOND, 400_000_000, -4711L),
                new FileVersion(1000L, -SECOND, 400_000_000, -SECOND, 400_000_000, 4711L),
            };
            final Set<String> tags = new HashSet<>();
            int expected = 0;
            for (final FileVersion version : versions) {
                for (final ContentCoding coding : ContentCoding.values()) {
                    tags.add(Validators.of(version, Identity.CHANGE_TIME, coding, MUCH_LATER)
                            .tag()
                            .toString());
                    expected++;
                }
            }
            assertThat(tags).hasSize(expected).allMatch(tag -> tag.length() <= 60);
        }

        @Test
        void shouldBeTheSameForAsLongAsTheFileIs() {
            assertThat(byChange(FILE, MUCH_LATER).tag().toString())
                    .isEqualTo(byChange(FILE, WRITTEN_NS + NS_OF_SECOND).tag().toString())
                    .isEqualTo("\"rs-tro8w0_6m5dz4.3mv\"")
                    .isEqualTo(byChange(FILE, MUCH_LATER).tag().field().getValue());
            assertThat(byChange(FILE, MUCH_LATER).areSettled()).isTrue();
        }

        /** Else the last content of a tick would be taken for the first one, which had the weak tag. */
        @Test
        void shouldBeAnotherTagWhenItIsStrong() {
            assertThat(byChange(FILE, WRITTEN_NS).tag().opaque())
                    .isNotEqualTo(byChange(FILE, MUCH_LATER).tag().opaque());
        }

        @ParameterizedTest
        @EnumSource(ContentCoding.class)
        void shouldBeTheSameOnReplicas(ContentCoding coding) {
            final FileVersion replica = new FileVersion(1000L, SECOND, 400_000_000, SECOND + 9L, 5, 99L);
            assertThat(Validators.of(replica, Identity.SIZE_AND_MODIFICATION, coding, MUCH_LATER)
                            .tag()
                            .toString())
                    .isEqualTo(Validators.of(FILE, Identity.SIZE_AND_MODIFICATION, coding, MUCH_LATER)
                            .tag()
                            .toString());
        }

        @Test
        void shouldBeWeakOnAReplicaRightAfterTheModification() {
            assertThat(of(FILE, Identity.SIZE_AND_MODIFICATION, WRITTEN_NS + 1L)
                            .tag()
                            .isWeak())
                    .isTrue();
            assertThat(of(FILE, Identity.SIZE_AND_MODIFICATION, MUCH_LATER)
                            .tag()
                            .isWeak())
                    .isFalse();
        }
    }

    /** RFC 9110, 8.8.2: Last-Modified has whole seconds. */
    @Nested
    class Section8_8_2 {
        @ParameterizedTest
        @CsvSource({"400, false", "999, false", "1000, false", "1020, false", "1021, true", "5000, true"})
        void shouldBeSaidOnceItsSecondIsOver(long msOfSecond, boolean said) {
            final Validators file = byChange(FILE, SECOND * NS_OF_SECOND + msOfSecond * 1_000_000L);
            assertThat(file.saysDate()).isEqualTo(said);
            assertThat(file.believesDate()).isEqualTo(said);
        }

        @Test
        void shouldNotBeSaidWhileItIsToCome() {
            final FileVersion tomorrow = new FileVersion(1L, SECOND + 86_400L, 0, SECOND, 1, 1L);
            assertThat(byChange(tomorrow, WRITTEN_NS + 10L * NS_OF_SECOND).saysDate())
                    .isFalse();
            assertThat(byChange(tomorrow, WRITTEN_NS + 10L * NS_OF_SECOND).tag().isWeak())
                    .isFalse();
        }

        @ParameterizedTest
        @CsvSource({"-1, true", "0, true", "1, false", "100000, false"})
        void shouldNotBeBelievedOfAFileThatWasChangedLater(long seconds, boolean believed) {
            final FileVersion version = new FileVersion(1L, SECOND, 1, SECOND + seconds, 1, 1L);
            final Validators file = byChange(version, MUCH_LATER + 200_000L * NS_OF_SECOND);
            assertThat(file.saysDate()).isTrue();
            assertThat(file.believesDate()).isEqualTo(believed);
            assertThat(of(version, Identity.SIZE_AND_MODIFICATION, MUCH_LATER).believesDate())
                    .isTrue();
        }
    }
}
