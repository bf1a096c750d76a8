// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingOptionsTest {

    @Test
    void shouldHaveMoreRoomForCompletionsThanForSubmissionsByDefault() {
        final RingOptions options = RingOptions.defaults();

        assertThat(options.entries()).isEqualTo(1_024);
        assertThat(options.cqEntries()).isEqualTo(16_384);
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "-1, 16", "32769, 65536"})
    void shouldRefuseEntriesOutOfRangeNamingTheValue(int entries, int cqEntries) {
        final RingOptions.Builder builder =
                RingOptions.builder().entries(entries).cqEntries(cqEntries);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("entries must be 1 to 32768: " + entries);
    }

    @ParameterizedTest
    @CsvSource({"8, 7", "8, 65537"})
    void shouldRefuseCompletionEntriesOutOfRangeNamingTheValue(int entries, int cqEntries) {
        final RingOptions.Builder builder =
                RingOptions.builder().entries(entries).cqEntries(cqEntries);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cqEntries must be 8 (entries) to 65536: " + cqEntries);
    }
}
