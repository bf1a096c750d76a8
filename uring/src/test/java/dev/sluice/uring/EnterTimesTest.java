// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnterTimesTest {
    private final EnterTimes times = new EnterTimes();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 0",
        "2, 1",
        "3, 1",
        "4, 2",
        "1023, 9",
        "1024, 10",
        "549755813887, 38",
        "549755813888, 39",
        "9223372036854775807, 39"
    })
    void shouldCountByPowersOfTwo(long durationNs, int bucket) {
        times.record(durationNs);

        assertThat(IntStream.range(0, EnterTimes.BUCKETS)
                        .filter(i -> times.count(i) != 0L)
                        .boxed())
                .containsExactly(bucket);
        assertThat(times.count(bucket)).isEqualTo(1L);
        assertThat(times.maxNs()).isEqualTo(durationNs);
    }

    @Test
    void shouldKeepTheLongestAndCountFromATimeOn() {
        for (final long ns : new long[] {1_500L, 5_000_000L, 70L, 1_048_576L}) {
            times.record(ns);
        }

        assertThat(times.maxNs()).isEqualTo(5_000_000L);
        assertThat(times.countFrom(0L)).isEqualTo(4L);
        assertThat(times.countFrom(1_000_000L)).isEqualTo(2L);
        assertThat(times.countFrom(1_048_577L)).isEqualTo(1L);
        assertThat(times.countFrom(Long.MAX_VALUE)).isZero();
        assertThat(times).hasToString("EnterTimes[64 ns: 1, 1024 ns: 1, 1048576 ns: 1, 4194304 ns: 1, max 5000000 ns]");
    }

    @Test
    void shouldCopyWhatStaysAsItIs() {
        times.record(5L);
        final EnterTimes copy = times.copy();
        times.record(6L);

        assertThat(copy.count(2)).isEqualTo(1L);
        assertThat(copy.maxNs()).isEqualTo(5L);
        assertThat(times.count(2)).isEqualTo(2L);
    }

    @Test
    void shouldRefuseABucketThatIsNone() {
        for (final int bucket : new int[] {-1, EnterTimes.BUCKETS}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> times.count(bucket))
                    .withMessage("bucket must be 0..39: bucket=" + bucket);
        }
    }
}
