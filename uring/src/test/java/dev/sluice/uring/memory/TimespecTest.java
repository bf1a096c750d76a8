// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimespecTest {

    private final ByteBuffer memory = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "999999999, 0, 999999999", "1000000000, 1, 0", "9223372036854775807, 9223372036, 854775807"})
    void shouldSplitADurationIntoSecondsAndNanoseconds(long durationNs, long seconds, long nanoseconds) {
        Timespec.write(memory, 8, durationNs);

        assertThat(memory.getLong(0)).isZero();
        assertThat(memory.getLong(8)).isEqualTo(seconds);
        assertThat(memory.getLong(16)).isEqualTo(nanoseconds);
    }

    @Test
    void shouldRefuseNegativeDurations() {
        assertThatThrownBy(() -> Timespec.write(memory, 0, -1L)).hasMessage("durationNs must not be negative: -1");
    }
}
