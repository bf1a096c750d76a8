// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 5.6.7: date/time formats. */
class HttpDateTest {
    private static final long THEN = 784_111_777L;
    private static final long NOW = 1_800_000_000L; // 2027

    static LongStream seeds() {
        return Seeds.of();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
            })
    void shouldReadTheThreeForms(String date) {
        assertThat(HttpDate.parse(date, NOW)).isEqualTo(THEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "no date",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 gmt",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                " Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT; length=1",
                "Sun,06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun,  6 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Xyz, 06 Nov 1994 08:49:37 GMT",
                "unN, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 ovD 1994 08:49:37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Thu, 31 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 1995 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 08-49-37 GMT",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:3\u0667 GMT",
                "Sun, 06 Nov -994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Sunday, 6-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sunday, 06 Nov 94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov 006 08:49:37 1994",
                "Mon Nov  6 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "Sun Nov  0 08:49:37 1994",
                "784111777",
                "1994-11-06T08:49:37Z"
            })
    void shouldReadNothingElse(String date) {
        assertThat(HttpDate.parse(date, NOW)).isEqualTo(HttpDate.NONE);
    }

    @Test
    void shouldTakeAYearOfTwoDigitsForNoneThatIsMoreThan50YearsAhead() {
        assertThat(HttpDate.parse("Friday, 01-Jan-77 00:00:00 GMT", NOW)).isEqualTo(3_376_684_800L);
        assertThat(HttpDate.parse("Sunday, 01-Jan-78 00:00:00 GMT", NOW)).isEqualTo(252_460_800L);
    }

    @Test
    void shouldTakeALeapSecondForTheNext() {
        assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW)).isEqualTo(1_483_228_800L);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldReadWhatOthersWrite(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final String[] patterns = {
            "EEE, dd MMM uuuu HH:mm:ss 'GMT'", "EEEE, dd-MMM-uu HH:mm:ss 'GMT'", "EEE MMM ppd HH:mm:ss uuuu"
        };
        for (int i = 0; i < 10_000; i++) {
            final long seconds = random.nextLong(NOW - 49L * 31_556_952L, NOW + 49L * 31_556_952L);
            final String date = DateTimeFormatter.ofPattern(patterns[i % 3], Locale.US)
                    .withZone(ZoneOffset.UTC)
                    .format(Instant.ofEpochSecond(seconds));
            assertThat(HttpDate.parse(date, NOW)).as(date).isEqualTo(seconds);
        }
    }
}
