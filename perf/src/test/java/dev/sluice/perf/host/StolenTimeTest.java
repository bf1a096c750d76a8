// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StolenTimeTest {
    private static final List<String> PROC_STAT =
            List.of("cpu  9 0 9 9 9 0 9 99 0 0", "cpu0 1 2 3 4 5 6 7 12 0 0", "cpu1 1 2 3 4 5 6 7 34 0 0", "ctxt 5");

    @Test
    void shouldReadTheTimeStolenFromOneCpu() throws Exception {
        assertThat(StolenTime.ms(0, PROC_STAT)).isEqualTo(120L);
        assertThat(StolenTime.ms(1, PROC_STAT)).isEqualTo(340L);
    }

    @Test
    void shouldNeverGoBackOnThisMachine() throws Exception {
        final long before = StolenTime.ms(0);
        assertThat(StolenTime.ms(0)).isGreaterThanOrEqualTo(before).isNotNegative();
    }

    @Test
    void shouldNameACpuThatIsNotThere() {
        assertThatThrownBy(() -> StolenTime.ms(2, PROC_STAT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cpu2");
    }
}
