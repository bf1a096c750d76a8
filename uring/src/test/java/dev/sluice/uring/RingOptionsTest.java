// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingOptionsTest {

    @Test
    void shouldHaveMoreRoomForCompletionsThanForSubmissionsByDefault() {
        assertThat(RingOptions.defaults()).hasToString("RingOptions[entries=1024, cqEntries=16384]");
    }

    @Test
    void shouldTakeTheKernelsLimits() {
        final RingOptions most = RingOptions.defaults().withCqEntries(65_536).withEntries(32_768);

        assertThat(most).isEqualTo(new RingOptions(RingOptions.MAX_ENTRIES, RingOptions.MAX_CQ_ENTRIES));
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "-1, 16", "32769, 65536"})
    void shouldRefuseEntriesOutOfRangeNamingTheValue(int entries, int cqEntries) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RingOptions(entries, cqEntries))
                .withMessage("entries must be 1..32768: entries=" + entries);
    }

    @ParameterizedTest
    @CsvSource({"8, 7", "8, 65537"})
    void shouldRefuseCompletionEntriesOutOfRangeNamingTheValue(int entries, int cqEntries) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RingOptions(entries, cqEntries))
                .withMessage("cqEntries must be entries..65536: cqEntries=" + cqEntries + ", entries=8");
    }
}
