// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangesTest {
    private static final String OVERLONG = "99999999999999999999";

    private final ByteRanges ranges = new ByteRanges();

    /** The answer, and the parts as Content-Range has them. */
    static String resolved(ByteRanges ranges, String field, long sizeBytes) {
        final int status = ranges.resolve(field, sizeBytes);
        return IntStream.range(0, ranges.count())
                .mapToObj(
                        part -> ranges.firstByte(part) + "-" + (ranges.firstByte(part) + ranges.lengthBytes(part) - 1L))
                .collect(Collectors.joining(",", status + " ", ""))
                .strip();
    }

    private String of1000(String field) {
        return resolved(ranges, field, 1000L);
    }

    private static String text(ByteBuffer out) {
        return StandardCharsets.US_ASCII.decode(out.flip()).toString();
    }

    /** RFC 9110, 14.1.2: byte ranges. */
    @Nested
    class Section14_1_2 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "bytes=0-499         | 206 0-499",
                    "bytes=500-999       | 206 500-999",
                    "bytes=0-0           | 206 0-0",
                    "bytes=999-999       | 206 999-999",
                    "bytes=-500          | 206 500-999",
                    "bytes=-1            | 206 999-999",
                    "bytes=500-          | 206 500-999",
                    "bytes=0-            | 206 0-999",
                    "bytes=900-5000      | 206 900-999",
                    "bytes=-5000         | 206 0-999",
                    "bytes=0-0,-1        | 206 0-0,999-999",
                    "bytes=-1,0-0        | 206 999-999,0-0",
                    "bytes=007-0008      | 206 7-8",
                    "BYTES=0-1           | 206 0-1",
                    "bytes= 0-1 , 5-6    | 206 0-1,5-6",
                    "'bytes=\t0-1\t,\t5-6\t' | 206 0-1,5-6",
                    "bytes=,0-1,,5-6,    | 206 0-1,5-6"
                })
        void shouldResolveAgainstTheSize(String field, String expected) {
            assertThat(of1000(field)).isEqualTo(expected);
        }

        @Test
        void shouldTakeNumbersOfAnyLength() {
            assertThat(of1000("bytes=5-" + OVERLONG)).isEqualTo("206 5-999");
            assertThat(of1000("bytes=-" + OVERLONG)).isEqualTo("206 0-999");
            assertThat(of1000("bytes=" + OVERLONG + "-")).isEqualTo("416");
            assertThat(of1000("bytes=" + OVERLONG + "-" + OVERLONG)).isEqualTo("416");
            assertThat(of1000("bytes=" + OVERLONG + "0-" + OVERLONG)).isEqualTo("200");
            assertThat(of1000("bytes=" + OVERLONG + "-99999999999999999998")).isEqualTo("200");
            assertThat(of1000("bytes=9223372036854775808-9223372036854775807")).isEqualTo("200");
            assertThat(of1000("bytes=0000000000000000000000005-6")).isEqualTo("206 5-6");
            assertThat(resolved(ranges, "bytes=-1", Long.MAX_VALUE))
                    .isEqualTo("206 9223372036854775806-9223372036854775806");
        }
    }

    /** RFC 9110, 14.2: what is not understood, or is malformed, is ignored. */
    @Nested
    class Section14_2 {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "bytes",
                    "bytes=",
                    "bytes=,",
                    "bytes= , ,",
                    "bytes=-",
                    "bytes=5-4",
                    "bytes=0-1,5-4",
                    "bytes=5000-4000",
                    "bytes=a-b",
                    "bytes=0-1x",
                    "bytes=0 - 1",
                    "bytes=0- 1",
                    "bytes=0-1 2-3",
                    "bytes=0-1;2-3",
                    "bytes=--1",
                    "bytes=+1-2",
                    "bytes=1",
                    "bytes=0x1-0x2",
                    "bytes=1--2",
                    "bytes =0-1",
                    "bytes:0-1",
                    "items=0-1",
                    "bytesx=0-1",
                    "0-1",
                    "bytes=\u0661-2",
                    "bytes=2000-,x"
                })
        void shouldIgnoreWhatIsNoByteRange(String field) {
            assertThat(of1000(field)).isEqualTo("200");
        }
    }

    /** RFC 9110, 15.5.17: 416. */
    @Nested
    class Section15_5_17 {
        @ParameterizedTest
        @ValueSource(
                strings = {"bytes=1000-", "bytes=1000-1000", "bytes=5000-6000,7000-", "bytes=-0", "bytes=-0,1000-"})
        void shouldRefuseWhatIsNotThere(String field) {
            assertThat(of1000(field)).isEqualTo("416");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "bytes=2000-,0-0     | 206 0-0",
                    "bytes=0-0,-0        | 206 0-0",
                    "bytes=2000-3000,-1  | 206 999-999"
                })
        void shouldLeaveOutWhatIsNotThereBesideWhatIs(String field, String expected) {
            assertThat(of1000(field)).isEqualTo(expected);
        }

        @Test
        void shouldTellTheSizeInContentRange() {
            ranges.resolve("bytes=1000-", 1000L);
            assertThat(ranges.unsatisfied()).hasToString("Content-Range: bytes */1000");
        }

        /** It has no byte that Content-Range could name; the end of it is all of it. */
        @Test
        void shouldSendAnEmptyFileToWhomItsEndIsEnough() {
            assertThat(resolved(ranges, "bytes=-1", 0L)).isEqualTo("200");
            assertThat(resolved(ranges, "bytes=0-,-1", 0L)).isEqualTo("200");
            assertThat(resolved(ranges, "bytes=0-", 0L)).isEqualTo("416");
            assertThat(resolved(ranges, "bytes=-0", 0L)).isEqualTo("416");
            assertThat(resolved(ranges, "bytes=0-", 0L)).as("after another").isEqualTo("416");
        }
    }

    /** RFC 9110, 15.3.7.2: several parts, and 17.15: no more of them than is good. */
    @Nested
    class Section15_3_7_2 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "bytes=0-9,10-19         | 206 0-19",
                    "bytes=10-19,0-9         | 206 0-19",
                    "bytes=0-9,5-14          | 206 0-14",
                    "bytes=0-9,11-19         | 206 0-9,11-19",
                    "bytes=50-59,0-9,60-69   | 206 50-69,0-9",
                    "bytes=0-9,20-29,5-24    | 206 0-29",
                    "bytes=40-49,0-9,20-29,5-24 | 206 40-49,0-29",
                    "bytes=0-,0-,0-          | 206 0-999",
                    "bytes=-1,998-998        | 206 998-999",
                    "bytes=-1,-2,-3          | 206 997-999"
                })
        void shouldMergeWhatOverlapsOrAdjoins(String field, String expected) {
            assertThat(of1000(field)).isEqualTo(expected);
        }

        @Test
        void shouldSendTheWholeFileToWhoAsksForMoreParts() {
            final String most = IntStream.range(0, ByteRanges.MOST_PARTS)
                    .mapToObj(i -> (2 * i) + "-" + (2 * i))
                    .collect(Collectors.joining(",", "bytes=", ""));
            assertThat(of1000(most)).startsWith("206 0-0,2-2,");
            assertThat(ranges.count()).isEqualTo(ByteRanges.MOST_PARTS);
            assertThat(of1000(most + ",0-5")).startsWith("206 0-6,8-8,");
            assertThat(of1000(most + ",900-900")).isEqualTo("200");
            assertThat(of1000(most + ",900-900,0-999")).isEqualTo("200");
            assertThat(of1000(most + ",5000-")).startsWith("206 0-0,2-2,");
        }

        @Test
        void shouldTellThePartInContentRange() {
            ranges.resolve("bytes=0-0,-10", 1000L);
            final ByteBuffer out = ByteBuffer.allocate(ByteRanges.MAX_FIELD_BYTES);
            ranges.putContentRange(1, out);
            assertThat(out.position()).isEqualTo(ranges.contentRangeBytes(1));
            assertThat(text(out)).isEqualTo("Content-Range: bytes 990-999/1000\r\n");
        }

        @Test
        void shouldHaveRoomForTheLargestFile() {
            ranges.resolve("bytes=9223372036854775805-", Long.MAX_VALUE);
            final ByteBuffer out = ByteBuffer.allocate(ByteRanges.MAX_FIELD_BYTES);
            ranges.putContentRange(0, out);
            assertThat(out.position()).isEqualTo(ranges.contentRangeBytes(0));
            assertThat(text(out))
                    .isEqualTo("Content-Range: bytes 9223372036854775805-9223372036854775806/9223372036854775807\r\n");
        }
    }
}
